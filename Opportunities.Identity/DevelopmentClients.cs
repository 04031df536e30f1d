namespace Opportunities.Identity;

/// <summary>Every client that the development issuer knows, and the scopes that they may ask for.</summary>
internal static class DevelopmentClients
{
    private const string Read = "opportunities/read";
    private const string Write = "opportunities/write";

    /// <summary>The scopes of the API, as a resource server named <c>opportunities</c> has them in Amazon Cognito.</summary>
    public static IReadOnlyList<string> Scopes { get; } = [Read, Write, "opportunities/delete", "opportunities/admin"];

    /// <summary>The clients, in the order of the README.</summary>
    public static IReadOnlyList<DevelopmentClient> All { get; } =
    [
        new("dev-all", AllowedScopes: Scopes, Groups: []),
        new("dev-service", AllowedScopes: [Read, Write], Groups: []),
        new("dev-reader", AllowedScopes: [Read], Groups: []),
        new("dev-none", AllowedScopes: [], Groups: []),
        new("dev-admin", AllowedScopes: [], Groups: ["ADMIN"]),
        new("dev-manager", AllowedScopes: [], Groups: ["SALES_MANAGER"]),
        new("dev-rep-1", AllowedScopes: [], Groups: ["SALES_REPRESENTATIVE"]),
        new("dev-rep-2", AllowedScopes: [], Groups: ["SALES_REPRESENTATIVE"]),
    ];

    public static DevelopmentClient? Find(string? id) => All.FirstOrDefault(client => client.Id == id);
}
