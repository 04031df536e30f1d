using Microsoft.AspNetCore.Routing.Matching;

namespace Opportunities.Api.Http;

/// <summary>
/// Keeps a path that is written out (<c>/summary</c>) from being taken for an id as well: it has the methods that were mapped to it, and
/// those of <c>{id}</c> neither answer there nor stand in <c>Allow</c>.
/// </summary>
internal sealed class LiteralPaths : MatcherPolicy, INodeBuilderPolicy
{
    /// <summary>Before the framework looks at methods, which is at -1000.</summary>
    public override int Order => -2000;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) =>
        endpoints.All(static endpoint =>
            endpoint is RouteEndpoint { RoutePattern.RawText: { } text } && text.StartsWith("/api/", StringComparison.Ordinal))
        && endpoints.Select(Precedence).Distinct().Count() > 1;

    public IReadOnlyList<PolicyNodeEdge> GetEdges(IReadOnlyList<Endpoint> endpoints)
    {
        var first = endpoints.Min(Precedence);
        return [new PolicyNodeEdge("literal", [.. endpoints.Where(endpoint => Precedence(endpoint) == first)])];
    }

    public PolicyJumpTable BuildJumpTable(int exitDestination, IReadOnlyList<PolicyJumpTableEdge> edges) =>
        new OneWay(edges[0].Destination);

    /// <summary>Lower where more of the path is written out.</summary>
    private static decimal Precedence(Endpoint endpoint) => ((RouteEndpoint)endpoint).RoutePattern.InboundPrecedence;

    private sealed class OneWay(int destination) : PolicyJumpTable
    {
        public override int GetDestination(HttpContext httpContext) => destination;
    }
}
