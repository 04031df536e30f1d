using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Opportunities.Tests.Api;

/// <summary>
/// Every kind of operation, on opportunities in every situation, by callers with different rights: as one batch, and one by one on the same
/// again. Both are answered alike, and leave the same rows, history and events.
/// </summary>
[Collection(SystemCollection.Name)]
public sealed partial class BatchOfSinglesTests(TestSystem system) : IAsyncLifetime
{
    private const string Whole =
        """
        "description":"Test Description","client_name":"SOURCE","estimated_budget":1,"estimated_start_date":"2023-01-01T00:00:00Z",
        "estimated_end_date":"2023-12-31T00:00:00Z"
        """;

    private const string Taken =
        """
        "external_id":{"source":"SOURCE","id":"taken"}
        """;

    private static readonly string[] _situations = ["own draft", "own submitted", "own cancelled", "another's", "deleted", "missing"];

    private static readonly Operation[] _onOne =
    [
        new("UPDATE", """{"title":"Changed"}"""),
        new("UPDATE", """{"title":"Changed","priority":"LOW","reason":"Why"}"""),
        new("UPDATE", """{"priority":"HIGH"}"""),
        new("UPDATE", """{"description":"Changed","reason":"Why"}""", "\"1\""),
        new("UPDATE", """{"estimated_end_date":"2000-01-01T00:00:00Z"}"""),
        new("UPDATE", $$"""{{{Taken}}}"""),
        new("UPDATE", $$"""{{{Taken}},"reason":"Why"}"""),
        new("UPDATE", $$"""{{{Taken}},"estimated_end_date":"2000-01-01T00:00:00Z"}"""),
        new("UPDATE", """{"external_id":null,"reason":"Why"}"""),
        new("UPDATE", """{"title":"","budget":1}"""),
        new("UPSERT", $$"""{"title":"Upserted","reason":"Why",{{Whole}}}"""),
        new("UPSERT", $$"""{"title":"Upserted",{{Whole}}}"""),
        new("UPSERT", $$"""{"title":"Upserted","reason":"Why",{{Whole}}}""", "*"),
        new("UPSERT", """{"title":"Upserted"}"""),
        new("UPSERT", $$"""{"title":"Upserted",{{Taken}},{{Whole}}}"""),
        new("STATUS", """{"new_status":"SUBMITTED","reason":"Why"}"""),
        new("STATUS", """{"new_status":"DRAFT","reason":"Why"}"""),
        new("STATUS", """{"new_status":"MATCHING_IN_PROGRESS","reason":"Why"}"""),
        new("STATUS", """{"new_status":"CANCELLED","reason":"Why"}""", "\"2\""),
        new("STATUS", """{"new_status":"CANCELLED"}"""),
        new("DELETE", null),
        new("DELETE", null, "\"1\""),
    ];

    private static readonly Operation[] _creations =
    [
        new("CREATE", $$"""{"title":"Created","external_id":{"source":"SOURCE","id":"new"},{{Whole}}}"""),
        new("CREATE", $$"""{"title":"Created",{{Taken}},{{Whole}}}"""),
        new("CREATE", $$"""{"title":"",{{Taken}},{{Whole}}}"""),
        new("CREATE", $$"""{"title":"Created","status":"SUBMITTED",{{Whole}}}"""),
    ];

    private HttpClient _admin = null!;
    private HttpClient _another = null!;

    public async Task InitializeAsync() => (_admin, _another) = (await system.ClientAsync(), await system.ClientAsync("dev-rep-2"));

    public Task DisposeAsync()
    {
        _admin.Dispose();
        _another.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Every_operation_of_the_document_is_compared()
    {
        using var client = await system.ClientAsync();

        var document = await client.GetJsonAsync("/api/v1/openapi.json");

        Assert.Equal(
            document["components"]!["schemas"]!["BatchOp"]!["enum"]!.AsArray().Select(one => (string)one!).Order(),
            _onOne.Concat(_creations).Select(operation => operation.Op).Distinct().Order());
    }

    [Theory]
    [InlineData("dev-all", null, new[] { 200, 201, 204, 400, 404, 409, 412 })]
    [InlineData("dev-all", "opportunities/delete", new[] { 204, 403, 404, 412 })]
    [InlineData("dev-rep-1", null, new[] { 200, 201, 400, 403, 404, 409, 412 })]
    public async Task A_batch_answers_and_leaves_what_its_operations_do_one_by_one(string caller, string? scope, int[] statuses)
    {
        using var owner = await system.ClientAsync(caller);
        using var client = await system.ClientAsync(caller);
        if (scope is not null)
        {
            client.DefaultRequestHeaders.Authorization = new(
                "Bearer", await ApiClient.RequestTokenAsync(system.TokenEndpoint, caller, system.ClientSecret, scope));
        }

        var operations = new List<(string Key, Operation Operation)>();
        foreach (var situation in _situations) operations.AddRange(_onOne.Select((operation, n) => ($"{situation} {n}", operation)));
        operations.AddRange(_creations.Select((operation, n) => ($"created {n}", operation)));

        var (together, apart) = (await WorldAsync(owner, operations), await WorldAsync(owner, operations));
        var ofBatch = await BatchAsync(client, together, operations);
        var ofSingles = new List<string>();
        foreach (var (key, operation) in operations) ofSingles.Add(await SingleAsync(client, apart, key, operation));

        Assert.Equal(ofSingles.Except(ofBatch), ofBatch.Except(ofSingles));
        Assert.Equal(statuses, ofBatch.Select(answer => int.Parse(answer.Split(": ")[1][..3])).Distinct().Order());
        var rows = await RowsAsync(apart);
        Assert.Equal(rows.Select(apart.Neutral), (await RowsAsync(together)).Select(together.Neutral));
        Assert.Equal(await EventsAsync(apart, rows), await EventsAsync(together, rows));
    }

    /// <summary>An opportunity for each operation, in its situation; and one that has the external id which operations want.</summary>
    private async Task<World> WorldAsync(HttpClient owner, IReadOnlyList<(string Key, Operation Operation)> operations)
    {
        var world = new World($"w-{Guid.NewGuid():N}", (string)(await _admin.GetJsonAsync("/api/v1/changes?from=now"))["next_cursor"]!);
        string[] keys = [.. operations.Select(one => one.Key).Where(key => key.Split(' ')[0] is not ("created" or "missing")), "taken"];
        foreach (var ofOne in keys.GroupBy(key => key.StartsWith("another's", StringComparison.Ordinal) ? _another : owner))
        {
            using var imported = await ofOne.Key.ImportAsync(CsvClient.File(
            [
                $"{CsvClient.Header},external_source,external_id",
                .. ofOne.Select(key => $"{CsvClient.Row(key, world.Source)},{world.Source},{key}"),
            ]));
            Assert.Equal(ofOne.Count(), await imported.ImportedAsync());
        }

        foreach (var row in await RowsAsync(world)) world.Names[(string)row["id"]!] = (string)row["title"]!;
        foreach (var (id, key) in world.Names)
        {
            using var response = key.Split(' ')[..^1] switch
            {
                ["own", "submitted"] => await _admin.MoveAsync(id, "SUBMITTED"),
                ["own", "cancelled"] => await _admin.MoveAsync(id, "CANCELLED"),
                ["deleted"] => await _admin.DeleteAsync($"{ApiClient.Opportunities}/{id}"),
                _ => null,
            };
            response?.EnsureSuccessStatusCode();
        }

        foreach (var key in operations.Select(one => one.Key).Where(key => key.StartsWith("missing", StringComparison.Ordinal)))
            world.Names[Guid.NewGuid().ToString()] = key;
        return world;
    }

    private static async Task<List<string>> BatchAsync(
        HttpClient client, World world, IReadOnlyList<(string Key, Operation Operation)> operations)
    {
        var sent = operations.Select((one, n) =>
        {
            var operation = new JsonObject { ["op"] = one.Operation.Op };
            // Named in either way.
            var isByExternalId = one.Operation.Op is "UPSERT" || n % 2 == 0;
            if (one.Operation.Op is not "CREATE" && isByExternalId) operation["external_id"] = world.ExternalId(one.Key);
            if (one.Operation.Op is not "CREATE" && !isByExternalId) operation["id"] = world.IdOf(one.Key);
            if (one.Operation.IfMatch is { } ifMatch) operation["if_match"] = ifMatch;
            if (one.Operation.Body is { } body) operation["body"] = JsonNode.Parse(world.Own(body));
            return operation;
        });
        var request = new JsonObject { ["mode"] = "EACH", ["operations"] = new JsonArray([.. sent]) };
        using var response = await client.SendAsync(HttpMethod.Post, $"{ApiClient.Opportunities}/batch", request.ToJsonString());
        var items = (await response.JsonAsync(HttpStatusCode.OK))["items"]!.AsArray();
        foreach (var (item, one) in items.Zip(operations)) world.Keep((string?)item!["id"], one.Key);
        return
        [
            .. items.Zip(operations).Select(pair => world.Answer(
                pair.Second.Key, pair.Second.Operation, (int)pair.First!["status"]!, (int?)pair.First["version"], pair.First["problem"])),
        ];
    }

    private static async Task<string> SingleAsync(HttpClient client, World world, string key, Operation operation)
    {
        var (method, path) = operation.Op switch
        {
            "CREATE" => (HttpMethod.Post, ""),
            "UPDATE" => (HttpMethod.Put, $"/{world.IdOf(key)}"),
            "UPSERT" => (HttpMethod.Put, $"/by-external-id/{world.Source}/{Uri.EscapeDataString(key)}"),
            "STATUS" => (HttpMethod.Post, $"/{world.IdOf(key)}/status"),
            _ => (HttpMethod.Delete, $"/{world.IdOf(key)}"),
        };
        (string, string)[] headers = operation.IfMatch is { } ifMatch ? [("If-Match", ifMatch)] : [];
        using var response = await client.SendAsync(
            method, $"{ApiClient.Opportunities}{path}", operation.Body is { } body ? world.Own(body) : null, headers);
        var answer = response.StatusCode == HttpStatusCode.NoContent ? null : await response.JsonAsync();
        if (response.IsSuccessStatusCode) world.Keep((string?)answer?["id"], key);
        return world.Answer(
            key, operation, (int)response.StatusCode, (int?)answer?["version"], response.IsSuccessStatusCode ? null : answer);
    }

    /// <summary>The rows of a world, deleted ones among them.</summary>
    private async Task<List<JsonNode>> RowsAsync(World world)
    {
        var rows = new List<JsonNode>();
        foreach (var query in (string[])["", "&deleted=true"])
        {
            for (var page = 0; ; page++)
            {
                var answer = await _admin.GetJsonAsync($"{ApiClient.Opportunities}?client_name={world.Source}&size=100&page={page}{query}");
                rows.AddRange(answer["items"]!.AsArray().Select(item => item!));
                if (page + 1 >= (int)answer["total_pages"]!) break;
            }
        }

        return [.. rows.OrderBy(row => world.Names.GetValueOrDefault((string)row["id"]!), StringComparer.Ordinal)];
    }

    /// <summary>What the feed tells of a world, by opportunity: one event for each version, with the history of it.</summary>
    private async Task<List<string>> EventsAsync(World world, IReadOnlyList<JsonNode> rows)
    {
        var events = new List<JsonNode>();
        await Eventually.TrueAsync(
            async () =>
            {
                var page = await _admin.GetJsonAsync($"/api/v1/changes?after={world.Cursor}&size=1000");
                var items = page["items"]!.AsArray().OfType<JsonNode>();
                events = [.. items.Where(item => world.Names.ContainsKey((string)item["opportunity_id"]!))];
                return events.Count == rows.Sum(row => (int)row["version"]!);
            },
            otherwise: () => $"{events.Count} events of {rows.Sum(row => (int)row["version"]!)} versions");
        return
        [
            .. events.Select(one => world.Neutral(
                $"{world.Names[(string)one["opportunity_id"]!]} {one["version"]}: {one["type"]} {one["status"]} {one["changed_by"]} "
                + $"{one["reason"]} {one["changes"]!.ToJsonString()}")).Order(StringComparer.Ordinal),
        ];
    }

    private sealed record Operation(string Op, string? Body, string? IfMatch = null);

    /// <summary>Opportunities that one way of doing it has for itself.</summary>
    private sealed partial record World(string Source, string Cursor)
    {
        /// <summary>What the test calls each id.</summary>
        public Dictionary<string, string> Names { get; } = [];

        public string IdOf(string key) => Names.First(pair => pair.Value == key).Key;

        public JsonObject ExternalId(string key) => new() { ["source"] = Source, ["id"] = key };

        public string Own(string body) => body.Replace("SOURCE", Source, StringComparison.Ordinal);

        public void Keep(string? id, string key)
        {
            if (id is not null && !Names.ContainsKey(id)) Names[id] = $"{key}, new";
        }

        public string Answer(string key, Operation operation, int status, int? version, JsonNode? problem)
        {
            // What was deleted has no version that the single request tells.
            var told = operation.Op is "DELETE" ? null : version;
            var members = problem is null ? null : new JsonObject(
                from name in (string[])["type", "title", "detail", "errors", "allowed", "missing"]
                where problem[name] is not null
                select KeyValuePair.Create(name, problem[name]?.DeepClone()));
            return Neutral($"{key}, {operation.Op} {operation.Body}: {status} {told} {members?.ToJsonString()}");
        }

        /// <summary>A row without what no two have in common.</summary>
        public string Neutral(JsonNode row)
        {
            var members = row.DeepClone().AsObject();
            foreach (var name in members.Select(member => member.Key).Where(IsTime).ToList())
                members[name] = members[name] is null ? "no time" : "a time";
            return Neutral(members.ToJsonString());

            static bool IsTime(string name) => name.EndsWith("_at", StringComparison.Ordinal) || name == "reactivation_deadline";
        }

        public string Neutral(string text) => Id().Replace(
            text.Replace(Source, "SOURCE", StringComparison.Ordinal), match => Names.GetValueOrDefault(match.Value, "an id"));

        [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
        private static partial Regex Id();
    }
}
