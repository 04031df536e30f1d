namespace Opportunities.SystemTests.Events;

/// <summary>Nothing is lost, nothing is invented and the order is kept, when the process that publishes ends: the real one.</summary>
public sealed class RelayTests : DurableSystem
{
    [Fact]
    public async Task When_the_process_that_publishes_is_killed_under_load_another_one_goes_on()
    {
        await using var heir = await Local.StartAnotherApiAsync();
        using var client = await this.ClientAsync();
        using var other = await this.ClientAsync();
        using var toHeir = new HttpClient { BaseAddress = heir.BaseAddress };
        toHeir.DefaultRequestHeaders.Authorization = client.DefaultRequestHeaders.Authorization;
        await Local.WaitUntilPublishedAsync();
        Assert.DoesNotContain(heir.LastLines, IsTakeover);

        var killed = false;
        var writers = new[] { client, other, toHeir, toHeir }.Select(WriteAsync).ToList();
        await Eventually.TrueAsync(
            async () => (await Local.QueryAsync("SELECT count(*) FROM changes WHERE changed_by = 'dev-all'")).Single().Length > 2,
            TimeSpan.FromMinutes(2));
        await Local.Api.KillAsync();
        killed = true;
        await Eventually.TrueAsync(() => heir.LastLines.Any(IsTakeover));
        await Task.WhenAll(writers);

        await Local.WaitUntilPublishedAsync();
        var published = await Local.StreamAsync();
        Assert.Contains(published, e => (string?)e.Content["data"]!["reason"] == "written after the kill");
        await Local.AssertCompleteAsync(published);

        static bool IsTakeover(string line) => line.Contains("This process publishes the events.", StringComparison.Ordinal);

        async Task WriteAsync(HttpClient through)
        {
            var isLast = false;
            for (var n = 0; !isLast; n++)
            {
                // The last one is written after the kill.
                isLast = killed && n >= 23;
                try
                {
                    var id = await through.CreateAsync();
                    var path = $"{ApiClient.Opportunities}/{id}";
                    var reason = killed ? "written after the kill" : "written before the kill";
                    await Task.WhenAll(Enumerable.Range(0, 4).Select(async m =>
                    {
                        using var changed = await through.SendAsync(HttpMethod.Put, path, new { title = $"Title {m}", reason });
                    }));
                    using var moved = await through.MoveAsync(id, n % 2 == 0 ? "SUBMITTED" : "CANCELLED");
                    if (n % 4 == 0) (await through.DeleteAsync(path)).Dispose();
                }
                catch (HttpRequestException) when (killed || through != toHeir)
                {
                    // The process is gone; what became of the request is in the database.
                    return;
                }
            }
        }
    }

    [Fact]
    public async Task Published_events_are_kept_for_thirty_days()
    {
        using var client = await this.ClientAsync();
        var old = await client.CreateAsync();
        var recent = await client.CreateAsync();
        await Local.WaitUntilPublishedAsync();
        await Local.QueryAsync($"UPDATE outbox_events SET occurred_at = now() - interval '721 hours' WHERE opportunity_id = '{old}'");
        await Local.QueryAsync($"UPDATE outbox_events SET occurred_at = now() - interval '719 hours' WHERE opportunity_id = '{recent}'");
        // One begins with cleaning when it takes over.
        await using var heir = await Local.StartAnotherApiAsync();
        await Local.Api.StopAsync();
        await Eventually.TrueAsync(
            async () => (await Local.QueryAsync($"SELECT count(*) FROM outbox_events WHERE opportunity_id = '{old}'")).Single() == "0");
        Assert.Equal("1", (await Local.QueryAsync($"SELECT count(*) FROM outbox_events WHERE opportunity_id = '{recent}'")).Single());
    }
}
