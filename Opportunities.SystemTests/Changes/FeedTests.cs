using System.Net;
using System.Text.Json.Nodes;
using Npgsql;

namespace Opportunities.SystemTests.Changes;

/// <summary>A system whose feed tests look at; each in what comes after it began.</summary>
public sealed class FeedSystem : OwnSystem;

/// <summary>What the change feed tells, to whom, and in which order.</summary>
public sealed class FeedTests(FeedSystem system) : IClassFixture<FeedSystem>
{
    [Fact]
    public async Task Each_change_is_told_once_in_the_order_of_the_versions_as_the_history_has_it()
    {
        using var client = await system.ClientAsync();
        var begin = await client.NowAsync();
        var id = await client.CreateAsync();
        var path = $"{ApiClient.Opportunities}/{id}";
        var update = new { title = "Größe \U0001F40E <b>", priority = "HIGH", reason = "Better" };
        using var updated = await client.SendAsync(HttpMethod.Put, path, update);
        await client.MoveAsync(id, "SUBMITTED");
        var history = (await client.GetJsonAsync($"{path}/history"))["items"]!.AsArray().Reverse().ToList();
        await client.DeleteAsync(path);

        var answer = await client.AfterAsync(begin);
        Assert.False(answer.HasMore);
        Assert.Equal(["created 1", "updated 2", "status_changed 3", "deleted 4"], answer.Items.Select(FeedClient.Text));
        Assert.All(answer.Items, item => Assert.Equal(id, (string?)item["opportunity_id"]));
        var told = answer.Items[1];
        Assert.Equal(
            ((string?)history[1]!["id"], (string?)history[1]!["changed_at"], "dev-all", "Better", "DRAFT"),
            (Id(told), (string?)told["changed_at"], (string?)told["changed_by"], (string?)told["reason"], (string?)told["status"]));
        Assert.Equal(
            history.Skip(1).Take(2).Select(record => $"{record!["field_name"]}: {record["old_value"]} → {record["new_value"]}"),
            told["changes"]!.AsArray().Select(record => $"{record!["field_name"]}: {record["old_value"]} → {record["new_value"]}"));
        Assert.Empty((await client.AfterAsync(answer.Cursor)).Items);
    }

    [Fact]
    public async Task What_comes_back_after_its_deletion_is_told()
    {
        using var client = await system.ClientAsync();
        var begin = await client.NowAsync();
        var id = await client.CreateAsync();
        using var deleted = await client.DeleteAsync($"{ApiClient.Opportunities}/{id}");
        var body = new { reason = "A test says so" };
        using var restored = await client.SendAsync(HttpMethod.Post, $"{ApiClient.Opportunities}/{id}/restore", body);
        await restored.JsonAsync(HttpStatusCode.OK);
        var told = await client.AfterAsync(begin, "&type=restored&type=deleted");
        Assert.Equal(["deleted 2", "restored 3"], told.Items.Select(FeedClient.Text));
    }

    [Fact]
    public async Task Pages_of_any_size_tell_the_same()
    {
        using var client = await system.ClientAsync();
        var begin = await client.NowAsync();
        for (var n = 0; n < 7; n++) await client.MoveAsync(await client.CreateAsync(), "SUBMITTED");
        var all = await client.AllAsync($"after={begin}");
        Assert.Equal(14, all.Count);
        foreach (var size in (int[])[1, 2, 7, 14, 15])
            Assert.Equal(all.Select(Id), (await client.AllAsync($"after={begin}", $"&size={size}")).Select(Id));
        Assert.Equal(all.Select(Id), (await client.AllAsync("from=oldest")).Select(Id).TakeLast(14));
        var created = await client.AllAsync($"after={begin}", "&type=created&type=deleted");
        Assert.Equal(Enumerable.Repeat("created 1", 7), created.Select(FeedClient.Text));
    }

    [Fact]
    public async Task What_commits_late_is_told_late_and_holds_nobody_up()
    {
        using var client = await system.ClientAsync();
        var (first, second) = (await client.CreateAsync(), await client.CreateAsync());
        var begin = await client.NowAsync();
        await using var connection = new NpgsqlConnection(system.Local.ConnectionString);
        await connection.OpenAsync();
        await using (var slow = await connection.BeginTransactionAsync())
        {
            // A change that has drawn its place and its transaction, and is not committed.
            await using (var write = new NpgsqlCommand(Copy(first, 2), connection, slow)) await write.ExecuteNonQueryAsync();
            await client.MoveAsync(second, "SUBMITTED");
            var before = await client.AfterAsync(begin);
            Assert.Equal([second], before.Items.Select(item => (string?)item["opportunity_id"]));
            // From here, and from where the window began.
            var now = await client.NowAsync();
            await slow.CommitAsync();
            foreach (var cursor in (string[])[before.Cursor, now])
            {
                var late = (await client.AfterAsync(cursor)).Items.Single();
                Assert.Equal((first, 2), ((string?)late["opportunity_id"], (int?)late["version"]));
            }
        }

        Assert.Equal(2, (await client.AfterAsync(begin)).Items.Count);
    }

    // A transaction that waits for a row is older than the one that it waits for, while an even older one of somebody else goes on.
    [Fact]
    public async Task The_order_of_versions_is_kept_where_the_order_of_transactions_is_another()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        var begin = await client.NowAsync();
        await using var connections = NpgsqlDataSource.Create(system.Local.ConnectionString);
        await using var first = await connections.OpenConnectionAsync();
        await using var oldest = await connections.OpenConnectionAsync();
        await using var second = await connections.OpenConnectionAsync();
        await ExecuteAsync(first, "BEGIN; SELECT pg_current_xact_id()");
        await ExecuteAsync(oldest, "BEGIN; SELECT pg_current_xact_id()");
        await ExecuteAsync(second, $"BEGIN; SELECT pg_current_xact_id(); {Copy(id, 2)}; COMMIT");
        await ExecuteAsync(first, $"{Copy(id, 3)}; COMMIT");
        var answer = await client.AfterAsync(begin, "&size=1");
        Assert.Equal(2, (int?)answer.Items.Single()["version"]);
        Assert.Equal(3, (int?)(await client.AfterAsync(answer.Cursor)).Items.Single()["version"]);
        await ExecuteAsync(oldest, "ROLLBACK");
    }

    [Fact]
    public async Task A_representative_is_told_of_what_is_its_own_and_once_of_what_is_no_longer()
    {
        using var all = await system.ClientAsync("dev-manager");
        using var first = await system.ClientAsync("dev-rep-1");
        using var second = await system.ClientAsync("dev-rep-2");
        var (begin, beginSecond) = (await first.NowAsync(), await second.NowAsync());
        var id = await first.CreateAsync();
        await second.CreateAsync();
        var given = new { owner = "dev-rep-2", reason = "A test says so" };
        using var handed = await all.SendAsync(HttpMethod.Post, $"{ApiClient.Opportunities}/{id}/owner", given);
        await handed.JsonAsync(HttpStatusCode.OK);
        using var moved = await second.MoveAsync(id, "SUBMITTED");
        await moved.JsonAsync(HttpStatusCode.OK);

        Assert.Equal(["created 1", "hidden 2"], (await first.AfterAsync(begin)).Items.Select(FeedClient.Text));
        var hidden = (await first.AfterAsync(begin, "&type=deleted")).Items.Single();
        Assert.Equal(
            $$"""{"type":"hidden","opportunity_id":"{{id}}","version":2,"status":null,"changed_by":null,"reason":null,"changes":[]}""",
            Without(hidden, "id", "changed_at"));
        Assert.Equal(
            ["updated 2", "status_changed 3"],
            (await second.AfterAsync(beginSecond)).Items.Where(item => (string?)item["opportunity_id"] == id).Select(FeedClient.Text));
        Assert.Equal(
            ["created 1", "updated 2", "status_changed 3"],
            (await all.AllAsync("from=oldest")).Where(item => (string?)item["opportunity_id"] == id).Select(FeedClient.Text));
    }

    [Fact]
    public async Task What_one_caller_was_given_shows_another_no_more_than_its_own()
    {
        using var all = await system.ClientAsync("dev-manager");
        using var stranger = await system.ClientAsync("dev-rep-2");
        var begin = await all.NowAsync();
        var id = await all.CreateAsync();
        Assert.Single((await all.AfterAsync(begin)).Items);
        Assert.Empty((await stranger.AfterAsync(begin)).Items);
        Assert.DoesNotContain(await stranger.AllAsync("from=oldest"), item => (string?)item["opportunity_id"] == id);
    }

    [Fact]
    public async Task An_event_of_a_release_that_knew_no_owners_is_the_owners_of_its_opportunity()
    {
        using var first = await system.ClientAsync("dev-rep-1");
        using var second = await system.ClientAsync("dev-rep-2");
        var (begin, beginSecond) = (await first.NowAsync(), await second.NowAsync());
        var id = await first.CreateAsync();
        await system.Local.QueryAsync($"UPDATE outbox_events SET owner = NULL WHERE opportunity_id = '{id}'");
        Assert.Single((await first.AfterAsync(begin)).Items);
        Assert.Empty((await second.AfterAsync(beginSecond)).Items);
    }

    [Fact]
    public async Task What_is_parked_is_told_at_its_place_and_not_again_when_it_is_published()
    {
        using var client = await system.ClientAsync();
        var begin = await client.NowAsync();
        var id = await client.CreateAsync();
        await client.MoveAsync(id, "SUBMITTED");
        await system.Local.WaitUntilPublishedAsync();
        await system.Local.QueryAsync(
            $"""
            WITH moved AS (DELETE FROM outbox_events WHERE opportunity_id = '{id}' AND content->'data'->>'version' = '1' RETURNING *)
            INSERT INTO parked_events (sequence, id, opportunity_id, occurred_at, content, owner, previous_owner, transaction_id, reason)
            SELECT sequence, id, opportunity_id, occurred_at, content, owner, previous_owner, transaction_id, 'test' FROM moved
            """);
        var answer = await client.AfterAsync(begin);
        Assert.Equal(["created 1", "status_changed 2"], answer.Items.Select(FeedClient.Text));
        await system.Local.QueryAsync("SELECT publish_parked_events()");
        Assert.Empty((await client.AfterAsync(answer.Cursor)).Items);
        Assert.Equal(["created 1", "status_changed 2"], (await client.AfterAsync(begin)).Items.Select(FeedClient.Text));
    }

    [Fact]
    public async Task Values_that_an_event_has_no_room_for_are_told_all_the_same()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        var path = $"{ApiClient.Opportunities}/{id}/problem-statements";
        var statement = string.Concat(Enumerable.Repeat("\u2028\U0001F40E", 10_000));
        using var added = await client.SendAsync(HttpMethod.Post, path, new { description = statement });
        await added.JsonAsync(HttpStatusCode.Created);
        var isOmitted = await system.Local.QueryAsync(
            "SELECT content::text LIKE '%values_omitted%' FROM outbox_events "
            + $"WHERE opportunity_id = '{id}' ORDER BY sequence DESC LIMIT 1");
        Assert.Equal(["True"], isOmitted);
        var last = (await client.AllAsync("from=oldest")).Last(item => (string?)item["opportunity_id"] == id);
        var told = last["changes"]!.AsArray().Single()!;
        var kept = (await client.GetJsonAsync($"{ApiClient.Opportunities}/{id}/history"))["items"]![0]!;
        Assert.Equal((string?)kept["new_value"], (string?)told["new_value"]);
    }

    [Fact]
    public async Task A_page_ends_where_it_would_be_too_long()
    {
        using var client = await system.ClientAsync();
        var begin = await client.NowAsync();
        var id = await client.CreateAsync();
        await system.Local.QueryAsync(
            $$"""
            INSERT INTO outbox_events (id, opportunity_id, occurred_at, owner, content)
            SELECT gen_random_uuid(), opportunity_id, occurred_at, owner,
              replace(content::text, '"DRAFT"}]', '"' || repeat('x', 1000000) || '"}]')::json
            FROM outbox_events, generate_series(1, 9) WHERE opportunity_id = '{{id}}'
            """);
        var sizes = new List<int>();
        for (var answer = await client.AfterAsync(begin); ; answer = await client.AfterAsync(answer.Cursor))
        {
            sizes.Add(answer.Items.Count);
            if (!answer.HasMore) break;
        }

        Assert.Equal(10, sizes.Sum());
        Assert.All(sizes, size => Assert.InRange(size, 1, 6));
    }

    [Fact]
    public async Task A_row_that_is_no_event_is_passed_over()
    {
        using var client = await system.ClientAsync();
        var begin = await client.NowAsync();
        await system.Local.QueryAsync(
            "INSERT INTO outbox_events (id, opportunity_id, occurred_at, content) "
            + "SELECT id, id, now(), json_build_object('id', id, 'subject', id) FROM gen_random_uuid() id");
        var id = await client.CreateAsync();
        Assert.Equal([id], (await client.AfterAsync(begin)).Items.Select(item => (string?)item["opportunity_id"]));
    }

    [Theory]
    [InlineData("", "from")]
    [InlineData("?from=now&after=AAAA", "from")]
    [InlineData("?from=later", "from")]
    [InlineData("?after=AAAA", "after")]
    [InlineData("?after=", "after")]
    [InlineData("?from=now&size=0", "size")]
    [InlineData("?from=now&size=1001", "size")]
    [InlineData("?from=now&wait=21", "wait")]
    [InlineData("?from=now&wait=1.5", "wait")]
    [InlineData("?from=now&type=hidden", "type")]
    [InlineData("?from=now&page=1", "page")]
    [InlineData("?from=now&from=now", "from")]
    public async Task What_is_wrong_with_the_request_is_said(string query, string expected)
    {
        using var client = await system.ClientAsync();
        using var answer = await client.GetAsync($"{FeedClient.Path}{query}");
        Assert.Equal([expected], await answer.OffendingAsync());
    }

    [Fact]
    public async Task A_page_is_not_kept_by_others()
    {
        using var client = await system.ClientAsync();
        using var answer = await client.GetAsync($"{FeedClient.Path}?from=oldest");
        Assert.Equal((true, true), (answer.Headers.CacheControl?.Private, answer.Headers.CacheControl?.NoCache));
    }

    /// <summary>A further event of an opportunity, as a change of it would write it.</summary>
    internal static string Copy(string id, int version) =>
        $$"""
        INSERT INTO outbox_events (id, opportunity_id, occurred_at, owner, content)
        SELECT gen_random_uuid(), opportunity_id, now(), owner,
          replace(replace(content::text, '"version":1,', '"version":{{version}},'), 'opportunity.created', 'opportunity.updated')::json
        FROM outbox_events WHERE opportunity_id = '{{id}}' AND content->'data'->>'version' = '1'
        """;

    private static string? Id(JsonNode item) => (string?)item["id"];

    private static string Without(JsonNode item, params string[] members)
    {
        foreach (var member in members) Assert.True(item.AsObject().Remove(member));
        return item.ToJsonString();
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
