namespace Opportunities.Identity;

/// <summary>The scopes of the API, as a resource server named <c>opportunities</c> has them in Amazon Cognito.</summary>
public static class Scopes
{
    /// <summary>See every opportunity.</summary>
    public const string Read = "opportunities/read";

    /// <summary>Create and change every opportunity, its status included.</summary>
    public const string Write = "opportunities/write";

    /// <summary>Delete every opportunity.</summary>
    public const string Delete = "opportunities/delete";

    /// <summary>Do everything.</summary>
    public const string Admin = "opportunities/admin";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Read, Write, Delete, Admin];
}
