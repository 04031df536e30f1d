using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Opportunities.Data.Requirements;

namespace Opportunities.Data.Configurations;

internal sealed class ProblemStatementConfiguration : IEntityTypeConfiguration<ProblemStatement>
{
    public void Configure(EntityTypeBuilder<ProblemStatement> builder)
    {
        builder.ToTable("problem_statements", table =>
        {
            table.HasCheckConstraint("ck_problem_statements_description",
                $"char_length(description) BETWEEN {OpportunityLimits.ProblemDescriptionMin} AND {OpportunityLimits.ProblemDescription}");
            table.HasCheckConstraint("ck_problem_statements_priority", "priority BETWEEN 1 AND 5");
        });
        builder.Property(p => p.Id).ValueGeneratedNever();
    }
}

internal sealed class SkillRequirementConfiguration : IEntityTypeConfiguration<SkillRequirement>
{
    public void Configure(EntityTypeBuilder<SkillRequirement> builder)
    {
        builder.ToTable("skill_requirements", table =>
        {
            table.HasCheckConstraint("ck_skill_requirements_name", $"char_length(skill_name) BETWEEN 1 AND {OpportunityLimits.SkillName}");
            table.HasCheckConstraint("ck_skill_requirements_type", Sql.OneOf<SkillType>("skill_type"));
            table.HasCheckConstraint("ck_skill_requirements_level", Sql.OneOf<ExperienceLevel>("experience_level"));
            table.HasCheckConstraint("ck_skill_requirements_importance", Sql.OneOf<Importance>("importance"));
        });
        builder.Property(s => s.Id).ValueGeneratedNever();
        builder.HasIndex(s => new { s.OpportunityId, s.SkillKey }).IsUnique();
    }
}

internal sealed class TimelineRequirementConfiguration : IEntityTypeConfiguration<TimelineRequirement>
{
    public void Configure(EntityTypeBuilder<TimelineRequirement> builder)
    {
        builder.ToTable("timeline_requirements", table =>
        {
            table.HasCheckConstraint("ck_timeline_requirements_description",
                $"char_length(description) BETWEEN 1 AND {OpportunityLimits.TimelineDescription}");
            table.HasCheckConstraint("ck_timeline_requirements_type", Sql.OneOf<TimelineType>("type"));
        });
        builder.Property(t => t.Id).ValueGeneratedNever();
    }
}
