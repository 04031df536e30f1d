using Opportunities.Data.Configurations;

namespace Opportunities.Data.Requirements;

/// <summary>What a date of the timeline means.</summary>
public enum TimelineType
{
    /// <summary>Something is reached.</summary>
    Milestone,

    /// <summary>Something must be finished.</summary>
    Deadline,

    /// <summary>Somebody must be there.</summary>
    RequiredDay,
}

/// <summary>A date that the work must respect, inside the opportunity's own dates (edges included).</summary>
public sealed class TimelineRequirement : Requirement<TimelineRequirement.Values>
{
    public const int MaxDescription = 1_000;

    public TimelineRequirement(Values values) => Set(values);

    private TimelineRequirement()
    {
    }

    /// <param name="Description">1–<see cref="MaxDescription"/> code points.</param>
    public sealed record Values(string Description, DateTime TargetDate, TimelineType Type, bool IsFlexible);

    public string Description { get; private set; } = null!;
    public DateTime TargetDate { get; private set; }
    public TimelineType Type { get; private set; }
    public bool IsFlexible { get; private set; }

    internal override string Collection => "timeline_requirements";

    internal override void Set(Values values) => (Description, TargetDate, Type, IsFlexible) = values;

    internal override void EnsureFits(Opportunity opportunity, Values values)
    {
        if (values.TargetDate < opportunity.EstimatedStartDate || values.TargetDate > opportunity.EstimatedEndDate)
            throw new InvalidValueException("target_date", "must lie within the opportunity's estimated dates.");
    }

    internal override Values Content() => new Values(Description, TargetDate, Type, IsFlexible);
}

internal sealed class TimelineRequirementConfiguration : IEntityTypeConfiguration<TimelineRequirement>
{
    public void Configure(EntityTypeBuilder<TimelineRequirement> builder) => builder.ToTable("timeline_requirements", table =>
    {
        table.HasCheckConstraint("ck_timeline_requirements_description",
            $"char_length(description) BETWEEN 1 AND {TimelineRequirement.MaxDescription}");
        table.HasCheckConstraint("ck_timeline_requirements_type", Sql.OneOf<TimelineType>("type"));
    });
}
