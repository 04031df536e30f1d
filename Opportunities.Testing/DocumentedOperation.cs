using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Opportunities.Testing;

/// <summary>An operation of the OpenAPI document, and the request that it describes.</summary>
internal sealed record DocumentedOperation(string Path, string Method, JsonNode Node, JsonNode Document)
{
    public IReadOnlyList<int> Statuses =>
        [.. Node["responses"]!.AsObject().Select(response => int.Parse(response.Key, CultureInfo.InvariantCulture))];

    /// <summary>The example of the body, where it takes one.</summary>
    public string? Body => Content is not { } content ? null
        : content.Key == "text/csv" ? (string?)content.Value!["example"]
        : Resolve(content.Value!["schema"]!)["examples"]![0]!.ToJsonString();

    /// <summary>The query without which there is no answer but a refusal: one of two parameters, which no document can ask for.</summary>
    public string NeededQuery => (string?)Node["operationId"] == "GetChanges" ? "?from=oldest" : "";

    private KeyValuePair<string, JsonNode?>? Content => Node["requestBody"]?["content"]?.AsObject().Single();

    public static IReadOnlyList<DocumentedOperation> AllOf(JsonNode document) =>
    [
        .. from path in document["paths"]!.AsObject()
           from operation in path.Value!.AsObject()
           select new DocumentedOperation(path.Key, operation.Key.ToUpperInvariant(), operation.Value, document),
    ];

    public JsonNode Response(int status) => Resolve(Node["responses"]![status.ToString(CultureInfo.InvariantCulture)]!);

    public async Task<HttpResponseMessage> SendAsync(
        HttpClient client, RequestTarget target, string query = "", string? body = null, string? mediaType = null,
        params (string Name, string Value)[] headers)
    {
        var part = Path.Split('/').Skip(5).FirstOrDefault() is { } segment && target.Parts.TryGetValue(segment, out var id)
            ? id
            : Guid.NewGuid().ToString();
        var address = Path.Replace("{id}", target.Id).Replace("{sid}", part).Replace("{aid}", part)
            .Replace("{source}", RequestTarget.Source).Replace("{external_id}", target.ExternalId);
        using var request = new HttpRequestMessage(new HttpMethod(Method), address + (query.Length > 0 ? query : NeededQuery));
        if ((body ?? Body) is { } sent) request.Content = new StringContent(sent, Encoding.UTF8, mediaType ?? Content!.Value.Key);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await client.SendAsync(request);
    }

    private JsonNode Resolve(JsonNode node) => (string?)node["$ref"] is not { } reference ? node
        : reference.Split('/').Skip(1).Aggregate(Document, (at, name) => at[name]!);
}

/// <summary>What a request is about: the ids that stand in its path.</summary>
/// <param name="Id">The opportunity.</param>
/// <param name="Parts">For each sub-collection, one of its members.</param>
/// <param name="Upload">The body that completes an upload to the opportunity.</param>
/// <param name="File">The path at which the attachment's file is fetched.</param>
internal sealed record RequestTarget(string Id, IReadOnlyDictionary<string, string> Parts, string Upload, string File)
{
    /// <summary>The system that calls them <see cref="ExternalId"/>.</summary>
    public const string Source = "tests";

    /// <summary>What it calls the opportunity.</summary>
    public string ExternalId { get; init; } = Guid.NewGuid().ToString();

    public static RequestTarget Unknown => new(Guid.NewGuid().ToString(), new Dictionary<string, string>(), "{}", "/files/x");

    /// <summary>An opportunity with one of everything, and a file that is uploaded and not yet completed.</summary>
    public static async Task<RequestTarget> CreateAsync(HttpClient client)
    {
        var externalId = Guid.NewGuid().ToString();
        var members = ApiClient.Valid();
        members["external_id"] = new JsonObject { ["source"] = Source, ["id"] = externalId };
        var id = await client.CreateAsync(members);
        async Task<string> AddAsync(string segment, string body)
        {
            using var response = await client.SendAsync(HttpMethod.Post, $"{ApiClient.Opportunities}/{id}/{segment}", body);
            return (await response.JsonAsync(HttpStatusCode.Created))["id"]!.GetValue<string>();
        }

        var parts = new Dictionary<string, string>
        {
            ["problem-statements"] = await AddAsync("problem-statements", $$"""{"description":"{{new string('x', 100)}}"}"""),
            ["skill-requirements"] = await AddAsync("skill-requirements", """{"skill_name":"Ada","experience_level":"EXPERT"}"""),
            ["timeline-requirements"] = await AddAsync(
                "timeline-requirements", """{"description":"Kick-off","target_date":"2023-01-01T00:00:00Z"}"""),
            ["notes"] = await AddAsync("notes", """{"text":"Called them"}"""),
        };
        var attachment = await client.AttachAsync(id);
        parts["attachments"] = attachment["id"]!.GetValue<string>();
        var upload = AttachmentClient.File();
        upload["key"] = await client.StoreAsync(id);
        return new RequestTarget(id, parts, upload.ToJsonString(), new Uri(await client.DownloadUrlAsync(id, attachment)).AbsolutePath)
        {
            ExternalId = externalId,
        };
    }
}
