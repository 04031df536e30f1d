using Opportunities.Api.Input;
using Opportunities.Api.Opportunities;

namespace Opportunities.Api.Requirements;

/// <summary><c>…/{id}/skill-requirements</c></summary>
internal static class SkillRequirements
{
    private static readonly TextMember _skillName = new("skill_name", 1, SkillRequirement.MaxName);
    private static readonly EnumMember<SkillType> _skillType = new("skill_type");
    private static readonly EnumMember<ExperienceLevel> _experienceLevel = new("experience_level");
    private static readonly EnumMember<Importance> _importance = new("importance");

    public static RequirementResource<SkillRequirement, SkillRequirement.Values, SkillRequirementResponse> Resource { get; } = new(
        "skill-requirements", "skill requirement",
        new(
            "SkillRequirementInput", "A skill that the work needs; each skill once per opportunity, case ignored.",
            """{"skill_name":"PostgreSQL","skill_type":"TECHNICAL","experience_level":"ADVANCED","importance":"MUST_HAVE"}""",
            static input => new(
                input.Required(_skillName),
                input.Optional(_skillType, SkillType.Technical),
                input.Required(_experienceLevel),
                input.Optional(_importance, Importance.MustHave))),
        static values => new SkillRequirement(values),
        SkillRequirementResponse.From,
        static opportunity => opportunity.SkillRequirements);
}
