using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Xunit.Abstractions;

namespace Opportunities.Tests.Api;

/// <summary>Whose an opportunity is, and what changes with that.</summary>
[Collection(SystemCollection.Name)]
public sealed class OwnerTests(TestSystem system, ITestOutputHelper output) : IAsyncLifetime
{
    private readonly string _clientName = CsvClient.NewClientName();
    private HttpClient _manager = null!;
    private HttpClient _first = null!;
    private HttpClient _second = null!;

    public async Task InitializeAsync()
    {
        _manager = await system.ClientAsync("dev-manager");
        _first = await system.ClientAsync("dev-rep-1");
        _second = await system.ClientAsync("dev-rep-2");
    }

    public Task DisposeAsync()
    {
        _manager.Dispose();
        _first.Dispose();
        _second.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task The_creator_is_the_first_owner()
    {
        var item = await ItemAsync(_first, await CreateAsync(_first));
        Assert.Equal(("dev-rep-1", "dev-rep-1"), ((string?)item["owner"], (string?)item["created_by"]));
    }

    [Fact]
    public async Task What_is_handed_over_is_the_new_owners_and_no_longer_the_old_ones_through_any_replica()
    {
        await using var replica = await system.Local.StartAnotherApiAsync();
        using var first = OnReplica(_first, replica);
        using var second = OnReplica(_second, replica);
        var id = await CreateAsync(_first);
        HttpClient[] firsts = [_first, first], seconds = [_second, second];
        await AssertSeenAsync(firsts, seconds);
        for (var n = 0; n < 10; n++)
        {
            await GiveAsync(id, "dev-rep-2");
            await AssertSeenAsync(seconds, firsts);
            await GiveAsync(id, "dev-rep-1");
            await AssertSeenAsync(firsts, seconds);
        }

        // Twice, so that what was cached answers too.
        async Task AssertSeenAsync(HttpClient[] owners, HttpClient[] others)
        {
            for (var round = 0; round < 2; round++)
            {
                foreach (var owner in owners)
                {
                    Assert.Equal((1, 1, 1), await CountsAsync(owner));
                    await ItemAsync(owner, id);
                    Assert.Contains(id, await owner.ExportAsync(Mine));
                    await owner.GetJsonAsync($"{ApiClient.Opportunities}/{id}/history");
                }

                foreach (var other in others)
                {
                    Assert.Equal((0, 0, 0), await CountsAsync(other));
                    Assert.DoesNotContain(id, await other.ExportAsync(Mine));
                    foreach (var path in new[] { "", "/history", "/skill-requirements", "/attachments", "/notes" })
                    {
                        using var hidden = await other.GetAsync($"{ApiClient.Opportunities}/{id}{path}");
                        await hidden.ProblemAsync(HttpStatusCode.NotFound);
                    }
                }
            }
        }
    }

    [Fact]
    public async Task The_owner_may_do_what_the_creator_no_longer_may()
    {
        var id = await CreateAsync(_first);
        await GiveAsync(id, "dev-rep-2");
        var path = $"{ApiClient.Opportunities}/{id}";
        using var hidden = await _first.SendAsync(HttpMethod.Put, path, new { title = "Still mine?" });
        await hidden.ProblemAsync(HttpStatusCode.NotFound);
        using var changed = await _second.SendAsync(HttpMethod.Put, path, new { title = "Mine now" });
        await changed.JsonAsync(HttpStatusCode.OK);
        using var submitted = await _second.MoveAsync(id, "SUBMITTED");
        await submitted.JsonAsync(HttpStatusCode.OK);
        using var late = await _second.SendAsync(HttpMethod.Put, path, new { title = "Too late", reason = "Because" });
        await late.ProblemAsync(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_change_of_owner_is_one_version_with_one_history_record_and_one_event()
    {
        var id = await CreateAsync(_first);
        using var given = await GivenAsync(id, "dev-rep-2", ("If-Match", "\"1\""));
        var answer = await given.JsonAsync(HttpStatusCode.OK);
        Assert.Equal(
            (2, "dev-rep-2", "dev-rep-1", "dev-manager", "\"2\""),
            ((int)answer["version"]!, (string?)answer["owner"], (string?)answer["created_by"], (string?)answer["updated_by"],
                given.Headers.ETag!.Tag));
        var record = (await _manager.GetJsonAsync($"{ApiClient.Opportunities}/{id}/history"))["items"]![0]!;
        Assert.Equal(
            ("owner", "dev-rep-1", "dev-rep-2", "On leave", "dev-manager"),
            ((string?)record["field_name"], (string?)record["old_value"], (string?)record["new_value"], (string?)record["reason"],
                (string?)record["changed_by"]));
        var published = (await system.Local.StreamAsync(id))[^1];
        Assert.Equal(("opportunity.updated", 2), (published.Type, published.Version));
        Assert.Equal(["owner: dev-rep-1 → dev-rep-2"], published.Changes);
        Assert.Equal(["dev-rep-1/", "dev-rep-2/dev-rep-1"], await system.Local.QueryAsync(
            $"SELECT owner || '/' || coalesce(previous_owner, '') FROM outbox_events WHERE opportunity_id = '{id}' ORDER BY sequence"));
    }

    [Fact]
    public async Task To_its_owner_it_is_given_without_a_change_and_a_stale_tag_is_412()
    {
        var id = await CreateAsync(_first);
        using var same = await GivenAsync(id, "dev-rep-1");
        Assert.Equal(1, (int)(await same.JsonAsync(HttpStatusCode.OK))["version"]!);
        Assert.Equal("\"1\"", same.Headers.ETag!.Tag);
        using var stale = await GivenAsync(id, "dev-rep-2", ("If-Match", "\"7\""));
        await stale.ProblemAsync(HttpStatusCode.PreconditionFailed);
        using var unknown = await GivenAsync($"{Guid.NewGuid()}", "dev-rep-2");
        await unknown.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_completed_one_keeps_its_owner()
    {
        var id = await CreateAsync(_first);
        await CompleteAsync(id);
        using var refused = await GivenAsync(id, "dev-rep-2");
        await refused.ProblemAsync(HttpStatusCode.Conflict);
        Assert.Equal("dev-rep-1", (string?)(await ItemAsync(_manager, id))["owner"]);
    }

    [Theory]
    [InlineData("""{"owner":"dev-rep-2"}""", "reason")]
    [InlineData("""{"owner":"me","reason":"x"}""", "owner")]
    [InlineData("""{"owner":" ","reason":" "}""", "owner", "reason")]
    [InlineData("""{"owner":"a\u200bb","reason":"x"}""", "owner")]
    [InlineData("""{"owner":null,"reason":"x"}""", "owner")]
    [InlineData("""{"owner":"dev-rep-2","reason":"x","version":1}""", "version")]
    public async Task A_bad_new_owner_is_400(string body, params string[] members)
    {
        // Before the opportunity is looked for.
        using var response = await _manager.SendAsync(HttpMethod.Post, $"{ApiClient.Opportunities}/{Guid.NewGuid()}/owner", body);
        Assert.Equal(members, await response.OffendingAsync());
    }

    [Theory]
    [InlineData("""{"from":"a","to":"b"}""", "reason")]
    [InlineData("""{"from":"me","to":"me","reason":"x"}""", "from", "to")]
    [InlineData("""{"from":"a","to":"b","reason":"x","status":[]}""", "status")]
    [InlineData("""{"from":"a","to":"b","reason":"x","status":"DRAFT"}""", "status")]
    [InlineData("""{"from":"a","to":"b","reason":"x","status":["draft"]}""", "status")]
    [InlineData("""{"from":"a","to":"b","reason":"x","status":null}""", "status")]
    public async Task A_bad_reassignment_is_400(string body, params string[] members)
    {
        using var response = await _manager.SendAsync(HttpMethod.Post, $"{ApiClient.Opportunities}/reassign", body);
        Assert.Equal(members, await response.OffendingAsync());
    }

    [Fact]
    public async Task A_reassignment_hands_over_all_but_what_is_completed_or_what_is_in_the_states_named()
    {
        var (from, to) = (NewSubject(), NewSubject());
        var ids = await CreateForAsync(from, 4);
        await CompleteAsync(ids[0]);
        using var submitted = await _manager.MoveAsync(ids[1], "SUBMITTED");
        await submitted.JsonAsync(HttpStatusCode.OK);
        Assert.Equal(1, await ReassignedAsync(from, to, "SUBMITTED"));
        using var refused = await ReassignAsync(from, to, "DRAFT", "COMPLETED");
        await refused.ProblemAsync(HttpStatusCode.Conflict);
        Assert.Equal([from, to, from, from], await OwnersAsync(ids));
        Assert.Equal(2, await ReassignedAsync(from, to));
        Assert.Equal([from, to, to, to], await OwnersAsync(ids));
        Assert.Equal(0, await ReassignedAsync(from, to));
        Assert.Equal(0, await ReassignedAsync(to, to));
        foreach (var id in ids[1..])
        {
            var item = await ItemAsync(_manager, id);
            var history = await _manager.GetJsonAsync($"{ApiClient.Opportunities}/{id}/history");
            var published = await system.Local.StreamAsync(id);
            Assert.Equal((int)item["version"]!, published[^1].Version);
            Assert.Equal("owner", (string?)history["items"]![0]!["field_name"]);
            Assert.Equal([$"owner: {from} → {to}"], published[^1].Changes);
        }

        Assert.Equal(3, (int)(await _manager.GetJsonAsync($"{ApiClient.Opportunities}?owner={to}"))["total_items"]!);
        Assert.Equal(3, (int)(await _manager.GetJsonAsync($"{ApiClient.Opportunities}/summary?owner={to}"))["total_count"]!);
        Assert.Equal(3, CsvClient.Parse(await _manager.ExportAsync($"owner={to}")).Count(row => row["owner"] == to));
    }

    [Fact]
    public async Task After_a_reassignment_nobody_is_answered_what_was_cached_before()
    {
        await using var replica = await system.Local.StartAnotherApiAsync();
        using var first = OnReplica(_first, replica);
        using var second = OnReplica(_second, replica);
        var id = await CreateAsync(_first);
        Assert.Equal((1, 1, 1), await CountsAsync(first));
        Assert.Equal((0, 0, 0), await CountsAsync(second));
        await ItemAsync(first, id);
        await ReassignedAsync("dev-rep-1", "dev-rep-2", "DRAFT");
        Assert.Equal((0, 0, 0), await CountsAsync(first));
        Assert.Equal((1, 1, 1), await CountsAsync(second));
        Assert.Equal("dev-rep-2", (string?)(await ItemAsync(second, id))["owner"]);
        using var hidden = await first.GetAsync($"{ApiClient.Opportunities}/{id}");
        await hidden.ProblemAsync(HttpStatusCode.NotFound);
        var mine = await second.GetJsonAsync($"{ApiClient.Opportunities}?owner=me&created_by=dev-rep-1&{Mine}");
        Assert.Equal(1, (int)mine["total_items"]!);
    }

    [Fact]
    public async Task A_repeat_with_its_key_gets_the_first_answer_and_changes_nothing()
    {
        var (from, to, key) = (NewSubject(), NewSubject(), ("Idempotency-Key", $"{Guid.NewGuid()}"));
        var ids = await CreateForAsync(from, 2);
        var body = new { from, to, reason = "Left the company" };
        using var first = await _manager.SendAsync(HttpMethod.Post, $"{ApiClient.Opportunities}/reassign", body, key);
        Assert.Equal(2, (int)(await first.JsonAsync(HttpStatusCode.OK))["changed"]!);
        await GiveAsync(ids[0], from);
        using var second = await _manager.SendAsync(HttpMethod.Post, $"{ApiClient.Opportunities}/reassign", body, key);
        Assert.Equal(2, (int)(await second.JsonAsync(HttpStatusCode.OK))["changed"]!);
        Assert.Equal("true", second.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal([from, to], await OwnersAsync(ids));
        using var other = await _manager.SendAsync(
            HttpMethod.Post, $"{ApiClient.Opportunities}/reassign", new { from, to, reason = "Another" }, key);
        await other.ProblemAsync(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Of_concurrent_repeats_one_changes_and_all_get_its_answer()
    {
        var (from, to, key) = (NewSubject(), NewSubject(), ("Idempotency-Key", $"{Guid.NewGuid()}"));
        await CreateForAsync(from, 20);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            using var answer = await _manager.SendAsync(
                HttpMethod.Post, $"{ApiClient.Opportunities}/reassign", new { from, to, reason = "Twice" }, key);
            return (int)(await answer.JsonAsync(HttpStatusCode.OK))["changed"]!;
        }));
        Assert.All(answers, changed => Assert.Equal(20, changed));
    }

    // Rows are locked in the order of their ids, whoever locks them.
    [Fact]
    public async Task Reassignments_in_both_directions_and_single_writes_wait_for_each_other_and_all_succeed()
    {
        var (one, other) = (NewSubject(), NewSubject());
        var ids = await CreateForAsync(one, 60);
        var answers = await Task.WhenAll(
        [
            .. Enumerable.Range(0, 8).Select(n => n % 2 == 0 ? ReassignAsync(one, other) : ReassignAsync(other, one)),
            .. ids.Select(id => _manager.SendAsync(HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = "Meanwhile" })),
            .. ids.Where((_, n) => n % 10 == 0).Select(id => GivenAsync(id, NewSubject())),
        ]);
        foreach (var answer in answers)
        {
            await answer.JsonAsync(HttpStatusCode.OK);
            answer.Dispose();
        }

        Assert.Equal(["0"], await system.Local.QueryAsync(
            $"""
             SELECT count(*) FROM opportunities WHERE client_name = '{_clientName}'
             AND version <> (SELECT count(*) FROM changes WHERE opportunity_id = opportunities.id)
             """));
    }

    [Fact]
    public async Task Ten_thousand_are_reassigned_at_once_and_one_more_is_409()
    {
        var (from, to) = (NewSubject(), NewSubject());
        await system.Local.QueryAsync(
            $"""
             INSERT INTO opportunities (id, title, description, client_name, estimated_budget, estimated_start_date, estimated_end_date,
               priority, status, created_by, updated_by, created_at, updated_at, version)
             SELECT gen_random_uuid(), 'Row ' || n, 'One of many', '{_clientName}', 1, '2023-01-01Z', '2024-01-01Z',
               1, 'DRAFT', '{from}', '{from}', now(), now(), 1
             FROM generate_series(1, 10001) n
             """);
        using var refused = await ReassignAsync(from, to);
        await refused.ProblemAsync(HttpStatusCode.Conflict);
        await system.Local.QueryAsync(
            $"DELETE FROM opportunities WHERE id = (SELECT max(id::text)::uuid FROM opportunities WHERE owner = '{from}')");
        var started = Stopwatch.GetTimestamp();
        Assert.Equal(10_000, await ReassignedAsync(from, to));
        output.WriteLine($"{Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        Assert.Equal(["10000 10000 10000"], await system.Local.QueryAsync(
            $"""
             SELECT count(*) || ' ' || (SELECT count(*) FROM changes WHERE field_name = 'owner' AND old_value = '{from}') || ' '
               || (SELECT count(*) FROM outbox_events WHERE owner = '{to}' AND previous_owner = '{from}')
             FROM opportunities WHERE owner = '{to}' AND version = 2
             """));
        Assert.Equal(10_000, (int)(await _manager.GetJsonAsync($"{ApiClient.Opportunities}?owner={to}&size=1"))["total_items"]!);
        Assert.Equal(0, (int)(await _manager.GetJsonAsync($"{ApiClient.Opportunities}?owner={from}&size=1"))["total_items"]!);
    }

    // The release before knows no owner; nor does who adds many rows without triggers.
    [Theory]
    [InlineData("")]
    [InlineData("SET LOCAL session_replication_role = replica;")]
    public async Task A_row_without_an_owner_is_its_creators(string before)
    {
        var id = Guid.CreateVersion7();
        var owner = await system.Local.QueryAsync(
            $"""
             BEGIN; {before}
             INSERT INTO opportunities (id, title, description, client_name, estimated_budget, estimated_start_date, estimated_end_date,
               priority, status, created_by, updated_by, created_at, updated_at, version)
             VALUES ('{id}', 'Old', 'Of the release before', '{_clientName}', 1, '2023-01-01Z', '2024-01-01Z',
               1, 'DRAFT', 'a creator', 'a creator', now(), now(), 1) RETURNING owner;
             ROLLBACK
             """);
        Assert.Equal(["a creator"], owner);
    }

    private string Mine => $"client_name={Uri.EscapeDataString(_clientName)}";

    private static string NewSubject() => $"subject-{Guid.NewGuid():N}";

    private static HttpClient OnReplica(HttpClient client, ServiceProcess replica)
    {
        var other = new HttpClient { BaseAddress = replica.BaseAddress };
        other.DefaultRequestHeaders.Authorization = client.DefaultRequestHeaders.Authorization;
        return other;
    }

    private static Task<JsonNode> ItemAsync(HttpClient client, string id) => client.GetJsonAsync($"{ApiClient.Opportunities}/{id}");

    private Task<string> CreateAsync(HttpClient client)
    {
        var members = ApiClient.Valid();
        members["client_name"] = _clientName;
        return client.CreateAsync(members);
    }

    private async Task<string[]> CreateForAsync(string owner, int count)
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => CreateAsync(_manager)));
        await Task.WhenAll(ids.Select(id => GiveAsync(id, owner)));
        return ids;
    }

    private async Task CompleteAsync(string id)
    {
        foreach (var (segment, body) in new[]
        {
            ("problem-statements", $$"""{"description":"{{new string('x', 100)}}"}"""),
            ("skill-requirements", """{"skill_name":"Ada","experience_level":"EXPERT"}"""),
        })
        {
            using var added = await _manager.SendAsync(HttpMethod.Post, $"{ApiClient.Opportunities}/{id}/{segment}", body);
            await added.JsonAsync(HttpStatusCode.Created);
        }

        foreach (var status in new[] { "SUBMITTED", "MATCHING_IN_PROGRESS", "MATCHES_FOUND", "ARCHITECT_SELECTED", "COMPLETED" })
        {
            using var moved = await _manager.MoveAsync(id, status);
            await moved.JsonAsync(HttpStatusCode.OK);
        }
    }

    private Task<HttpResponseMessage> GivenAsync(string id, string owner, params (string Name, string Value)[] headers) =>
        _manager.SendAsync(HttpMethod.Post, $"{ApiClient.Opportunities}/{id}/owner", new { owner, reason = "On leave" }, headers);

    private async Task GiveAsync(string id, string owner)
    {
        using var given = await GivenAsync(id, owner);
        await given.JsonAsync(HttpStatusCode.OK);
    }

    private Task<HttpResponseMessage> ReassignAsync(string from, string to, params string[] status) => _manager.SendAsync(
        HttpMethod.Post, $"{ApiClient.Opportunities}/reassign",
        status.Length == 0 ? new { from, to, reason = "Left the company" } : new { from, to, status, reason = "Left the company" });

    private async Task<int> ReassignedAsync(string from, string to, params string[] status)
    {
        using var answer = await ReassignAsync(from, to, status);
        return (int)(await answer.JsonAsync(HttpStatusCode.OK))["changed"]!;
    }

    private async Task<string[]> OwnersAsync(string[] ids) =>
        await Task.WhenAll(ids.Select(async id => (string)(await ItemAsync(_manager, id))["owner"]!));

    /// <summary>How many opportunities of this test a caller is shown: in the list, as its total, and in the summary.</summary>
    private async Task<(int Items, int Total, int Counted)> CountsAsync(HttpClient client)
    {
        var page = await client.GetJsonAsync($"{ApiClient.Opportunities}?{Mine}");
        var summary = await client.GetJsonAsync($"{ApiClient.Opportunities}/summary?{Mine}");
        return (page["items"]!.AsArray().Count, (int)page["total_items"]!, (int)summary["total_count"]!);
    }
}
