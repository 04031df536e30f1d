using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
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
    /// <summary>Longest description.</summary>
    public const int MaxDescription = 1_000;

    /// <summary>One that is not part of an opportunity yet.</summary>
    public TimelineRequirement(Values values) => Set(values);

    private TimelineRequirement()
    {
    }

    /// <summary>The values of a timeline requirement.</summary>
    /// <param name="Description">1–<see cref="MaxDescription"/> code points.</param>
    /// <param name="TargetDate">UTC.</param>
    /// <param name="Type">What the date means.</param>
    /// <param name="IsFlexible">Whether it can move.</param>
    public sealed record Values(string Description, DateTime TargetDate, TimelineType Type, bool IsFlexible);

    /// <summary>What happens on the date.</summary>
    public string Description { get; private set; } = null!;

    /// <summary>The date, UTC.</summary>
    public DateTime TargetDate { get; private set; }

    /// <summary>What the date means.</summary>
    public TimelineType Type { get; private set; }

    /// <summary>Whether the date can move.</summary>
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
