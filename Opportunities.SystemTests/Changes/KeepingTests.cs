using System.Net;

namespace Opportunities.SystemTests.Changes;

/// <summary>How long changes are kept, and what a consumer is told that comes too late.</summary>
public sealed class KeepingTests : OwnSystem
{
    [Fact]
    public async Task Who_has_not_read_what_was_deleted_is_told_where_to_begin_again()
    {
        using var client = await this.ClientAsync();
        var early = await client.NowAsync();
        var old = await client.CreateAsync();
        await client.CreateAsync();
        var between = (await client.AfterAsync(early, "&size=1")).Cursor;
        var inWindow = (await client.AfterAsync(between, "&size=1")).Cursor;
        var read = await client.NowAsync();
        await Local.WaitUntilPublishedAsync();
        await Local.QueryAsync("UPDATE outbox_events SET occurred_at = now() - interval '31 days'");
        var recent = await client.CreateAsync();
        await CleanAsync(old);

        foreach (var cursor in (string[])[early, between])
        {
            using var answer = await client.GetAsync($"{FeedClient.Path}?after={cursor}");
            var oldest = (string)(await answer.ProblemAsync(HttpStatusCode.Gone))["oldest_cursor"]!;
            Assert.Equal([recent], (await client.AfterAsync(oldest)).Items.Select(item => (string?)item["opportunity_id"]));
        }

        foreach (var cursor in (string[])[inWindow, read])
            Assert.Equal([recent], (await client.AfterAsync(cursor)).Items.Select(item => (string?)item["opportunity_id"]));
        Assert.Equal([recent], (await client.AllAsync("from=oldest")).Select(item => (string?)item["opportunity_id"]));
    }

    [Fact]
    public async Task What_was_read_may_be_deleted()
    {
        using var client = await this.ClientAsync();
        var id = await client.CreateAsync();
        var read = await client.WalkAsync("from=oldest");
        await Local.WaitUntilPublishedAsync();
        await Local.QueryAsync("UPDATE outbox_events SET occurred_at = now() - interval '31 days'");
        await CleanAsync(id);
        Assert.Empty((await client.AfterAsync(read.Cursor)).Items);
    }

    [Fact]
    public async Task In_a_database_that_was_restored_old_cursors_are_gone_and_what_is_kept_is_told()
    {
        using var client = await this.ClientAsync();
        var id = await client.CreateAsync();
        var cursor = await client.NowAsync();
        // As rows of a cluster that had counted further; and of another server's, or another timeline.
        await Local.QueryAsync("UPDATE outbox_events SET transaction_id = '4000000000'");
        await Local.QueryAsync("UPDATE change_feed SET cluster = '1/00000001'");
        using var gone = await client.GetAsync($"{FeedClient.Path}?after={cursor}");
        var oldest = (string)(await gone.ProblemAsync(HttpStatusCode.Gone))["oldest_cursor"]!;
        var answer = await client.WalkAsync($"after={oldest}");
        Assert.Equal(id, (string?)answer.Items[^1]["opportunity_id"]);
        await client.MoveAsync(id, "SUBMITTED");
        answer = await client.AfterAsync(answer.Cursor);
        Assert.Equal(["status_changed 2"], answer.Items.Select(FeedClient.Text));
        Assert.Empty((await client.AfterAsync(answer.Cursor)).Items);
        await Local.QueryAsync($"DELETE FROM outbox_events WHERE transaction_id = '4000000000'");
        Assert.Empty((await client.AfterAsync(answer.Cursor)).Items);
    }

    // One begins with cleaning when it takes over.
    private async Task CleanAsync(string deleted)
    {
        await using var heir = await Local.StartAnotherApiAsync(
            new Dictionary<string, string?> { ["Events__CleaningInterval"] = "00:00:01" });
        await Local.QueryAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'opportunities-events'");
        await Eventually.TrueAsync(
            async () => (await Local.QueryAsync($"SELECT count(*) FROM outbox_events WHERE opportunity_id = '{deleted}'")).Single() == "0",
            TimeSpan.FromMinutes(1));
    }
}
