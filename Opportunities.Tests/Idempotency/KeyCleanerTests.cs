using Opportunities.Tests.Api;
using Opportunities.Tests.Events;
using Opportunities.Tests.Servers;

namespace Opportunities.Tests.Idempotency;

/// <summary>Idempotency keys past their lifetime.</summary>
[Collection(SystemCollection.Name)]
public sealed class KeyCleanerTests(TestSystem system)
{
    // More than one batch.
    [Fact]
    public async Task Keys_are_deleted_when_they_are_past_their_lifetime_and_not_before()
    {
        using var client = await system.ClientAsync();
        var recent = Guid.NewGuid().ToString();
        using var created = await client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, ApiClient.Valid().ToJsonString(), ("Idempotency-Key", recent));
        await system.Local.QueryAsync($"UPDATE idempotent_requests SET created_at = now() - interval '23 hours' WHERE key = '{recent}'");
        await system.Local.QueryAsync(
            """
            INSERT INTO idempotent_requests (subject, key, fingerprint, status_code, body, created_at)
            SELECT 'cleaned', n::text, '', 201, '', now() - interval '24 hours' - n * interval '1 second' FROM generate_series(1, 2500) n
            """);
        await using var cleaner = await system.Local.StartAnotherApiAsync(new Dictionary<string, string?> { ["Idempotency__CleaningInterval"] = "00:00:01" });
        await Eventually.TrueAsync(async () => await CountAsync("subject = 'cleaned'") == "0");
        Assert.Equal("1", await CountAsync($"key = '{recent}'"));
    }

    private async Task<string> CountAsync(string condition) =>
        (await system.Local.QueryAsync($"SELECT count(*) FROM idempotent_requests WHERE {condition}")).Single();
}
