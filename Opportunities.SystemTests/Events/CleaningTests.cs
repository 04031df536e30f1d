namespace Opportunities.SystemTests.Events;

/// <summary>Published events are deleted in time, and nothing waits for that.</summary>
public sealed class CleaningTests : OwnSystem
{
    private const string Events =
        "INSERT INTO outbox_events (id, opportunity_id, occurred_at, content) SELECT gen_random_uuid(), gen_random_uuid()";

    [Fact]
    public async Task Events_that_cannot_be_deleted_do_not_keep_others_from_being_published()
    {
        await Local.WaitUntilPublishedAsync();
        await Local.Api.StopAsync();
        await Local.QueryAsync(
            $$"""
            {{Events}}, now() - interval '31 days', '{}' FROM generate_series(1, 10);
            UPDATE outbox_position SET sequence = (SELECT max(sequence) FROM outbox_events);
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not to be deleted'; END $$;
            CREATE TRIGGER refuse BEFORE DELETE ON outbox_events FOR EACH ROW EXECUTE FUNCTION refuse()
            """);
        await using var api = await Local.StartAnotherApiAsync();
        using var client = await this.ClientAsync();
        using var to = new HttpClient
        {
            BaseAddress = api.BaseAddress,
            DefaultRequestHeaders = { Authorization = client.DefaultRequestHeaders.Authorization },
        };
        var id = await to.CreateAsync();
        Assert.Single(await Local.StreamAsync(id));
        await Eventually.TrueAsync(
            () => api.LastLines.Any(line => line.Contains("The job \"delete published events\" failed", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Cleaning_reads_no_more_than_it_deletes_and_a_page()
    {
        await Local.WaitUntilPublishedAsync();
        await Local.Api.StopAsync();
        await Local.QueryAsync(
            $$"""
            {{Events}}, now() - CASE WHEN n <= 12000 THEN interval '31 days' ELSE interval '1 hour' END, '{}' FROM generate_series(1, 200000) n;
            UPDATE outbox_position SET sequence = (SELECT max(sequence) FROM outbox_events)
            """);
        await Local.QueryAsync("VACUUM ANALYZE outbox_events");
        var before = await ReadAsync();
        await using var api = await Local.StartAnotherApiAsync();
        // By the statistics alone: a question to the table would itself read it in whole.
        await Eventually.TrueAsync(
            async () => (await Local.QueryAsync(
                "SELECT n_tup_del >= 12000 FROM pg_stat_user_tables WHERE relname = 'outbox_events'")).Single() == "True");
        Assert.InRange(await ReadAsync() - before, 12_000, 45_000);
        Assert.Equal(
            "0", (await Local.QueryAsync("SELECT count(*) FROM outbox_events WHERE occurred_at < now() - interval '30 days'")).Single());

        async Task<long> ReadAsync() => long.Parse((await Local.QueryAsync(
            "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables WHERE relname = 'outbox_events'")).Single());
    }
}
