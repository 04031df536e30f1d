using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using StackExchange.Redis;

namespace Opportunities.Tests.Api;

/// <summary>The promise of the cache, and what else two API processes share.</summary>
[Collection(SystemCollection.Name)]
public sealed class CacheTests(TestSystem system) : IAsyncLifetime
{
    private ServiceProcess _second = null!;
    private HttpClient _one = null!;
    private HttpClient _two = null!;

    public async Task InitializeAsync()
    {
        _second = await system.Local.StartAnotherApiAsync();
        _one = await system.ClientAsync();
        _two = await system.ClientAsync();
        _two.Dispose();
        _two = new HttpClient { BaseAddress = _second.BaseAddress };
        _two.DefaultRequestHeaders.Authorization = _one.DefaultRequestHeaders.Authorization;
    }

    public async Task DisposeAsync()
    {
        _one.Dispose();
        _two.Dispose();
        await _second.DisposeAsync();
    }

    [Fact]
    public async Task Redis_really_holds_the_answers()
    {
        var id = await _one.CreateAsync();
        await using var redis = await ConnectionMultiplexer.ConnectAsync(system.Local.CacheConnectionString);
        await CachedAsync(redis, id, () => _one.GetJsonAsync($"{ApiClient.Opportunities}/{id}"));
        var key = Assert.Single(await AnswersAsync(redis, id));
        Assert.InRange((await redis.GetDatabase().KeyTimeToLiveAsync(key))!.Value.TotalSeconds, 0, 30);
    }

    [Fact]
    public async Task A_cached_answer_carries_the_request_id_of_the_request_that_it_answers()
    {
        var id = await _one.CreateAsync();
        for (var n = 0; n < 3; n++)
        {
            using var response = await _one.SendAsync(
                HttpMethod.Get, $"{ApiClient.Opportunities}/{id}", headers: ("X-Request-ID", $"request-{n}"));
            Assert.Equal($"request-{n}", response.Headers.GetValues("X-Request-ID").Single());
            Assert.True(response.Headers.CacheControl is { Private: true, NoCache: true, NoStore: false });
            Assert.Equal("\"1\"", response.Headers.ETag!.Tag);
        }
    }

    [Fact]
    public async Task An_answer_of_304_leaves_the_whole_answer_in_the_cache()
    {
        var id = await _one.CreateAsync();
        await using var redis = await ConnectionMultiplexer.ConnectAsync(system.Local.CacheConnectionString);
        await CachedAsync(redis, id, async () =>
        {
            using var known = await _one.SendAsync(HttpMethod.Get, $"{ApiClient.Opportunities}/{id}", headers: ("If-None-Match", "\"1\""));
            Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        });
        Assert.Equal(id, (await _two.GetJsonAsync($"{ApiClient.Opportunities}/{id}"))["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_write_through_one_replica_is_seen_at_once_through_the_other()
    {
        var id = await _one.CreateAsync();
        for (var n = 0; n < 50; n++)
        {
            var (writer, reader) = n % 2 == 0 ? (_one, _two) : (_two, _one);
            await reader.GetJsonAsync($"{ApiClient.Opportunities}/{id}");
            using var written = await writer.SendAsync(HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = $"Title {n}" });
            await written.JsonAsync(HttpStatusCode.OK);
            var read = await reader.GetJsonAsync($"{ApiClient.Opportunities}/{id}");
            Assert.Equal($"Title {n}", read["title"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task No_read_under_load_returns_a_state_from_before_an_acknowledged_write()
    {
        var client = $"Client {Guid.NewGuid()}";
        var members = ApiClient.Valid();
        members["client_name"] = client;
        var id = await _one.CreateAsync(members);
        var acknowledged = 1;
        var stale = new ConcurrentBag<string>();
        var reads = 0;
        using var done = new CancellationTokenSource();

        async Task ReadAsync(HttpClient http, bool list)
        {
            while (!done.IsCancellationRequested)
            {
                var floor = Volatile.Read(ref acknowledged);
                var answer = list
                    ? (await http.GetJsonAsync($"{ApiClient.Opportunities}?client_name={Uri.EscapeDataString(client)}"))["items"]![0]!
                    : await http.GetJsonAsync($"{ApiClient.Opportunities}/{id}");
                Interlocked.Increment(ref reads);
                var version = answer["version"]!.GetValue<int>();
                if (version < floor) stale.Add($"{(list ? "list" : "item")}: read version {version} after {floor} was acknowledged");
            }
        }

        var readers = Enumerable.Range(0, 16).Select(n => ReadAsync(n % 2 == 0 ? _one : _two, n % 4 < 2)).ToList();
        for (var n = 0; n < 150; n++)
        {
            using var response = await (n % 2 == 0 ? _one : _two)
                .SendAsync(HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = $"Title {n}" });
            Volatile.Write(ref acknowledged, (await response.JsonAsync(HttpStatusCode.OK))["version"]!.GetValue<int>());
        }

        await done.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Empty(stale);
        Assert.True(reads > 150, $"Only {reads} reads: the load was none.");
    }

    [Fact]
    public async Task No_read_under_load_returns_a_state_from_before_an_acknowledged_batch()
    {
        var client = CsvClient.NewClientName();
        var members = ApiClient.Valid();
        members["client_name"] = client;
        var ids = new List<string>();
        for (var n = 0; n < 20; n++) ids.Add(await _one.CreateAsync(members));
        var acknowledged = 1;
        var stale = new ConcurrentBag<string>();
        var reads = 0;
        using var done = new CancellationTokenSource();

        async Task ReadAsync(HttpClient http, string? id)
        {
            while (!done.IsCancellationRequested)
            {
                var floor = Volatile.Read(ref acknowledged);
                var answer = await http.GetJsonAsync(
                    id is null
                        ? $"{ApiClient.Opportunities}?size=20&sort_direction=asc&client_name={client}"
                        : $"{ApiClient.Opportunities}/{id}");
                Interlocked.Increment(ref reads);
                // Each batch changes all of them, and creates one more.
                if (id is null && (int)answer["total_items"]! < 19 + floor) stale.Add($"{answer["total_items"]} items after batch {floor}");
                foreach (var item in id is null ? answer["items"]!.AsArray().ToArray() : [answer])
                {
                    if ((int)item!["version"]! < floor)
                        stale.Add($"version {item["version"]} of {(id is null ? "the list" : "an item")} after {floor}");
                }
            }
        }

        var readers = Enumerable.Range(0, 16).Select(n => ReadAsync(n % 2 == 0 ? _one : _two, n % 4 < 2 ? null : ids[n])).ToList();
        for (var n = 0; n < 50; n++)
        {
            object[] operations =
            [
                .. ids.Select(id => new { op = "UPDATE", id, body = new { title = $"Title {n}" } }),
                new { op = "CREATE", body = members },
            ];
            using var response = await (n % 2 == 0 ? _one : _two).SendAsync(
                HttpMethod.Post, $"{ApiClient.Opportunities}/batch", new { mode = "ALL_OR_NONE", operations });
            Volatile.Write(ref acknowledged, (int)(await response.JsonAsync(HttpStatusCode.OK))["items"]![0]!["version"]!);
        }

        await done.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Empty(stale);
        Assert.True(reads > 100, $"Only {reads} reads: the load was none.");
    }

    [Fact]
    public async Task Nothing_is_stored_while_a_write_is_pending_even_if_its_writer_died()
    {
        var id = await _one.CreateAsync();
        await using var redis = await ConnectionMultiplexer.ConnectAsync(system.Local.CacheConnectionString);
        var database = redis.GetDatabase();
        var (generation, pending) = KeysOf(id);
        // What a process leaves behind that dies between the first step of a write and the last.
        await database.StringSetAsync(generation, $"-{Guid.NewGuid():N}"[..32], TimeSpan.FromSeconds(30));
        await database.SortedSetAddAsync(pending, "a dead writer", DateTimeOffset.UtcNow.AddSeconds(30).ToUnixTimeMilliseconds());
        await _one.GetJsonAsync($"{ApiClient.Opportunities}/{id}");
        Assert.Empty(await AnswersAsync(redis, id));

        // Redis may forget the generation before the registration lapses.
        await database.KeyDeleteAsync(generation);
        await _one.GetJsonAsync($"{ApiClient.Opportunities}/{id}");
        Assert.Empty(await AnswersAsync(redis, id));

        await database.SortedSetAddAsync(pending, "a dead writer", DateTimeOffset.UtcNow.AddSeconds(-1).ToUnixTimeMilliseconds());
        await CachedAsync(redis, id, () => _one.GetJsonAsync($"{ApiClient.Opportunities}/{id}"));
    }

    [Fact]
    public async Task While_one_of_two_writes_is_pending_the_generation_says_so()
    {
        var id = await _one.CreateAsync();
        await using var redis = await ConnectionMultiplexer.ConnectAsync(system.Local.CacheConnectionString);
        var database = redis.GetDatabase();
        var (generation, pending) = KeysOf(id);
        await database.SortedSetAddAsync(pending, "another writer", DateTimeOffset.UtcNow.AddSeconds(30).ToUnixTimeMilliseconds());
        await WriteAsync("One");
        Assert.StartsWith("-", await database.StringGetAsync(generation), StringComparison.Ordinal);

        await database.SortedSetRemoveAsync(pending, "another writer");
        await WriteAsync("Two");
        Assert.False(((string?)await database.StringGetAsync(generation))!.StartsWith('-'));

        async Task WriteAsync(string title)
        {
            using var written = await _one.SendAsync(HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title });
            await written.JsonAsync(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task A_caller_is_never_answered_with_what_another_may_see()
    {
        using var first = await system.ClientAsync("dev-rep-1");
        using var second = await system.ClientAsync("dev-rep-2");
        var id = await first.CreateAsync();
        await _one.GetJsonAsync($"{ApiClient.Opportunities}/{id}");
        await first.GetJsonAsync($"{ApiClient.Opportunities}/{id}");
        using var foreign = await second.GetAsync($"{ApiClient.Opportunities}/{id}");
        await foreign.ProblemAsync(HttpStatusCode.NotFound);

        var all = await _one.GetJsonAsync($"{ApiClient.Opportunities}?size=1");
        var own = await second.GetJsonAsync($"{ApiClient.Opportunities}?size=1");
        Assert.NotEqual(all["total_items"]!.GetValue<int>(), own["total_items"]!.GetValue<int>());
        Assert.All((await second.GetJsonAsync($"{ApiClient.Opportunities}?size=100"))["items"]!.AsArray(), Owned);

        static void Owned(JsonNode? item) => Assert.Equal("dev-rep-2", item!["owner"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_cursor_of_one_replica_is_taken_by_the_other()
    {
        for (var n = 0; n < 2; n++) await _one.CreateAsync();
        var first = await _one.GetJsonAsync($"{ApiClient.Opportunities}?size=1&sort_by=title");
        var next = await _two.GetJsonAsync($"{ApiClient.Opportunities}?size=1&cursor={first["next_cursor"]}");
        Assert.NotEqual(first["items"]![0]!["id"]!.GetValue<string>(), next["items"]![0]!["id"]!.GetValue<string>());
    }

    /// <summary>The keys of an opportunity's generation and of its pending writes.</summary>
    private static (RedisKey Generation, RedisKey Pending) KeysOf(string id) =>
        ($"{{opportunities}}:generation:item:{id}", $"{{opportunities}}:pending:item:{id}");

    // An answer that Redis was too slow for is not kept: the next one is.
    private static Task CachedAsync(ConnectionMultiplexer redis, string id, Func<Task> read) => Eventually.TrueAsync(async () =>
    {
        await read();
        return (await AnswersAsync(redis, id)).Count > 0;
    });

    /// <summary>The keys of the answers about an opportunity that Redis holds.</summary>
    private static async Task<List<string>> AnswersAsync(ConnectionMultiplexer redis, string id)
    {
        var keys = new List<string>();
        await foreach (var key in redis.GetServers().Single().KeysAsync(pattern: "{opportunities}:answer:*"))
        {
            if (key.ToString().Contains(id, StringComparison.Ordinal)) keys.Add(key.ToString());
        }

        return keys;
    }
}
