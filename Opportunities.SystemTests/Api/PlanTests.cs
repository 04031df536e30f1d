using System.Collections.Concurrent;

namespace Opportunities.SystemTests.Api;

/// <summary>What PostgreSQL does for a request when there are a million opportunities: never read them all.</summary>
public sealed class PlanTests : OwnSystem
{
    private readonly ConcurrentQueue<string> _log = new();
    private Uri? _api;

    public override Uri Api => _api ?? base.Api;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await FillAsync();
    }

    [Fact]
    public async Task No_request_reads_the_whole_table_or_history_or_passes_over_others_to_find_its_own_or_has_its_statement_compiled()
    {
        var before = await ScansAsync();
        // A process of its own: what it did is counted at the latest when it ends.
        await using (var api = await Local.StartAnotherApiAsync(new Dictionary<string, string?> { ["Caching__ReadsFromCache"] = "false" }))
        {
            _api = api.BaseAddress;
            using var client = await this.ClientAsync();
            // More often than PostgreSQL plans a prepared statement for its values.
            for (var n = 0; n < 12; n++) await RequestAsync(client, n);
        }

        Assert.Equal(before, await ScansAsync());
        // To compile a statement takes longer than it does.
        var plans = string.Join('\n', _log);
        Assert.Contains("Query Text:", plans);
        Assert.DoesNotContain("JIT:", plans);
        // The newest of all may be none of those that are asked for: what has an index of its own is found by that.
        Assert.DoesNotMatch(
            @"using ix_opportunities_created_at_id on opportunities.*\n\s*Filter: .*(status|priority|owner|created_by|client_name)", plans);
    }

    protected override ProcessSystemOptions Options(string dataDirectory) => new()
    {
        DataDirectory = dataDirectory,
        IsDurable = false,
        PostgresSettings = new Dictionary<string, string>
        {
            ["session_preload_libraries"] = "auto_explain",
            ["auto_explain.log_min_duration"] = "0",
        },
        // Of the API alone, after what fills the table.
        PostgresOutput = line =>
        {
            if (_api is not null) _log.Enqueue(line);
        },
    };

    private static async Task RequestAsync(HttpClient client, int n)
    {
        string[] queries =
        [
            "", "status=SUBMITTED", "priority=HIGH", "created_by=owner-7", "owner=owner-7", "status=DRAFT&priority=LOW",
            $"client_name=Client%20{n}", $"q=number%20{4000 + n}", $"q=number%20{4000 + n}&sort_by=created_at", "sort_by=title",
            "sort_by=updated_at&sort_direction=asc", "sort_by=priority", "sort_by=estimated_budget",
            "sort_by=estimated_start_date", "sort_by=client_name", "created_from=2024-06-01T00:00:00Z&created_to=2024-06-02T00:00:00Z",
            "updated_from=2024-06-01T00:00:00Z&updated_to=2024-06-02T00:00:00Z",
            "starts_from=2024-06-01T00:00:00Z&starts_to=2024-06-02T00:00:00Z", "min_budget=5000&max_budget=5010", $"page={20 * n}",
        ];
        foreach (var query in queries)
        {
            var page = await client.GetJsonAsync($"{ApiClient.Opportunities}?{query}".TrimEnd('?'));
            if (page["next_cursor"] is { } cursor) await client.GetJsonAsync($"{ApiClient.Opportunities}?cursor={cursor}");
        }

        await client.GetJsonAsync("/api/v1/changes?from=oldest&size=1000");
        await client.GetJsonAsync($"{ApiClient.Opportunities}/summary");
        await client.GetJsonAsync($"{ApiClient.Opportunities}/summary?created_by=owner-7");
        await client.GetJsonAsync($"{ApiClient.Opportunities}/summary?owner=owner-7");
        var id = await client.CreateAsync();
        await client.GetJsonAsync($"{ApiClient.Opportunities}/{id}");
        await client.GetJsonAsync($"{ApiClient.Opportunities}/{id}/history");
        using var moved = await client.MoveAsync(id, "SUBMITTED");
        using var updated = await client.SendAsync(
            HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = "Another title", reason = "Plans" });
        using var given = await client.SendAsync(
            HttpMethod.Post, $"{ApiClient.Opportunities}/{id}/owner", new { owner = $"plan-{n}", reason = "Plans" });
        using var reassigned = await client.SendAsync(
            HttpMethod.Post, $"{ApiClient.Opportunities}/reassign", new { from = $"plan-{n}", to = "dev-all", reason = "Plans" });
        using var deleted = await client.DeleteAsync($"{ApiClient.Opportunities}/{id}");
        Assert.All([moved, updated, given, reassigned, deleted], answer => Assert.True(answer.IsSuccessStatusCode));
    }

    private async Task<IReadOnlyList<string>> ScansAsync() => await Local.QueryAsync(
        "SELECT relname || ': ' || seq_scan || ' sequential scans' FROM pg_stat_user_tables WHERE relname IN ('opportunities', 'changes') "
        + "ORDER BY 1");

    private Task FillAsync() => Local.FillAsync(
        """
        INSERT INTO opportunities (id, title, description, client_name, estimated_budget, estimated_start_date, estimated_end_date, priority, status,
          created_by, updated_by, created_at, updated_at, version)
        SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'Opportunity number ' || n, 'What the client needs', 'Client ' || n % 1000, 1000 + n % 100000,
          '2023-01-01Z'::timestamptz + n * interval '1 minute', '2033-01-01Z', 1 + n % 4, (ARRAY['DRAFT', 'DRAFT', 'SUBMITTED', 'MATCHES_FOUND'])[1 + n % 4],
          'owner-' || n % 50, 'seed', '2023-01-01Z'::timestamptz + n * interval '1 minute', '2023-01-01Z'::timestamptz + n * interval '1 minute', 1
        FROM generate_series(1, 1000000) n;
        INSERT INTO changes (id, opportunity_id, version, ordinal, field_name, new_value, changed_at, changed_by)
        SELECT id, id, 1, 0, 'status', status, created_at, created_by FROM opportunities WHERE updated_by = 'seed' ORDER BY id
        """);
}
