using System.Net;
using System.Text.Json.Nodes;
using Npgsql;
using Opportunities.Tests.Api;

namespace Opportunities.Tests.Events;

/// <summary>Which events each operation has published, to the stream of Redis.</summary>
[Collection(SystemCollection.Name)]
public sealed class EventTests(TestSystem system)
{
    [Fact]
    public async Task An_event_is_a_CloudEvent_that_says_who_changed_what_and_why()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        using var moved = await client.MoveAsync(id, "SUBMITTED");
        using var changed = await client.SendAsync(
            HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = "Größe \U0001F40E <b>", reason = "A better name" });
        var opportunity = await changed.JsonAsync(HttpStatusCode.OK);

        var published = (await system.Local.StreamAsync(id))[^1].Content;
        var history = (await client.GetJsonAsync($"{ApiClient.Opportunities}/{id}/history"))["items"]![0]!;
        Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$", published["traceparent"]!.GetValue<string>());
        published.AsObject().Remove("traceparent");
        AssertJson(new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = history["id"]!.GetValue<string>(),
            ["source"] = ApiClient.Opportunities,
            ["type"] = "opportunity.updated",
            ["subject"] = id,
            ["time"] = opportunity["updated_at"]!.GetValue<string>(),
            ["datacontenttype"] = "application/json",
            ["data"] = new JsonObject
            {
                ["id"] = id,
                ["version"] = 3,
                ["status"] = "SUBMITTED",
                ["changed_by"] = "dev-all",
                ["reason"] = "A better name",
                ["changes"] = new JsonArray(new JsonObject
                {
                    ["field_name"] = "title",
                    ["old_value"] = "Test Opportunity",
                    ["new_value"] = "Größe \U0001F40E <b>",
                }),
            },
        }, published);
    }

    [Fact]
    public async Task Every_change_is_one_event_in_the_order_of_the_versions()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        var path = $"{ApiClient.Opportunities}/{id}";
        using var changed = await client.SendAsync(HttpMethod.Put, path, new { title = "Another", priority = "HIGH" });
        using var added = await client.SendAsync(
            HttpMethod.Post, $"{path}/skill-requirements", new { skill_name = "C#", experience_level = "EXPERT" });
        var skill = (await added.JsonAsync(HttpStatusCode.Created))["id"]!.GetValue<string>();
        using var replaced = await client.SendAsync(
            HttpMethod.Put, $"{path}/skill-requirements/{skill}", new { skill_name = "C#", experience_level = "BEGINNER" });
        using var removed = await client.DeleteAsync($"{path}/skill-requirements/{skill}");
        var attachment = (await client.AttachAsync(id))["id"]!.GetValue<string>();
        using var detached = await client.DeleteAsync($"{path}/attachments/{attachment}");
        using var moved = await client.MoveAsync(id, "CANCELLED");
        using var deleted = await client.DeleteAsync(path);
        Assert.All([changed, added, replaced, removed, detached, moved, deleted], response => Assert.True(response.IsSuccessStatusCode));

        var published = await system.Local.StreamAsync(id);
        Assert.Equal(Enumerable.Range(1, 9), published.Select(e => e.Version));
        Assert.Equal(
            ["opportunity.created", .. Enumerable.Repeat("opportunity.updated", 6), "opportunity.status_changed", "opportunity.deleted"],
            published.Select(e => e.Type));
        Assert.Equal(["status: – → DRAFT"], published[0].Changes);
        Assert.Equal(["title: Test Opportunity → Another", "priority: MEDIUM → HIGH"], published[1].Changes);
        Assert.StartsWith(
            $"skill_requirements/{skill}: – → {{\"id\":\"{skill}\",\"skill_name\":\"C#\"", Assert.Single(published[2].Changes));
        Assert.EndsWith(" → –", Assert.Single(published[4].Changes));
        Assert.StartsWith($"attachments/{attachment}: – → ", Assert.Single(published[5].Changes));
        Assert.Equal(["status: DRAFT → CANCELLED"], published[7].Changes);
        Assert.Equal(["deleted: false → true"], published[8].Changes);
        Assert.Equal("CANCELLED", (string?)published[8].Content["data"]!["status"]);
    }

    [Fact]
    public async Task What_changes_nothing_is_no_event()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        var path = $"{ApiClient.Opportunities}/{id}";
        using var same = await client.SendAsync(HttpMethod.Put, path, new { title = "Test Opportunity" });
        await same.JsonAsync(HttpStatusCode.OK);
        using var stale = await client.SendAsync(HttpMethod.Put, path, new { title = "Other" }, ("If-Match", "\"7\""));
        await stale.ProblemAsync(HttpStatusCode.PreconditionFailed);
        using var illegal = await client.MoveAsync(id, "COMPLETED");
        await illegal.ProblemAsync(HttpStatusCode.Conflict);
        using var invalid = await client.SendAsync(HttpMethod.Put, path, new { title = "" });
        await invalid.ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal(["opportunity.created"], (await system.Local.StreamAsync(id)).Select(e => e.Type));
    }

    // Of concurrent repeats the database takes one; the others had written their event, and were rolled back with it.
    [Fact]
    public async Task A_repeated_request_is_one_event()
    {
        using var client = await system.ClientAsync();
        var key = ("Idempotency-Key", Guid.NewGuid().ToString());
        var before = await SubjectsAsync();
        var body = ApiClient.Valid().ToJsonString();
        var responses = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, body, key)));
        var ids = await Task.WhenAll(
            responses.Select(async response => (await response.JsonAsync(HttpStatusCode.Created))["id"]!.GetValue<string>()));
        Assert.Equal([ids[0]], (await SubjectsAsync()).Except(before));
        Assert.Single(await system.Local.StreamAsync(ids[0]));
    }

    [Fact]
    public async Task An_import_is_an_event_for_each_row_and_a_refused_one_is_none()
    {
        using var client = await system.ClientAsync();
        var before = await SubjectsAsync();
        var good = CsvClient.Row("Imported");
        using var refused = await client.ImportAsync(CsvClient.File(CsvClient.Header, good, CsvClient.Row("")));
        await refused.ProblemAsync(HttpStatusCode.BadRequest);
        using var imported = await client.ImportAsync(CsvClient.File([CsvClient.Header, .. Enumerable.Repeat(good, 1000)]));
        await imported.JsonAsync(HttpStatusCode.OK);
        var added = (await SubjectsAsync()).Except(before).ToHashSet();
        Assert.Equal(1000, added.Count);
        Assert.All(
            (await system.Local.StreamAsync()).Where(e => added.Contains(e.Subject)),
            e => Assert.Equal(("opportunity.created", 1), (e.Type, e.Version)));
    }

    // A message of SQS holds 256 KiB.
    [Fact]
    public async Task Of_values_that_are_too_large_the_names_are_published()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        using var added = await client.SendAsync(
            HttpMethod.Post, $"{ApiClient.Opportunities}/{id}/problem-statements",
            new { description = string.Concat(Enumerable.Repeat("\U0001F40E", 20_000)) });
        await added.JsonAsync(HttpStatusCode.Created);
        using var changed = await client.SendAsync(
            HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { description = new string('ü', 10_000) });
        await changed.JsonAsync(HttpStatusCode.OK);

        var published = await system.Local.StreamAsync(id);
        var omitted = published[1].Content["data"]!;
        Assert.True(omitted["values_omitted"]!.GetValue<bool>());
        Assert.EndsWith(": – → –", Assert.Single(published[1].Changes));
        Assert.Equal([$"description: Test Description → {new string('ü', 10_000)}"], published[2].Changes);
    }

    // The same happens where a process dies between publishing and noting it.
    [Fact]
    public async Task What_is_published_again_has_the_same_id()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        var first = Assert.Single(await system.Local.StreamAsync(id));
        await system.Local.PublishAgainAsync(id);
        var published = await system.Local.StreamAsync(id);
        Assert.Equal([first.Id, first.Id], published.Select(e => e.Id));
        Assert.Equal(first.Content.ToJsonString(), published[1].Content.ToJsonString());
    }

    // The order in which sequences are drawn is not that of the commits.
    [Fact]
    public async Task An_event_that_is_committed_after_later_ones_were_published_is_not_skipped()
    {
        using var client = await system.ClientAsync();
        // Tests before this one have rolled back writes, whose events are waited for as well.
        await client.CreateAsync();
        await Eventually.TrueAsync(async () => await BehindAsync() == "0", TimeSpan.FromMinutes(1));
        await using var source = NpgsqlDataSource.Create(system.Local.ConnectionString);
        await using var late = await source.OpenConnectionAsync();
        await using var lateTransaction = await late.BeginTransactionAsync();
        await using var never = await source.OpenConnectionAsync();
        await using var neverTransaction = await never.BeginTransactionAsync();
        var subject = Guid.CreateVersion7();
        await WriteEventAsync(late, subject);
        await WriteEventAsync(never, Guid.CreateVersion7());
        var id = await client.CreateAsync();
        await Eventually.TrueAsync(async () => (await system.Local.StreamAsync()).Any(e => e.Subject == id));
        // It is published before the position is noted.
        await Eventually.TrueAsync(async () => await BehindAsync() == "2");

        await lateTransaction.CommitAsync();
        await Eventually.TrueAsync(async () => (await system.Local.StreamAsync()).Any(e => e.Subject == subject.ToString()));
        await Eventually.TrueAsync(async () => await BehindAsync() == "1");
        await neverTransaction.RollbackAsync();
        // It is waited for no longer.
        await Eventually.TrueAsync(async () => await BehindAsync() == "0", TimeSpan.FromMinutes(1));

        async Task<string> BehindAsync() => (await system.Local.QueryAsync("SELECT cardinality(behind) FROM outbox_position")).Single();
    }

    private static async Task WriteEventAsync(NpgsqlConnection connection, Guid subject)
    {
        var id = Guid.CreateVersion7();
        await using var command = new NpgsqlCommand(
            "INSERT INTO outbox_events (id, opportunity_id, occurred_at, content) VALUES ($1, $2, now(), json_build_object('id', $1, "
            + "'subject', $2))",
            connection)
        {
            Parameters = { new() { Value = id }, new() { Value = subject } },
        };
        await command.ExecuteNonQueryAsync();
    }

    private async Task<HashSet<string>> SubjectsAsync()
    {
        await system.Local.WaitUntilPublishedAsync();
        return [.. (await system.Local.StreamAsync()).Select(e => e.Subject)];
    }

    private static void AssertJson(JsonNode expected, JsonNode actual) =>
        Assert.True(JsonNode.DeepEquals(expected, actual), $"Expected {expected}, but was {actual}");
}
