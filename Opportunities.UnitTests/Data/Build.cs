using Opportunities.Data;
using Opportunities.Data.Requirements;

namespace Opportunities.UnitTests.Data;

/// <summary>Opportunities for tests of the rules, without a server.</summary>
internal static class Build
{
    private static readonly OpportunityStatus[] _path =
    [
        OpportunityStatus.Submitted, OpportunityStatus.MatchingInProgress, OpportunityStatus.MatchesFound,
        OpportunityStatus.ArchitectSelected, OpportunityStatus.Completed,
    ];

    public static OpportunityContent Content { get; } = new()
    {
        Title = "Title",
        Description = "Description",
        ClientName = "Client",
        EstimatedBudget = 1000m,
        EstimatedStartDate = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc),
        EstimatedEndDate = new DateTime(2026, 12, 31, 0, 0, 0, DateTimeKind.Utc),
        Priority = Priority.Medium,
    };

    public static ProblemStatement Problem() => new ProblemStatement(new(new string('x', 100), 1));

    public static SkillRequirement Skill(string name = "PostgreSQL") =>
        new SkillRequirement(new(name, SkillType.Technical, ExperienceLevel.Advanced, Importance.MustHave));

    public static Opportunity Draft(DateTime at) => Opportunity.Create(Content, new ChangeContext("owner", at));

    /// <summary>An opportunity that went the straight way to a state, with what matching needs.</summary>
    public static Opportunity In(OpportunityStatus status, DateTime at)
    {
        var opportunity = Draft(at);
        var stamp = new ChangeContext("owner", at, "on the way");
        opportunity.Add(Problem(), stamp);
        opportunity.Add(Skill(), stamp);
        if (status == OpportunityStatus.Cancelled)
        {
            opportunity.ChangeStatus(status, stamp);
            return opportunity;
        }

        foreach (var next in _path.TakeWhile(_ => opportunity.Status != status)) opportunity.ChangeStatus(next, stamp);
        return opportunity;
    }
}
