namespace Opportunities.Api.Caching;

/// <summary>Where an answer is kept: parsed values, never the text of a request, so that every spelling finds the same.</summary>
/// <param name="Scope">Whose generation the answer has.</param>
/// <param name="Content">What was asked for within the scope, and by whom where that makes a difference.</param>
internal sealed record CacheKey(CacheScope Scope, string Content)
{
    public static CacheKey Item(Guid id, string part, Caller caller) => new(CacheScope.Item(id), $"{part} {Visible(caller)}");

    /// <summary>What an operation answers about all opportunities to a parsed query.</summary>
    public static CacheKey List<T>(string operation, T query, Caller caller) =>
        new(CacheScope.Lists, $"{operation} {JsonSerializer.Serialize(query, ApiJson.TypeInfo<T>())} {Visible(caller)}");

    public override string ToString() => $"{Scope} {Content}";

    // A subject is any text; escaped, it has no blank.
    private static string Visible(Caller caller) => caller.ReadsAll ? "all" : $"of {Uri.EscapeDataString(caller.Subject)}";
}
