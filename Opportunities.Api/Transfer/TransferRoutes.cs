using Opportunities.Api.Opportunities;

namespace Opportunities.Api.Transfer;

internal static class TransferRoutes
{
    public static void MapTransfer(this WebApplication app)
    {
        var group = app.MapOpportunityGroup("Opportunities");
        ExportOpportunities.Map(group);
        ImportOpportunities.Map(group);
    }
}
