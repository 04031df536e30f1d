using System.Text.Json.Serialization.Metadata;
using Opportunities.Api.Input;
using Opportunities.Api.Opportunities;
using Opportunities.Data;
using Opportunities.Data.Requirements;

namespace Opportunities.Api.Requirements;

/// <summary><c>…/{id}/skill-requirements</c></summary>
internal sealed class SkillRequirements()
    : RequirementResource<SkillRequirement, SkillRequirement.Values, SkillRequirementResponse>("skill-requirements", "skill requirement")
{
    private static readonly TextMember _skillName = new("skill_name", 1, SkillRequirement.MaxName);
    private static readonly EnumMember<SkillType> _skillType = new("skill_type");
    private static readonly EnumMember<ExperienceLevel> _experienceLevel = new("experience_level");
    private static readonly EnumMember<Importance> _importance = new("importance");

    protected override Shape<SkillRequirement.Values> Body { get; } = new(
        "SkillRequirementInput", "A skill that the work needs; each skill once per opportunity, case ignored.",
        """{"skill_name":"PostgreSQL","skill_type":"TECHNICAL","experience_level":"ADVANCED","importance":"MUST_HAVE"}""",
        static input => new(
            input.Required(_skillName),
            input.Optional(_skillType, SkillType.Technical),
            input.Required(_experienceLevel),
            input.Optional(_importance, Importance.MustHave)));

    protected override JsonTypeInfo<SkillRequirementResponse> One => ApiJson.Wire.SkillRequirementResponse;

    protected override JsonTypeInfo<PartList<SkillRequirementResponse>> Many => ApiJson.Wire.PartListSkillRequirementResponse;

    protected override SkillRequirement New(SkillRequirement.Values values, Caller caller) => new SkillRequirement(values);

    protected override IReadOnlyList<SkillRequirementResponse> PartsOf(OpportunityResponse opportunity) => opportunity.SkillRequirements;

    protected override SkillRequirementResponse Respond(SkillRequirement part) => SkillRequirementResponse.From(part);
}
