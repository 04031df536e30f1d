using Opportunities.Api.Opportunities;

namespace Opportunities.Api.Requirements;

internal static class RequirementRoutes
{
    public static void MapRequirements(this WebApplication app)
    {
        var group = app.MapOpportunityGroup("Requirements", "/{id}");
        ProblemStatements.Resource.Map(group);
        SkillRequirements.Resource.Map(group);
        TimelineRequirements.Resource.Map(group);
        new Notes().Map(app.MapOpportunityGroup("Opportunities", "/{id}"));
    }
}
