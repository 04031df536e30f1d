namespace Opportunities.Identity;

/// <summary>Every client that the development issuer knows.</summary>
public static class DevelopmentClients
{
    /// <summary>The clients, in the order of the README.</summary>
    public static IReadOnlyList<DevelopmentClient> All { get; } =
    [
        new("dev-all", AllowedScopes: [Scopes.Read, Scopes.Write, Scopes.Delete, Scopes.Admin], Groups: []),
        new("dev-service", AllowedScopes: [Scopes.Read, Scopes.Write], Groups: []),
        new("dev-reader", AllowedScopes: [Scopes.Read], Groups: []),
        new("dev-none", AllowedScopes: [], Groups: []),
        new("dev-admin", AllowedScopes: [], Groups: [Roles.Admin]),
        new("dev-manager", AllowedScopes: [], Groups: [Roles.SalesManager]),
        new("dev-rep-1", AllowedScopes: [], Groups: [Roles.SalesRepresentative]),
        new("dev-rep-2", AllowedScopes: [], Groups: [Roles.SalesRepresentative]),
    ];

    /// <summary>The client of that id, if there is one.</summary>
    /// <param name="id">A <c>client_id</c>.</param>
    public static DevelopmentClient? Find(string? id) => All.FirstOrDefault(client => client.Id == id);
}
