using Opportunities.Api.Input;
using Opportunities.Api.Opportunities;

namespace Opportunities.Api.Requirements;

/// <summary><c>…/{id}/timeline-requirements</c></summary>
internal static class TimelineRequirements
{
    private static readonly TextMember _description = new("description", 1, TimelineRequirement.MaxDescription);
    private static readonly TimeMember _targetDate = new("target_date");
    private static readonly EnumMember<TimelineType> _type = new("type");
    private static readonly BooleanMember _isFlexible = new("is_flexible");

    public static RequirementResource<TimelineRequirement, TimelineRequirement.Values, TimelineRequirementResponse> Resource { get; } = new(
        "timeline-requirements", "timeline requirement",
        new(
            "TimelineRequirementInput", "A date that the work must respect, inside the opportunity's own dates, edges included.",
            """{"description":"First result in production","target_date":"2023-06-30T00:00:00Z","type":"MILESTONE","is_flexible":false}""",
            static input => new(
                input.Required(_description),
                input.Required(_targetDate),
                input.Optional(_type, TimelineType.Milestone),
                input.Optional(_isFlexible, false))),
        static values => new TimelineRequirement(values),
        TimelineRequirementResponse.From,
        static opportunity => opportunity.TimelineRequirements);
}
