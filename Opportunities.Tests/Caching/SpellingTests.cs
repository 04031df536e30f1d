using System.Net;
using Opportunities.Tests.Api;
using StackExchange.Redis;

namespace Opportunities.Tests.Caching;

/// <summary>
/// A request that can be written in several ways is one request, or is refused: never one with a cached answer of its own.
/// </summary>
[Collection(SystemCollection.Name)]
public sealed class SpellingTests(TestSystem system) : IAsyncLifetime
{
    private HttpClient _client = null!;
    private ConnectionMultiplexer _redis = null!;

    public async Task InitializeAsync()
    {
        _client = await system.ClientAsync();
        _redis = await ConnectionMultiplexer.ConnectAsync(system.Local.CacheConnectionString);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task No_way_to_write_an_id_shows_the_state_before_an_acknowledged_write()
    {
        foreach (var write in Spellings)
        {
            var id = await _client.CreateAsync(ApiClient.Valid("Before"));
            await ReadAsync(write(id));
            using var written = await _client.SendAsync(HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = "After" });
            await written.JsonAsync(HttpStatusCode.OK);
            await ReadAsync(write(id), title => Assert.True(title == "After", $"{write(id)}: {title}"));
            using var deleted = await _client.DeleteAsync($"{ApiClient.Opportunities}/{id}");
            using var after = await _client.GetAsync($"{ApiClient.Opportunities}/{write(id)}");
            Assert.True(after.StatusCode == HttpStatusCode.NotFound, $"{write(id)} after it was deleted: {after.StatusCode}");
        }
    }

    [Fact]
    public async Task What_is_not_exactly_an_id_names_nothing_in_any_path()
    {
        var id = await _client.CreateAsync();
        using var added = await _client.SendAsync(
            HttpMethod.Post, $"{ApiClient.Opportunities}/{id}/skill-requirements",
            new { skill_name = "Patience", experience_level = "EXPERT" });
        var part = (string)(await added.JsonAsync(HttpStatusCode.Created))["id"]!;
        foreach (var write in Spellings.Where(write => !write(id).Equals(id, StringComparison.OrdinalIgnoreCase)))
        {
            string[] paths =
            [
                write(id), $"{write(id)}/history", $"{write(id)}/skill-requirements", $"{write(id)}/skill-requirements/{part}",
                $"{id}/skill-requirements/{write(part)}", $"{write(id)}/attachments", $"{id}/attachments/{write(part)}/download-url",
            ];
            foreach (var path in paths)
            {
                using var read = await _client.GetAsync($"{ApiClient.Opportunities}/{path}");
                Assert.True(read.StatusCode == HttpStatusCode.NotFound, $"GET {path}: {read.StatusCode}");
            }

            using var written = await _client.SendAsync(
                HttpMethod.Put, $"{ApiClient.Opportunities}/{write(id)}", new { title = "Another" });
            await written.ProblemAsync(HttpStatusCode.NotFound);
            using var deleted = await _client.DeleteAsync($"{ApiClient.Opportunities}/{write(id)}");
            await deleted.ProblemAsync(HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task An_id_in_either_case_is_answered_with_the_same_entry()
    {
        var id = await _client.CreateAsync(ApiClient.Valid("Before"));
        var before = await CachedAsync(() => ReadAsync(id), key => key.Contains(id, StringComparison.Ordinal));
        foreach (var same in (string[])[id.ToUpperInvariant(), $"%{(int)id[0]:x2}{id[1..]}", $"{id}/"])
            await ReadAsync(same, title => Assert.Equal("Before", title));
        Assert.Equal(before, await AnswersAsync());
    }

    [Fact]
    public async Task A_list_is_answered_with_the_same_entry_however_it_is_asked_for()
    {
        string[][] groups =
        [
            ["", "?", "?page=0", "?size=20", "?sort_by=created_at", "?sort_direction=desc&sort_by=created_at&page=0&size=20"],
            [
                "?status=DRAFT&status=SUBMITTED",
                "?status=SUBMITTED&status=DRAFT",
                "?status=DRAFT&status=SUBMITTED&status=DRAFT",
                "?%73tatus=%44RAFT&status=SUBMITTED",
            ],
            ["?created_from=2024-01-01T00:00:00Z", "?created_from=2024-01-01T00:00:00.000Z", "?created_from=2024-01-01T02:00:00%2B02:00"],
            ["?updated_to=2024-01-01T00:00:00Z", "?updated_to=2024-01-01T00:00:00.000Z", "?updated_to=2024-01-01T02:00:00%2B02:00"],
            ["?q=a%20word", "?q=a+word", "?q=%20a%20word%20"],
            ["?created_by=me", "?created_by=dev-all"],
            ["?fields=title,status", "?fields=status,title", "?fields=status,id,title,version", "?fields=title%2Cstatus"],
        ];
        foreach (var group in groups)
        {
            // Takes every list that is in the cache out of use, and then out of the cache.
            await _client.CreateAsync();
            foreach (var answer in await AnswersAsync()) await _redis.GetDatabase().KeyDeleteAsync(answer);
            var before = await CachedAsync(() => _client.GetJsonAsync($"{ApiClient.Opportunities}{group[0]}"), static _ => true);
            foreach (var query in group)
            {
                await _client.GetJsonAsync($"{ApiClient.Opportunities}{query}");
                Assert.True(before.SetEquals(await AnswersAsync()), $"{query} has an entry of its own beside {group[0]}");
            }
        }
    }

    [Theory]
    [InlineData("?status=DRAFT", "?STATUS=DRAFT")]
    [InlineData("?status=DRAFT", "?Status=DRAFT")]
    [InlineData("?status=DRAFT&status=SUBMITTED", "?status=DRAFT%1fSUBMITTED")]
    [InlineData("?page=0&size=7", "?page=0%1eSIZE%3d7")]
    [InlineData("?page=0", "?page=0&page=0")]
    [InlineData("?fields=title", "?fields=title&fields=title")]
    public async Task What_is_refused_is_refused_though_the_right_request_is_in_the_cache(string right, string wrong)
    {
        await CachedAsync(() => _client.GetJsonAsync($"{ApiClient.Opportunities}{right}"), static _ => true);
        using var refused = await _client.GetAsync($"{ApiClient.Opportunities}{wrong}");
        await refused.ProblemAsync(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_repeat_whose_path_is_spelled_otherwise_is_the_same_request()
    {
        (string, string)[] key = [("Idempotency-Key", Guid.NewGuid().ToString())];
        var body = ApiClient.Valid().ToJsonString();
        using var first = await _client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, body, key);
        var id = (string?)(await first.JsonAsync(HttpStatusCode.Created))["id"];
        foreach (var path in (string[])
        [
            $"{ApiClient.Opportunities}/", ApiClient.Opportunities.ToUpperInvariant(), "/api/v1/%6fpportunities",
        ])
        {
            using var again = await _client.SendAsync(HttpMethod.Post, path, body, key);
            Assert.Equal(id, (string?)(await again.JsonAsync(HttpStatusCode.Created))["id"]);
        }
    }

    [Fact]
    public async Task Requests_that_are_refused_leave_nothing_in_Redis()
    {
        var id = await _client.CreateAsync();
        await _client.GetJsonAsync(ApiClient.Opportunities);
        await ReadAsync(id);
        var before = await KeysAsync();
        string[] paths =
        [
            .. Spellings.Select(write => $"/{write(Guid.NewGuid().ToString())}"),
            .. Enumerable.Range(0, 50).Select(_ => $"/{Guid.CreateVersion7()}"),
            .. Enumerable.Range(0, 50).Select(_ => $"/{Guid.CreateVersion7()}/problem-statements/{Guid.CreateVersion7()}"),
            $"/{new string('x', 3000)}", $"/{id}/skill-requirements/{Guid.CreateVersion7()}", $"/{id}/skill-requirements/x",
            $"/{id}?fields=x", "?page=x", "?page=-1", "?unknown=1", "?status=draft", "?min_budget=2&max_budget=1", "?cursor=x", "?q=%00",
            "?fields=x", "/summary?q=", "/summary?x=1",
        ];
        foreach (var path in paths)
        {
            using var refused = await _client.GetAsync($"{ApiClient.Opportunities}{path}");
            Assert.True(refused.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest, $"{path}: {refused.StatusCode}");
        }

        Assert.DoesNotContain((await KeysAsync()).Except(before), key => !key.Contains(id, StringComparison.Ordinal));
    }

    /// <summary>Ways to write an id that the framework's own parser takes, and others that it does not.</summary>
    private static IEnumerable<Func<string, string>> Spellings =>
    [
        id => id, id => id.ToUpperInvariant(), id => $"{id}%20", id => $"%20{id}", id => $"{id}%C2%A0", id => $"%09{id}", id => $"{id}%0A",
        id => $"%E3%80%80{id}", id => $"%2B{id[1..]}", id => $"+{id[1..]}", id => $"0x{id[2..]}", id => $"{id[..9]}%2B{id[10..]}",
        id => $"{id[..24]}0x{id[26..]}", id => id.Replace("-", "", StringComparison.Ordinal), id => $"%7B{id}%7D", id => $"({id})",
        id => $"{id}.", id => $"{id};a=b",
    ];

    private async Task ReadAsync(string id, Action<string>? check = null)
    {
        using var read = await _client.GetAsync($"{ApiClient.Opportunities}/{id}");
        if (read.StatusCode == HttpStatusCode.OK) check?.Invoke((string)(await read.JsonAsync())["title"]!);
        else Assert.True(read.StatusCode == HttpStatusCode.NotFound, $"{id}: {read.StatusCode}");
    }

    /// <summary>Reads until the answer is kept: one that Redis was too slow for is not, and the next one is.</summary>
    private async Task<HashSet<string>> CachedAsync(Func<Task> read, Func<string, bool> isIt)
    {
        var answers = new HashSet<string>();
        await Eventually.TrueAsync(async () =>
        {
            await read();
            answers = await AnswersAsync();
            return answers.Any(isIt);
        });
        return answers;
    }

    private async Task<HashSet<string>> AnswersAsync() =>
        [.. (await KeysAsync()).Where(key => key.Contains(":answer:", StringComparison.Ordinal))];

    private async Task<HashSet<string>> KeysAsync()
    {
        var keys = new HashSet<string>();
        await foreach (var key in _redis.GetServers().Single().KeysAsync(pattern: "{opportunities}*")) keys.Add(key.ToString());
        return keys;
    }
}
