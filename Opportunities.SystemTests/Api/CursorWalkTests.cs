using System.Net;

namespace Opportunities.SystemTests.Api;

/// <summary>A walk by cursor over a large table that others change meanwhile.</summary>
public sealed class CursorWalkTests : OwnSystem
{
    private const int Rows = 100_000;

    [Fact]
    public async Task Every_row_that_stayed_is_seen_exactly_once_while_others_insert_update_and_delete()
    {
        var present = await FillAsync();
        using var client = await this.ClientAsync();
        using var walked = new CancellationTokenSource();
        var disturbance = DisturbAsync(present, walked.Token);

        var seen = new List<Guid>(Rows);
        var page = await client.GetJsonAsync($"{ApiClient.Opportunities}?size=100");
        while (true)
        {
            seen.AddRange(page["items"]!.AsArray().Select(item => item!["id"]!.GetValue<Guid>()));
            if (page["next_cursor"] is not { } cursor) break;
            page = await client.GetJsonAsync($"{ApiClient.Opportunities}?size=100&cursor={cursor}");
        }

        await walked.CancelAsync();
        var (changes, deleted) = await disturbance;
        Assert.True(changes > 100, $"Only {changes} changes: nobody was disturbed.");
        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Empty(present.Except(deleted).Except(seen));
    }

    /// <summary>Changes rows through the API, one after the other, until the walk is over.</summary>
    private async Task<(int Changes, HashSet<Guid> Deleted)> DisturbAsync(IReadOnlyList<Guid> present, CancellationToken walked)
    {
        using var client = await this.ClientAsync();
        var random = new Random(1);
        var deleted = new HashSet<Guid>();
        var changes = 0;
        while (!walked.IsCancellationRequested)
        {
            var id = present[random.Next(present.Count)];
            switch (random.Next(3))
            {
                case 0:
                    await client.CreateAsync();
                    break;
                case 1 when !deleted.Contains(id):
                    using (var updated = await client.SendAsync(
                        HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = $"Changed {changes}" }))
                    {
                        Assert.Equal(HttpStatusCode.OK, updated.StatusCode);
                    }

                    break;
                case 2 when deleted.Add(id):
                    using (var gone = await client.SendAsync(HttpMethod.Delete, $"{ApiClient.Opportunities}/{id}"))
                        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
                    break;
                default:
                    continue;
            }

            changes++;
        }

        return (changes, deleted);
    }

    /// <summary>Fills the table, many rows with the same time of creation, and gives the ids of all rows.</summary>
    private async Task<IReadOnlyList<Guid>> FillAsync()
    {
        await Local.FillAsync(
            $"""
             TRUNCATE opportunities CASCADE;
             INSERT INTO opportunities (id, title, description, client_name, estimated_budget, estimated_start_date, estimated_end_date, priority, status,
                                        created_by, updated_by, created_at, updated_at, version)
             SELECT gen_random_uuid(), 'Row ' || n, 'Filled in', 'Client ' || n % 100, n + 1, now(), now() + interval '1 day', 2, 'DRAFT',
                    'dev-manager', 'dev-manager', timestamptz '2026-01-01Z' + n / 50 * interval '1 second', now(), 1
             FROM generate_series(1, {Rows}) n
             """);
        return [.. (await Local.QueryAsync("SELECT id FROM opportunities")).Select(Guid.Parse)];
    }
}
