using Opportunities.Api.OpenApi;
using Opportunities.Api.Requirements;
using Opportunities.Api.Transfer;

namespace Opportunities.Api.Opportunities;

/// <summary>The operations on opportunities.</summary>
internal static class OpportunityRoutes
{
    /// <summary>Where they all lie.</summary>
    public const string Prefix = "/api/v1/opportunities";

    public static void MapOpportunities(this WebApplication app)
    {
        var group = app.MapGroup(Prefix).WithTags("Opportunities").ProducesCommonProblems();
        CreateOpportunity.Map(group);
        ListOpportunities.Map(group);
        GetSummary.Map(group);
        GetOpportunity.Map(group);
        UpdateOpportunity.Map(group);
        DeleteOpportunity.Map(group);
        ChangeStatus.Map(group);
        GetHistory.Map(group);
        new ProblemStatements().Map(group);
        new SkillRequirements().Map(group);
        new TimelineRequirements().Map(group);
        ExportOpportunities.Map(group);
        ImportOpportunities.Map(group);
    }
}
