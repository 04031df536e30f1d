namespace Opportunities.Bench;

/// <summary>What is asked, of whom.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="Kind">The kind in <c>load.lua</c>.</param>
/// <param name="Servers">Who is asked: the API first, then the floors.</param>
/// <param name="Ids">The site's file of ids.</param>
/// <param name="Path">The path of the kind <c>path</c>, or the site's name for it.</param>
/// <param name="Connections">With how many connections it is measured; with 64, unless it is said.</param>
/// <param name="IsWrite">Whether it changes what is there.</param>
internal sealed record Workload(
    string Name, string Kind, string[] Servers, string Ids = "hot", string Path = Workload.Prefix, int[]? Connections = null,
    bool IsWrite = false)
{
    public const string Prefix = "/api/v1/opportunities";
    public const string Feed = "/api/v1/changes";

    private static readonly int[] _fewToMany = [1, 64, 256];
    private static readonly string[] _cached = [Measured.Cached, Measured.Redis, Measured.Static];
    private static readonly string[] _item = [Measured.Cached, Measured.Redis, Measured.RedisJwt, Measured.Static];
    private static readonly string[] _uncached = [Measured.Uncached, Measured.Raw];
    private static readonly string[] _alone = [Measured.Uncached];

    public static readonly IReadOnlyList<Workload> All =
    [
        new("list", "path", _cached, Connections: _fewToMany),
        new("list-br", "path-br", [Measured.Cached]),
        new("list-gzip", "path-gzip", [Measured.Cached]),
        new("item", "item", _item, Connections: _fewToMany),
        new("item-304", "not-modified", [Measured.Cached]),
        new("db-item", "item", _uncached, "cold", Connections: _fewToMany),
        new("db-list", "path", _uncached, Connections: _fewToMany),
        new("db-next", "path", _alone, Path: "next"),
        new("db-list-status", "path", _alone, Path: $"{Prefix}?status=SUBMITTED"),
        new("db-next-status", "path", _alone, Path: "next, status"),
        new("db-list-priority", "path", _alone, Path: $"{Prefix}?priority=HIGH"),
        new("db-next-priority", "path", _alone, Path: "next, priority"),
        new("db-list-owner", "path", _alone, Path: $"{Prefix}?created_by=owner-7"),
        new("db-next-owner", "path", _alone, Path: "next, owner"),
        // Of the first 10,000 rows, so that as many match in a larger table.
        new(
            "db-filtered", "path", _alone,
            Path: $"{Prefix}?status=SUBMITTED&priority=HIGH&client_name=Client%207&created_to=2023-01-07T22:39:00Z"),
        new("db-page-400", "path", _alone, Path: $"{Prefix}?page=400"),
        new("db-cursor-end", "path", _alone, Path: "end"),
        new("db-search", "path", _alone, Path: $"{Prefix}?q=number%200005077"),
        new("feed", "path", _alone, Path: $"{Feed}?from=oldest"),
        new("feed-next", "path", _alone, Path: "feed, middle"),
        new("feed-1000", "path", _alone, Path: $"{Feed}?from=oldest&size=1000"),
        new("feed-end", "path", _alone, Path: "feed, end"),
        new("create", "create", [Measured.Cached, Measured.Raw], Connections: _fewToMany, IsWrite: true),
        new("update", "update", [Measured.Cached, Measured.Raw], IsWrite: true),
        new("status", "status", [Measured.Cached], "drafts", IsWrite: true),
        new("mixed", "mixed", [Measured.Cached], IsWrite: true),
        new("mixed-writes", "mixed-writes", [Measured.Cached], IsWrite: true),
        // Of 500 creations each. Last, for it leaves many rows to clear away.
        new("batch", "batch", [Measured.Cached, Measured.Raw], Connections: [1, 64], IsWrite: true),
    ];
}
