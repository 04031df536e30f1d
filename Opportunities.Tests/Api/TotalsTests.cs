using System.Net;

namespace Opportunities.Tests.Api;

/// <summary>The counts that the database keeps, against the rows themselves.</summary>
[Collection(SystemCollection.Name)]
public sealed class TotalsTests(TestSystem system)
{
    private const string Counted =
        """
        SELECT coalesce(created_by, '') || '/' || coalesce(status, '') || '/' || coalesce(priority, 0) || '/' || count(*) || '/' || sum(estimated_budget)
        FROM opportunities WHERE deleted_at IS NULL GROUP BY CUBE (created_by, status, priority) ORDER BY 1
        """;

    private const string Kept =
        """
        SELECT created_by || '/' || status || '/' || priority || '/' || count || '/' || total_budget
        FROM opportunity_counts WHERE count > 0 ORDER BY 1
        """;

    private const string CountedByOwner =
        """
        SELECT coalesce(owner, '') || '/' || coalesce(status, '') || '/' || coalesce(priority, 0) || '/' || count(*) || '/' || sum(estimated_budget)
        FROM opportunities WHERE deleted_at IS NULL GROUP BY CUBE (owner, status, priority) ORDER BY 1
        """;

    private const string KeptByOwner =
        """
        SELECT owner || '/' || status || '/' || priority || '/' || count || '/' || total_budget
        FROM owner_counts WHERE count > 0 ORDER BY 1
        """;

    [Fact]
    public async Task Counts_follow_every_kind_of_change_whoever_makes_it()
    {
        using var client = await system.ClientAsync();
        var ids = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => client.CreateAsync()));
        await Task.WhenAll(ids.Select(async (id, n) =>
        {
            using var answer = (n % 5) switch
            {
                0 => await client.MoveAsync(id, "SUBMITTED"),
                1 => await client.SendAsync(
                    HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { estimated_budget = 77.25, priority = "CRITICAL" }),
                2 => await client.DeleteAsync($"{ApiClient.Opportunities}/{id}"),
                4 => await client.SendAsync(
                    HttpMethod.Post, $"{ApiClient.Opportunities}/{id}/owner", new { owner = "dev-rep-1", reason = "Totals" }),
                _ => await client.SendAsync(HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = "The same to count" }),
            };
            Assert.True(answer.IsSuccessStatusCode);
        }));
        // Past the API, too.
        await system.Local.QueryAsync($"UPDATE opportunities SET estimated_budget = 3, deleted_at = now() WHERE id = '{ids[3]}'");
        await system.Local.QueryAsync($"DELETE FROM opportunities WHERE id = '{ids[7]}'");

        await Eventually.TrueAsync(
            async () => (await system.Local.QueryAsync("SELECT count(*) FROM opportunity_count_changes")).Single() == "0");
        Assert.Equal(await system.Local.QueryAsync(Counted), await system.Local.QueryAsync(Kept));
        Assert.Equal(await system.Local.QueryAsync(CountedByOwner), await system.Local.QueryAsync(KeptByOwner));
    }

    [Theory]
    [InlineData("dev-all", "", "true")]
    [InlineData("dev-all", "status=DRAFT&status=CANCELLED", "status IN ('DRAFT', 'CANCELLED')")]
    [InlineData("dev-all", "priority=HIGH", "priority = 3")]
    [InlineData("dev-all", "priority=LOW&priority=CRITICAL&status=DRAFT", "priority IN (1, 4) AND status = 'DRAFT'")]
    [InlineData("dev-all", "created_by=dev-rep-1", "created_by = 'dev-rep-1'")]
    [InlineData("dev-all", "owner=dev-rep-1", "owner = 'dev-rep-1'")]
    [InlineData(
        "dev-all", "owner=dev-rep-1&created_by=dev-all&status=DRAFT",
        "owner = 'dev-rep-1' AND created_by = 'dev-all' AND status = 'DRAFT'")]
    [InlineData("dev-rep-1", "", "owner = 'dev-rep-1'")]
    [InlineData("dev-rep-1", "owner=me&status=DRAFT", "owner = 'dev-rep-1' AND status = 'DRAFT'")]
    [InlineData("dev-rep-1", "created_by=dev-rep-1&status=DRAFT", "owner = 'dev-rep-1' AND created_by = 'dev-rep-1' AND status = 'DRAFT'")]
    [InlineData("dev-rep-1", "created_by=dev-all", "owner = 'dev-rep-1' AND created_by = 'dev-all'")]
    [InlineData("dev-rep-1", "owner=dev-rep-2", "false")]
    public async Task A_list_and_a_summary_count_what_their_rows_are(string caller, string query, string condition)
    {
        using var owner = await system.ClientAsync("dev-rep-1");
        await owner.CreateAsync();
        using var everything = await system.ClientAsync();
        var handed = await everything.CreateAsync();
        using var given = await everything.SendAsync(
            HttpMethod.Post, $"{ApiClient.Opportunities}/{handed}/owner", new { owner = "dev-rep-1", reason = "Totals" });
        await given.JsonAsync(HttpStatusCode.OK);
        using var client = await system.ClientAsync(caller);
        var rows = (await system.Local.QueryAsync($"SELECT count(*) FROM opportunities WHERE deleted_at IS NULL AND {condition}")).Single();
        foreach (var page in (string[])["", "&page=1000"])
        {
            Assert.Equal(
                rows,
                (await client.GetJsonAsync($"{ApiClient.Opportunities}?size=1&{query}{page}".TrimEnd('&')))["total_items"]!.ToString());
        }

        var summary = await client.GetJsonAsync($"{ApiClient.Opportunities}/summary?{query}".TrimEnd('?'));
        Assert.Equal(rows, summary["total_count"]!.ToString());
    }

    [Fact]
    public async Task A_total_is_right_before_its_changes_are_added_up()
    {
        using var client = await system.ClientAsync();
        for (var n = 0; n < 5; n++)
        {
            var before = await TotalAsync();
            await client.CreateAsync();
            Assert.Equal(before + 1, await TotalAsync());
        }

        async Task<int> TotalAsync() => (await client.GetJsonAsync($"{ApiClient.Opportunities}?size=1"))["total_items"]!.GetValue<int>();
    }

    [Fact]
    public async Task A_creation_is_one_transaction_with_its_history_and_its_event()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        var transactions = await system.Local.QueryAsync(
            $"""
             SELECT xmin FROM opportunities WHERE id = '{id}' UNION SELECT xmin FROM changes WHERE opportunity_id = '{id}'
             UNION SELECT xmin FROM outbox_events WHERE opportunity_id = '{id}'
             """);
        Assert.Single(transactions);
    }

    [Fact]
    public async Task A_recount_gives_what_is_kept()
    {
        using var client = await system.ClientAsync();
        using var created = await client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, ApiClient.Valid().ToJsonString());
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        await system.Local.QueryAsync("SELECT recount_opportunities()::text");
        Assert.Equal(await system.Local.QueryAsync(Counted), await system.Local.QueryAsync(Kept));
        Assert.Equal(await system.Local.QueryAsync(CountedByOwner), await system.Local.QueryAsync(KeptByOwner));
    }
}
