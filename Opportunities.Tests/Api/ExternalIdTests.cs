using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Opportunities.Tests.Api;

/// <summary>What other systems call an opportunity: found by it, created and changed by it, and once.</summary>
[Collection(SystemCollection.Name)]
public sealed class ExternalIdTests(TestSystem system) : IAsyncLifetime
{
    private readonly string _source = $"crm-{Guid.NewGuid():N}";
    private HttpClient _client = null!;

    public async Task InitializeAsync() => _client = await system.ClientAsync();

    public Task DisposeAsync()
    {
        _client.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task It_is_answered_found_changed_cleared_and_in_the_history()
    {
        var item = await CreateAsync("A/7");
        Assert.Equal(("A/7", _source), ((string?)item["external_id"]!["id"], (string?)item["external_id"]!["source"]));
        var path = $"{ApiClient.Opportunities}/{item["id"]}";
        Assert.Equal([(string?)item["id"]], await FoundAsync("A/7"));

        using var renamed = await _client.SendAsync(HttpMethod.Put, path, new { external_id = new { source = _source, id = "B" } });
        await renamed.JsonAsync(HttpStatusCode.OK);
        Assert.Empty(await FoundAsync("A/7"));
        using var cleared = await _client.SendAsync(HttpMethod.Put, path, """{"external_id":null}""");
        Assert.Null((await cleared.JsonAsync(HttpStatusCode.OK))["external_id"]);
        using var same = await _client.SendAsync(HttpMethod.Put, path, """{"external_id":null}""");
        Assert.Equal(3, (await same.JsonAsync(HttpStatusCode.OK))["version"]!.GetValue<int>());

        var history = (await _client.GetJsonAsync($"{path}/history"))["items"]!.AsArray();
        Assert.Equal(
            [($"{_source}/B", null), ($"{_source}/A/7", $"{_source}/B")],
            history.Where(change => (string?)change!["field_name"] == "external_id")
                .Select(change => ((string?)change!["old_value"], (string?)change["new_value"])));
    }

    [Fact]
    public async Task A_second_one_is_409_and_names_the_other_to_who_may_see_it()
    {
        var first = await CreateAsync("1");
        using var again = await _client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, New("1"));
        Assert.Contains(
            (string)first["id"]!, (string?)(await again.ProblemAsync(HttpStatusCode.Conflict))["detail"], StringComparison.Ordinal);

        var second = await CreateAsync("2");
        using var taken = await _client.SendAsync(
            HttpMethod.Put, $"{ApiClient.Opportunities}/{second["id"]}", new { external_id = new { source = _source, id = "1" } });
        await taken.ProblemAsync(HttpStatusCode.Conflict);
        Assert.Equal("2", (string?)(await _client.GetJsonAsync($"{ApiClient.Opportunities}/{second["id"]}"))["external_id"]!["id"]);

        using var representative = await system.ClientAsync("dev-rep-1");
        using var hidden = await representative.SendAsync(HttpMethod.Post, ApiClient.Opportunities, New("1"));
        Assert.DoesNotContain(
            (string)first["id"]!, (string?)(await hidden.ProblemAsync(HttpStatusCode.Conflict))["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_free_again_once_its_opportunity_is_deleted_which_is_not_restored_then()
    {
        var first = await CreateAsync("1");
        using var deleted = await _client.DeleteAsync($"{ApiClient.Opportunities}/{first["id"]}");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        var second = await CreateAsync("1");
        using var restored = await _client.SendAsync(
            HttpMethod.Post, $"{ApiClient.Opportunities}/{first["id"]}/restore", new { reason = "A mistake" });
        Assert.Contains(
            (string)second["id"]!, (string?)(await restored.ProblemAsync(HttpStatusCode.Conflict))["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_id_needs_its_source()
    {
        using var response = await _client.GetAsync($"{ApiClient.Opportunities}?external_id=1");
        Assert.Equal(["external_id"], await response.OffendingAsync());
    }

    [Fact]
    public async Task What_is_put_is_created_once_and_changed_after_that()
    {
        using var created = await UpsertAsync("A/7 ü", New(null));
        var item = await created.JsonAsync(HttpStatusCode.Created);
        Assert.Equal($"{ApiClient.Opportunities}/{item["id"]}", created.Headers.Location!.OriginalString);
        Assert.Equal("\"1\"", created.Headers.ETag!.Tag);
        Assert.Equal("A/7 ü", (string?)item["external_id"]!["id"]);

        using var same = await UpsertAsync("A/7 ü", New(null));
        Assert.Equal(1, (await same.JsonAsync(HttpStatusCode.OK))["version"]!.GetValue<int>());
        using var changed = await UpsertAsync("A/7 ü", New("A/7 ü", "Another title"));
        var after = await changed.JsonAsync(HttpStatusCode.OK);
        Assert.Equal(((string?)item["id"], "Another title"), ((string?)after["id"], (string?)after["title"]));
        Assert.Equal("\"2\"", changed.Headers.ETag!.Tag);
    }

    [Theory]
    [InlineData("%FF")]
    [InlineData("a%E2%82")]
    [InlineData("%ED%A0%80")]
    [InlineData("%C0%AF")]
    [InlineData("%zz")]
    [InlineData("A%2F%2")]
    public async Task A_path_that_is_no_percent_encoded_UTF_8_names_nothing(string id)
    {
        var address = new Uri(
            $"{system.Api.GetLeftPart(UriPartial.Authority)}{ApiClient.Opportunities}/by-external-id/{_source}/{id}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var response = await _client.PutAsJsonAsync(address, New(null));
        await response.ProblemAsync(HttpStatusCode.NotFound);
        Assert.Empty(await FoundAsync(null));
    }

    [Fact]
    public async Task Conditions_say_whether_it_may_be_created_or_changed()
    {
        using var absent = await UpsertAsync("1", New(null), ("If-Match", "*"));
        await absent.ProblemAsync(HttpStatusCode.PreconditionFailed);
        using var created = await UpsertAsync("1", New(null), ("If-None-Match", "*"));
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        using var there = await UpsertAsync("1", New(null, "X"), ("If-None-Match", "*"));
        await there.ProblemAsync(HttpStatusCode.PreconditionFailed);
        using var changed = await UpsertAsync("1", New(null, "X"), ("If-Match", "\"1\""));
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        using var stale = await UpsertAsync("1", New(null, "Y"), ("If-Match", "\"1\""));
        await stale.ProblemAsync(HttpStatusCode.PreconditionFailed);
    }

    [Fact]
    public async Task The_rules_of_a_change_hold()
    {
        using var other = await UpsertAsync("1", New("2"));
        Assert.Equal(["external_id"], await other.OffendingAsync());
        using var malformed = await _client.SendAsync(HttpMethod.Put, $"{ApiClient.Opportunities}/by-external-id/CRM/1", New(null));
        await malformed.ProblemAsync(HttpStatusCode.NotFound);

        var item = await CreateAsync("1");
        using var submitted = await _client.SendAsync(
            HttpMethod.Post, $"{ApiClient.Opportunities}/{item["id"]}/status", new { new_status = "SUBMITTED", reason = "Ready" });
        Assert.Equal(HttpStatusCode.OK, submitted.StatusCode);
        using var without = await UpsertAsync("1", New(null, "X"));
        Assert.Equal(["reason"], await without.OffendingAsync());
        using var representative = await system.ClientAsync("dev-rep-1");
        using var hidden = await representative.SendAsync(
            HttpMethod.Put, $"{ApiClient.Opportunities}/by-external-id/{_source}/1", New(null));
        await hidden.ProblemAsync(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Of_those_that_come_at_once_one_creates_and_the_others_change()
    {
        for (var round = 0; round < 5; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => UpsertAsync($"race-{round}", New(null, $"Title {n}"))));
            Assert.Equal(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
            Assert.Equal(7, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
            foreach (var answer in answers) answer.Dispose();
            Assert.Single(await FoundAsync($"race-{round}"));
        }
    }

    [Fact]
    public async Task An_exported_file_is_edited_and_imported_again()
    {
        var (one, two) = (await CreateAsync("1", "One"), await CreateAsync("2", "Two"));
        var file = await _client.ExportAsync($"external_source={_source}");
        Assert.EndsWith("owner,external_source,external_id", file.Split("\r\n")[0], StringComparison.Ordinal);
        var edited = file.Replace("Two", "Two, edited", StringComparison.Ordinal)
            .Replace(",Two, edited,", ",\"Two, edited\",", StringComparison.Ordinal);
        var third = file.Split("\r\n")[1]
            .Replace((string)one["id"]!, "", StringComparison.Ordinal)
            .Replace($"{_source},", $"{_source},new-", StringComparison.Ordinal)
            + "\r\n";

        using var tried = await _client.ImportWithAsync("mode=UPSERT&dry_run=true", edited + third);
        Assert.Equal("""{"would_import":1,"would_update":1,"errors":{}}""", await tried.Content.ReadAsStringAsync());
        Assert.Equal(2, (await FoundAsync(null)).Count);
        var key = ("Idempotency-Key", Guid.NewGuid().ToString());
        for (var repeat = 0; repeat < 2; repeat++)
        {
            using var imported = await _client.ImportWithAsync("mode=UPSERT", edited + third, key);
            Assert.Equal("""{"imported":1,"updated":1}""", await imported.Content.ReadAsStringAsync());
        }

        Assert.Equal(3, (await FoundAsync(null)).Count);
        Assert.Equal("Two, edited", (string?)(await _client.GetJsonAsync($"{ApiClient.Opportunities}/{two["id"]}"))["title"]);
        Assert.Equal(1, (await _client.GetJsonAsync($"{ApiClient.Opportunities}/{one["id"]}"))["version"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_row_that_changes_nothing_is_left_alone_in_every_state()
    {
        using var representative = await system.ClientAsync("dev-rep-1");
        using var created = await representative.SendAsync(HttpMethod.Post, ApiClient.Opportunities, New("1"));
        var path = $"{ApiClient.Opportunities}/{(await created.JsonAsync(HttpStatusCode.Created))["id"]}";
        foreach (var (client, status) in new[] { (representative, "SUBMITTED"), (_client, "CANCELLED") })
        {
            using var moved = await client.SendAsync(HttpMethod.Post, $"{path}/status", new { new_status = status, reason = "Why" });
            var version = (await moved.JsonAsync(HttpStatusCode.OK))["version"]!.GetValue<int>();
            var file = await representative.ExportAsync($"external_source={_source}");
            foreach (var caller in new[] { representative, _client })
            {
                using var imported = await caller.ImportWithAsync("mode=UPSERT", file);
                Assert.Equal("""{"imported":0,"updated":0}""", await imported.Content.ReadAsStringAsync());
            }

            Assert.Equal(version, (await _client.GetJsonAsync(path))["version"]!.GetValue<int>());
            var edited = file.Replace("Test Client", "Other", StringComparison.Ordinal);
            using var hidden = await representative.ImportWithAsync("mode=UPSERT&reason=Why", edited);
            Assert.Equal(["2"], await hidden.OffendingAsync());
        }
    }

    [Fact]
    public async Task Of_more_rows_than_one_statement_changes_each_gets_its_own_values()
    {
        string[] header = [$"{CsvClient.Header},external_source,external_id"];
        using var created = await _client.ImportWithAsync("mode=UPSERT", CsvClient.File(header.Concat(
            Enumerable.Range(0, 1001).Select(n => $"{CsvClient.Row("Test Opportunity")},{_source},{n}"))));
        Assert.Equal(1001, await created.ImportedAsync());

        // Some change their title, the others their priority.
        var edited = Enumerable.Range(0, 1001).Select(n => (
            Id: $"{n}", Title: n % 2 == 0 ? $"Title {n}" : "Test Opportunity", Priority: n % 2 == 0 ? "HIGH" : "LOW")).ToList();
        using var changed = await _client.ImportWithAsync("mode=UPSERT", CsvClient.File(header.Concat(edited.Select(
            row => $"{row.Title},Test Description,Test "
                + $"Client,10000.00,2023-01-01T00:00:00Z,2023-12-31T00:00:00Z,{row.Priority},{_source},{row.Id}"))));
        Assert.Equal("""{"imported":0,"updated":1001}""", await changed.Content.ReadAsStringAsync());

        var rows = CsvClient.Parse(await _client.ExportAsync($"external_source={_source}"));
        Assert.Equal(edited.ToHashSet(), rows.Select(row => (row["external_id"], row["title"], row["priority"])).ToHashSet());
        Assert.All(rows, row => Assert.Equal("2", row["version"]));
    }

    [Fact]
    public async Task A_row_that_may_not_be_imported_is_told_by_its_line_and_nothing_is_done()
    {
        var item = await CreateAsync("1");
        using var submitted = await _client.SendAsync(
            HttpMethod.Post, $"{ApiClient.Opportunities}/{item["id"]}/status", new { new_status = "SUBMITTED", reason = "Ready" });
        Assert.Equal(HttpStatusCode.OK, submitted.StatusCode);
        var file = CsvClient.File(
            $"{CsvClient.Header},external_source,external_id", $"{CsvClient.Row("New")},{_source},new",
            $"{CsvClient.Row("Changed")},{_source},1");

        using var created = await _client.ImportAsync(file);
        Assert.Equal(["3.external_id"], await created.OffendingAsync());
        using var changed = await _client.ImportWithAsync("mode=UPSERT", file);
        Assert.Equal(["3.reason"], await changed.OffendingAsync());
        Assert.Single(await FoundAsync(null));
        using var representative = await system.ClientAsync("dev-rep-1");
        using var hidden = await representative.ImportWithAsync("mode=UPSERT&reason=Why", file);
        Assert.Equal(["3.external_id"], await hidden.OffendingAsync());
        var both = file + CsvClient.File($"{CsvClient.Row(" ")},{_source},new-2");
        using var all = await _client.ImportWithAsync("mode=UPSERT", both);
        Assert.Equal(["3.reason", "4.title"], await all.OffendingAsync());
        using var tried = await _client.ImportWithAsync("mode=UPSERT&dry_run=true", both);
        Assert.Equal(["3.reason", "4.title"], (await tried.JsonAsync())["errors"]!.AsObject().Select(error => error.Key));
        using var told = await _client.ImportWithAsync("mode=UPSERT&reason=Why", file);
        Assert.Equal("""{"imported":1,"updated":1}""", await told.Content.ReadAsStringAsync());
    }

    private object New(string? id, string title = "Test Opportunity") => new
    {
        title,
        description = "Test Description",
        client_name = "Test Client",
        estimated_budget = 10000,
        estimated_start_date = "2023-01-01T00:00:00Z",
        estimated_end_date = "2023-12-31T00:00:00Z",
        external_id = id is null ? null : new { source = _source, id },
    };

    private async Task<JsonNode> CreateAsync(string id, string title = "Test Opportunity")
    {
        using var response = await _client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, New(id, title));
        return await response.JsonAsync(HttpStatusCode.Created);
    }

    private Task<HttpResponseMessage> UpsertAsync(string id, object body, params (string Name, string Value)[] headers) =>
        _client.SendAsync(
            HttpMethod.Put, $"{ApiClient.Opportunities}/by-external-id/{_source}/{Uri.EscapeDataString(id)}", body, headers);

    private async Task<List<string?>> FoundAsync(string? id)
    {
        var query = id is null ? "" : $"&external_id={Uri.EscapeDataString(id)}";
        var page = await _client.GetJsonAsync($"{ApiClient.Opportunities}?external_source={_source}{query}");
        return [.. page["items"]!.AsArray().Select(item => (string?)item!["id"])];
    }
}
