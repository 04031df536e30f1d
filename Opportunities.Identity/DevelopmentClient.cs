namespace Opportunities.Identity;

/// <summary>A client that the issuer knows, and what its tokens carry.</summary>
/// <param name="Id">Its <c>client_id</c>, and the subject of its tokens.</param>
/// <param name="AllowedScopes">What it may ask for, and gets when it asks for nothing.</param>
internal sealed record DevelopmentClient(string Id, IReadOnlyList<string> AllowedScopes, IReadOnlyList<string> Groups);
