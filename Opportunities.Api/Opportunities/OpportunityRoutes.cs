using Opportunities.Api.OpenApi;

namespace Opportunities.Api.Opportunities;

internal static class OpportunityRoutes
{
    public const string Prefix = "/api/v1/opportunities";

    public static void MapOpportunities(this WebApplication app)
    {
        var group = app.MapOpportunityGroup("Opportunities");
        CreateOpportunity.Map(group);
        ListOpportunities.Map(group);
        GetSummary.Map(group);
        GetOpportunity.Map(group);
        UpdateOpportunity.Map(group);
        UpsertOpportunity.Map(group);
        DeleteOpportunity.Map(group);
        RestoreOpportunity.Map(group);
        ChangeStatus.Map(group);
        ChangeOwner.Map(group);
        ReassignOpportunities.Map(group);
        BatchOpportunities.Map(group);
        GetHistory.Map(group);
    }

    /// <summary>A group of operations on opportunities, or on what belongs to one.</summary>
    public static RouteGroupBuilder MapOpportunityGroup(this WebApplication app, string tag, string path = "") =>
        app.MapGroup(Prefix + path).WithTags(tag).ProducesCommonProblems();
}
