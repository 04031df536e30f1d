using Opportunities.Data.Configurations;

namespace Opportunities.Data.Requirements;

/// <summary>What kind of skill is asked for.</summary>
public enum SkillType
{
    /// <summary>A technology or method.</summary>
    Technical,

    /// <summary>A way of working with people.</summary>
    Soft,

    /// <summary>Knowledge of a trade.</summary>
    Industry,

    /// <summary>A spoken language.</summary>
    Language,

    /// <summary>Presence in, or knowledge of, a place.</summary>
    Geographic,
}

/// <summary>How well the skill must be mastered.</summary>
public enum ExperienceLevel
{
    /// <summary>First steps.</summary>
    Beginner,

    /// <summary>Works alone on common tasks.</summary>
    Intermediate,

    /// <summary>Works alone on any task.</summary>
    Advanced,

    /// <summary>Leads others.</summary>
    Expert,
}

/// <summary>Whether an architect without the skill is out.</summary>
public enum Importance
{
    /// <summary>Required.</summary>
    MustHave,

    /// <summary>Welcome.</summary>
    NiceToHave,
}

/// <summary>A skill that the work needs; each skill once per opportunity, case ignored.</summary>
public sealed class SkillRequirement : Requirement<SkillRequirement.Values>
{
    public const int MaxName = 100;

    public SkillRequirement(Values values) => Set(values);

    private SkillRequirement()
    {
    }

    /// <param name="SkillName">1–<see cref="MaxName"/> code points.</param>
    public sealed record Values(string SkillName, SkillType SkillType, ExperienceLevel ExperienceLevel, Importance Importance);

    public string SkillName { get; private set; } = null!;
    public SkillType SkillType { get; private set; }
    public ExperienceLevel ExperienceLevel { get; private set; }
    public Importance Importance { get; private set; }

    /// <summary>The name without case, by which a skill is the same skill. Rows of earlier releases have it in lower case.</summary>
    public string SkillKey { get; private set; } = null!;

    internal override string Collection => "skill_requirements";

    internal override void Set(Values values)
    {
        (SkillName, SkillType, ExperienceLevel, Importance) = values;
        SkillKey = CaseFolding.Fold(values.SkillName);
    }

    internal override void EnsureFits(Opportunity opportunity, Values values)
    {
        // By the names: a row of an earlier release may have another key. Where both are of this one, the index says the same.
        var key = CaseFolding.Fold(values.SkillName);
        if (opportunity.SkillRequirements.Any(other => other != this && CaseFolding.Fold(other.SkillName) == key))
            throw new ConflictException($"The skill '{values.SkillName}' is already required by this opportunity.");
    }

    internal override Values Content() => new Values(SkillName, SkillType, ExperienceLevel, Importance);
}

internal sealed class SkillRequirementConfiguration : IEntityTypeConfiguration<SkillRequirement>
{
    public void Configure(EntityTypeBuilder<SkillRequirement> builder)
    {
        builder.ToTable("skill_requirements", table =>
        {
            table.HasCheckConstraint("ck_skill_requirements_name", $"char_length(skill_name) BETWEEN 1 AND {SkillRequirement.MaxName}");
            table.HasCheckConstraint("ck_skill_requirements_type", Sql.OneOf<SkillType>("skill_type"));
            table.HasCheckConstraint("ck_skill_requirements_level", Sql.OneOf<ExperienceLevel>("experience_level"));
            table.HasCheckConstraint("ck_skill_requirements_importance", Sql.OneOf<Importance>("importance"));
        });
        builder.HasIndex(s => new { s.OpportunityId, s.SkillKey }).IsUnique();
    }
}
