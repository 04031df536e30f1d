using System.Net;
using System.Text.Json.Nodes;
using Npgsql;

namespace Opportunities.Tests.Api;

/// <summary>Many operations in one request: each as if it were a request of its own, or all or none.</summary>
[Collection(SystemCollection.Name)]
public sealed class BatchTests(TestSystem system) : IAsyncLifetime
{
    private const string Path = $"{ApiClient.Opportunities}/batch";

    private readonly string _source = $"crm-{Guid.NewGuid():N}";
    private HttpClient _client = null!;

    public async Task InitializeAsync() => _client = await system.ClientAsync();

    public Task DisposeAsync()
    {
        _client.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Each_is_done_or_refused_as_a_request_of_its_own()
    {
        var (changed, moved, deleted) = (await _client.CreateAsync(), await _client.CreateAsync(), await _client.CreateAsync());
        var result = await DoneAsync(
            "EACH",
            new { op = "CREATE", body = New("Created") },
            new { op = "UPDATE", id = changed, if_match = "\"1\"", body = new { title = "Changed" } },
            new { op = "UPSERT", external_id = Named("1"), body = New("Upserted") },
            new { op = "STATUS", id = moved, body = new { new_status = "SUBMITTED", reason = "Ready" } },
            new { op = "DELETE", id = deleted },
            new { op = "CREATE", body = new { title = "" } },
            new { op = "UPDATE", id = Guid.NewGuid(), body = new { title = "X" } },
            new { op = "UPSERT", external_id = Named("2"), if_match = "*", body = New("X") },
            new { op = "NONE" });

        var items = result["items"]!.AsArray();
        Assert.Equal([201, 200, 201, 200, 204, 400, 404, 412, 400], items.Select(item => item!["status"]!.GetValue<int>()));
        Assert.Equal(Enumerable.Range(0, 9), items.Select(item => item!["index"]!.GetValue<int>()));
        Assert.Equal((5, 4), (result["succeeded"]!.GetValue<int>(), result["failed"]!.GetValue<int>()));
        Assert.Equal([1, 2, 1, 2, 2], items.Take(5).Select(item => item!["version"]!.GetValue<int>()));

        using var single = await _client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, new { title = "" });
        var (expected, problem) = (await single.ProblemAsync(HttpStatusCode.BadRequest), items[5]!["problem"]!);
        Assert.All(
            ["type", "title", "status", "detail", "errors"],
            member => Assert.True(JsonNode.DeepEquals(expected[member], problem[member]), $"{member}: {problem}"));

        Assert.Equal("Changed", (string?)(await _client.GetJsonAsync($"{ApiClient.Opportunities}/{changed}"))["title"]);
        var history = (await _client.GetJsonAsync($"{ApiClient.Opportunities}/{moved}/history"))["items"]!.AsArray();
        Assert.Equal(("SUBMITTED", "Ready"), ((string?)history[0]!["new_value"], (string?)history[0]!["reason"]));
        using var gone = await _client.GetAsync($"{ApiClient.Opportunities}/{deleted}");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Each_operation_writes_the_history_of_a_single_request_and_one_event()
    {
        var (changed, same, moved, deleted) =
            (await _client.CreateAsync(), await _client.CreateAsync(), await _client.CreateAsync(), await _client.CreateAsync());
        var done = await DoneAsync(
            "EACH",
            new { op = "CREATE", body = New("Created") },
            new { op = "UPSERT", external_id = Named("1"), body = New("Created, too") },
            new { op = "UPDATE", id = changed, body = new { title = "Changed", priority = "HIGH" } },
            new { op = "UPDATE", id = same, body = new { title = "Test Opportunity" } },
            new { op = "STATUS", id = moved, body = new { new_status = "SUBMITTED", reason = "Ready" } },
            new { op = "DELETE", id = deleted });
        var items = done["items"]!.AsArray();
        Assert.Equal([1, 1, 2, 1, 2, 2], items.Select(item => (int)item!["version"]!));

        await system.Local.WaitUntilPublishedAsync();
        string[] ids = [.. items.Select(item => (string)item!["id"]!)];
        var published = await system.Local.StreamAsync();
        await system.Local.AssertCompleteAsync(published, [.. ids]);
        Assert.Equal(
            [
                ["status: – → DRAFT"], ["status: – → DRAFT"], ["title: Test Opportunity → Changed", "priority: MEDIUM → HIGH"],
                ["status: – → DRAFT"], ["status: DRAFT → SUBMITTED"], ["deleted: false → true"],
            ],
            ids.Select(id => published.Last(one => one.Subject == id).Changes));
    }

    [Fact]
    public async Task All_or_none_does_nothing_where_one_is_refused_and_says_which()
    {
        var (one, two) = (await _client.CreateAsync(), await _client.CreateAsync());
        using var invalid = await SendAsync(
            "ALL_OR_NONE",
            new { op = "UPDATE", id = one, body = new { title = "Changed" } },
            new { op = "CREATE", body = New("") },
            new { op = "STATUS", id = two, body = new { new_status = "SUBMITTED" } });
        Assert.Equal(["1.title", "2.reason"], await invalid.OffendingAsync());

        using var refused = await SendAsync(
            "ALL_OR_NONE",
            new { op = "UPDATE", id = one, body = new { title = "Changed" } },
            new { op = "STATUS", id = two, body = new { new_status = "COMPLETED", reason = "X" } });
        var problem = await refused.ProblemAsync(HttpStatusCode.Conflict);
        Assert.Equal(["1.$"], problem["errors"]!.AsObject().Select(error => error.Key));
        Assert.Equal(["SUBMITTED", "CANCELLED"], problem["allowed"]!.AsArray().Select(status => (string?)status));

        using var ends = await SendAsync(
            "ALL_OR_NONE",
            new { op = "UPDATE", id = one, body = new { title = "Changed" } },
            new { op = "UPDATE", id = two, body = new { estimated_end_date = "2000-01-01T00:00:00Z" } });
        Assert.Equal(["1.estimated_end_date"], await ends.OffendingAsync());
        Assert.Equal("1 member is invalid: 1.estimated_end_date.", (string?)(await ends.JsonAsync())["detail"]);
        Assert.Equal(1, (await _client.GetJsonAsync($"{ApiClient.Opportunities}/{one}"))["version"]!.GetValue<int>());

        using var stale = await SendAsync(
            "ALL_OR_NONE", new { op = "DELETE", id = one, if_match = "\"7\"" }, new { op = "DELETE", id = two });
        await stale.ProblemAsync(HttpStatusCode.PreconditionFailed);
        var done = await DoneAsync("ALL_OR_NONE", new { op = "DELETE", id = one, if_match = "\"1\"" }, new { op = "DELETE", id = two });
        Assert.Equal(2, done["succeeded"]!.GetValue<int>());
    }

    [Fact]
    public async Task The_same_opportunity_twice_is_refused_however_it_is_named()
    {
        var item = (await DoneAsync("EACH", new { op = "UPSERT", external_id = Named("1"), body = New("One") }))["items"]![0]!;
        var id = (string?)item["id"];
        object[][] pairs =
        [
            [new { op = "DELETE", id }, new { op = "UPDATE", id, body = new { title = "X" } }],
            [new { op = "UPSERT", external_id = Named("1"), body = New("X") }, new { op = "DELETE", external_id = Named("1") }],
            [new { op = "CREATE", body = New("X", "2") }, new { op = "CREATE", body = New("X", "2") }],
            [new { op = "DELETE", id }, new { op = "UPDATE", external_id = Named("1"), body = new { title = "X" } }],
        ];
        foreach (var pair in pairs)
        {
            using var refused = await SendAsync("EACH", pair);
            Assert.Equal(["1.$"], await refused.OffendingAsync());
        }

        Assert.Equal(1, (await _client.GetJsonAsync($"{ApiClient.Opportunities}/{id}"))["version"]!.GetValue<int>());
    }

    [Fact]
    public async Task An_external_id_that_is_anothers_refuses_its_operation_alone()
    {
        var id = (string?)(await DoneAsync("EACH", new { op = "CREATE", body = New("One", "1") }))["items"]![0]!["id"];
        var other = await _client.CreateAsync();
        var result = await DoneAsync(
            "EACH",
            new { op = "CREATE", body = New("Again", "1") },
            new { op = "CREATE", body = New("Two", "2") },
            new { op = "UPDATE", id = other, body = new { external_id = Named("2") } });
        Assert.Equal([409, 201, 409], result["items"]!.AsArray().Select(item => item!["status"]!.GetValue<int>()));
        Assert.Contains(id!, (string?)result["items"]![0]!["problem"]!["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_upserts_that_come_at_once_one_creates_each_and_none_is_lost()
    {
        // Half of them the other way round: two of them could wait for each other.
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(n => DoneAsync(
            "EACH",
            [
                .. Enumerable.Range(0, 50).Select(place => n % 2 == 0 ? place : 49 - place)
                    .Select(key => new { op = "UPSERT", external_id = Named($"{key}"), body = New($"Title {n}") }),
            ])));
        Assert.All(answers, answer => Assert.Equal(50, answer["succeeded"]!.GetValue<int>()));
        Assert.Equal(50, answers.SelectMany(answer => answer["items"]!.AsArray()).Count(item => item!["status"]!.GetValue<int>() == 201));
        var page = await _client.GetJsonAsync($"{ApiClient.Opportunities}?external_source={_source}&size=1");
        Assert.Equal(50, page["total_items"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_deadlock_with_another_transaction_is_tried_again()
    {
        Guid[] others = [Guid.Parse(await _client.CreateAsync()), Guid.Parse(await _client.CreateAsync())];
        await using var connection = new NpgsqlConnection($"{system.Local.ConnectionString};Pooling=false");
        await connection.OpenAsync();
        // The batch is the one that PostgreSQL ends.
        await ExecuteAsync("SET deadlock_timeout = '1min'");
        await ExecuteAsync("BEGIN");
        await GiveAsync(others[0], "b");
        var batch = DoneAsync("EACH", new { op = "CREATE", body = New("A", "a") }, new { op = "CREATE", body = New("B", "b") });
        await Eventually.TrueAsync(async () =>
        {
            await using var watch = new NpgsqlCommand(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid)))", connection);
            return (bool)(await watch.ExecuteScalarAsync())!;
        });
        await GiveAsync(others[1], "a");
        await ExecuteAsync("ROLLBACK");

        var result = await batch;
        Assert.Equal([201, 201], result["items"]!.AsArray().Select(item => item!["status"]!.GetValue<int>()));

        Task GiveAsync(Guid id, string externalId) => ExecuteAsync(
            $"UPDATE opportunities SET external_source = '{_source}', external_id = '{externalId}' WHERE id = '{id}'");

        async Task ExecuteAsync(string sql)
        {
#pragma warning disable CA2100 // Nothing in it is from outside.
            await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync();
        }
    }

    [Fact]
    public async Task Rights_are_those_of_the_single_requests()
    {
        var foreign = await _client.CreateAsync();
        using var representative = await system.ClientAsync("dev-rep-1");
        var (own, kept) = (await representative.CreateAsync(), await representative.CreateAsync());
        using var response = await representative.SendAsync(HttpMethod.Post, Path, new
        {
            mode = "EACH",
            operations = new object[]
            {
                new { op = "UPDATE", id = foreign, body = new { title = "X" } },
                new { op = "DELETE", id = kept },
                new { op = "STATUS", id = own, body = new { new_status = "SUBMITTED", reason = "Ready" } },
            },
        });
        var result = await response.JsonAsync(HttpStatusCode.OK);
        Assert.Equal([404, 403, 200], result["items"]!.AsArray().Select(item => item!["status"]!.GetValue<int>()));
    }

    [Fact]
    public async Task A_repeat_with_its_key_gets_the_first_answer()
    {
        var key = ("Idempotency-Key", Guid.NewGuid().ToString());
        object body = new { mode = "EACH", operations = new[] { new { op = "CREATE", body = New("Once", "1") } } };
        using var first = await _client.SendAsync(HttpMethod.Post, Path, body, key);
        using var second = await _client.SendAsync(HttpMethod.Post, Path, body, key);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        Assert.Equal(["true"], second.Headers.GetValues("Idempotency-Replayed"));
    }

    [Fact]
    public async Task Who_may_only_delete_deletes_and_is_refused_the_rest()
    {
        var (first, second, third) = (await _client.CreateAsync(), await _client.CreateAsync(), await _client.CreateAsync());
        using var client = await system.ClientAsync(null);
        client.DefaultRequestHeaders.Authorization = new(
            "Bearer", await ApiClient.RequestTokenAsync(system.TokenEndpoint, "dev-all", system.ClientSecret, "opportunities/delete"));
        using var response = await client.SendAsync(HttpMethod.Post, Path, new
        {
            mode = "EACH",
            operations = new object[]
            {
                new { op = "DELETE", id = first },
                new { op = "CREATE", body = New("X") },
                new { op = "UPDATE", id = second, body = new { title = "X" } },
                new { op = "UPSERT", external_id = Named("1"), body = New("X") },
                new { op = "STATUS", id = third, body = new { new_status = "SUBMITTED", reason = "X" } },
            },
        });
        var items = (await response.JsonAsync(HttpStatusCode.OK))["items"]!.AsArray();
        Assert.Equal([204, 403, 403, 403, 403], items.Select(item => item!["status"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Of_repeats_that_come_at_once_one_is_done_and_all_get_its_answer()
    {
        var id = await _client.CreateAsync();
        var key = ("Idempotency-Key", Guid.NewGuid().ToString());
        object body = new
        {
            mode = "ALL_OR_NONE",
            operations = new object[]
            {
                new { op = "CREATE", body = New("Once", "1") },
                new { op = "UPDATE", id, if_match = "\"1\"", body = new { title = "Once" } },
            },
        };
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using var response = await _client.SendAsync(HttpMethod.Post, Path, body, key);
            return await response.Content.ReadAsStringAsync();
        }));
        Assert.Contains("\"succeeded\":2", Assert.Single(answers.Distinct()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_an_operation_no_more_errors_are_listed_than_a_reader_can_use()
    {
        var members = string.Join(',', Enumerable.Range(0, 2000).Select(n => $"\"m{n}\":1"));
        using var response = await _client.SendAsync(
            HttpMethod.Post, Path, $$$"""{"mode":"EACH","operations":[{"op":"CREATE","body":{{{{members}}}}}]}""");
        var item = (await response.JsonAsync(HttpStatusCode.OK))["items"]![0]!;
        Assert.Equal(20, item["problem"]!["errors"]!.AsObject().Count);
    }

    [Fact]
    public async Task It_has_a_form_and_its_limits()
    {
        foreach (var (body, member) in new[]
        {
            ("""{"mode":"EACH","operations":[]}""", "operations"),
            ("""{"mode":"SOME","operations":[{"op":"DELETE"}]}""", "mode"),
            ($$"""{"mode":"EACH","operations":[{{string.Join(',', Enumerable.Repeat("{}", 501))}}]}""", "operations"),
            ("""{"mode":"ALL_OR_NONE","operations":[7]}""", "0.$"),
            ("""{"mode":"ALL_OR_NONE","operations":[{"op":"DELETE"}]}""", "0.id"),
            ("""{"mode":"ALL_OR_NONE","operations":[{"op":"CREATE"}]}""", "0.body"),
            ("""{"mode":"ALL_OR_NONE","operations":[{"op":"UPSERT","external_id":null,"body":{}}]}""", "0.external_id"),
        })
        {
            using var refused = await _client.SendAsync(HttpMethod.Post, Path, body);
            Assert.Equal([member], await refused.OffendingAsync());
        }

        using var large = await _client.SendAsync(
            HttpMethod.Post, Path, $$"""{"mode":"EACH","operations":[],"x":"{{new string('x', 4 << 20)}}"}""", ("Expect", "100-continue"));
        await large.ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Five_hundred_are_created_faster_than_fifty_one_by_one()
    {
        var client = _client;
        object operations = Enumerable.Range(0, 500).Select(n => new { op = "CREATE", body = New($"Number {n}") }).ToArray();
        await BatchAsync();
        await SinglesAsync();
        // The least of a few: what else the machine does is no part of either.
        var (batch, singles) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (var round = 0; round < 5; round++)
        {
            batch = Least(batch, await BatchAsync());
            singles = Least(singles, await SinglesAsync());
        }

        Assert.True(batch < singles, $"{batch.TotalMilliseconds:0} ms of a batch, {singles.TotalMilliseconds:0} ms of 50 single requests");

        async Task<TimeSpan> BatchAsync()
        {
            var clock = System.Diagnostics.Stopwatch.StartNew();
            using var response = await client.SendAsync(HttpMethod.Post, Path, new { mode = "ALL_OR_NONE", operations });
            Assert.Equal(500, (await response.JsonAsync(HttpStatusCode.OK))["succeeded"]!.GetValue<int>());
            return clock.Elapsed;
        }

        async Task<TimeSpan> SinglesAsync()
        {
            var clock = System.Diagnostics.Stopwatch.StartNew();
            for (var n = 0; n < 50; n++) await client.CreateAsync();
            return clock.Elapsed;
        }

        static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
    }

    private object Named(string id) => new { source = _source, id };

    private object New(string title, string? id = null) => new
    {
        title,
        description = "Test Description",
        client_name = "Test Client",
        estimated_budget = 10000,
        estimated_start_date = "2023-01-01T00:00:00Z",
        estimated_end_date = "2023-12-31T00:00:00Z",
        external_id = id is null ? null : Named(id),
    };

    private Task<HttpResponseMessage> SendAsync(string mode, params object[] operations) =>
        _client.SendAsync(HttpMethod.Post, Path, new { mode, operations });

    private async Task<JsonNode> DoneAsync(string mode, params object[] operations)
    {
        using var response = await SendAsync(mode, operations);
        return await response.JsonAsync(HttpStatusCode.OK);
    }
}
