using System.Net;
using System.Text.Json.Nodes;

namespace Opportunities.SystemTests.Api;

/// <summary>That the API answers what the OpenAPI document says: each operation is brought to each status code that it documents.</summary>
public sealed class DocumentConformanceTests : OwnSystem
{
    /// <summary>Documented, because a client must expect it; there is no request that brings it about.</summary>
    private const int Unprovoked = 500;

    private readonly Dictionary<string, HttpClient> _clients = [];

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        foreach (var clientId in new[] { "dev-all", "dev-none" }) _clients[clientId] = await this.ClientAsync(clientId);
        _clients[""] = await this.ClientAsync(null);
    }

    public override async Task DisposeAsync()
    {
        foreach (var client in _clients.Values) client.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Every_operation_answers_every_status_that_it_documents_with_the_headers_and_the_body_that_it_documents()
    {
        var text = await _clients[""].GetStringAsync("/openapi/v1.json");
        var document = JsonNode.Parse(text)!;
        var answers = await DocumentedAnswers.OfAsync(text);
        var operations = DocumentedOperation.AllOf(document);
        var differences = new List<string>();

        async Task SeeAsync(DocumentedOperation operation, int status, HttpResponseMessage response)
        {
            using (response)
            {
                var seen = (int)response.StatusCode;
                var place = $"{operation.Method} {operation.Path}";
                if (seen != status)
                    differences.Add($"{place}: {status} was expected, {seen} came: {await response.Content.ReadAsStringAsync()}");
                else
                    differences.AddRange((await answers.DifferencesAsync(operation, response)).Select(what => $"{place} {status}: {what}"));
            }
        }

        foreach (var operation in operations)
        {
            foreach (var status in operation.Statuses.Except([Unprovoked, 429, 503]))
                await SeeAsync(operation, status, await ProvokeAsync(operation, status));
        }

        await using (var limited = await Local.StartAnotherApiAsync(
            new Dictionary<string, string?> { ["RateLimits__Burst"] = "1", ["RateLimits__PerSecond"] = "1" }))
        {
            using var client = new HttpClient { BaseAddress = limited.BaseAddress };
            client.DefaultRequestHeaders.Authorization = _clients["dev-all"].DefaultRequestHeaders.Authorization;
            foreach (var operation in operations.Where(operation => operation.Statuses.Contains(429)))
            {
                await Eventually.TrueAsync(async () =>
                {
                    var response = await operation.SendAsync(client, RequestTarget.Unknown);
                    if (response.StatusCode != HttpStatusCode.TooManyRequests) return false;
                    await SeeAsync(operation, 429, response);
                    return true;
                });
            }
        }

        await Local.Postgres.KillAsync();
        await Eventually.TrueAsync(async () =>
        {
            using var health = await _clients[""].GetAsync("/health");
            return health.StatusCode == HttpStatusCode.ServiceUnavailable;
        });
        foreach (var operation in operations)
            await SeeAsync(operation, 503, await operation.SendAsync(_clients["dev-all"], RequestTarget.Unknown));
        Assert.Empty(differences);
    }

    private async Task<HttpResponseMessage> ProvokeAsync(DocumentedOperation operation, int status)
    {
        var all = _clients["dev-all"];
        switch (status)
        {
            case 401: return await operation.SendAsync(_clients[""], RequestTarget.Unknown);
            case 403: return await operation.SendAsync(_clients["dev-none"], RequestTarget.Unknown);
            // What refuses one operation refuses all.
            case 404 or 409 or 412 when operation.Path.EndsWith("/batch", StringComparison.Ordinal):
                return await operation.SendAsync(all, RequestTarget.Unknown, body: await RefusedBatchAsync(status));
            // Of an external id there is none, or one that nothing can have.
            case 201 when operation.Path.Contains("{external_id}"): return await operation.SendAsync(all, RequestTarget.Unknown);
            case 404: return await operation.SendAsync(all, RequestTarget.Unknown with { ExternalId = new string('x', 101) });
            case 400: return await operation.SendAsync(all, RequestTarget.Unknown, query: "?unknown=1");
            case 406: return await operation.SendAsync(all, RequestTarget.Unknown, headers: ("Accept", "image/png"));
            case 415: return await operation.SendAsync(all, RequestTarget.Unknown, mediaType: "text/plain");
            // Asks first: an answer to a body that is still being sent may be lost with the connection.
            case 413:
                return await operation.SendAsync(
                    all, RequestTarget.Unknown, body: new string(' ', (16 << 20) + 1), headers: ("Expect", "100-continue"));
            case 412:
                return await operation.SendAsync(
                    all, await RequestTarget.CreateAsync(_clients["dev-all"]), headers: ("If-Match", "\"999\""));
            case 409 when operation.Body?.Contains("\"status\":\"DRAFT\"", StringComparison.Ordinal) == true:
                var taken = await RequestTarget.CreateAsync(all);
                var another = JsonNode.Parse(operation.Body)!.AsObject();
                another["external_id"] = new JsonObject { ["source"] = RequestTarget.Source, ["id"] = taken.ExternalId };
                return await operation.SendAsync(all, taken, body: another.ToJsonString());
            case 409:
                var owner = (string?)JsonNode.Parse(operation.Body is ['{', ..] json ? json : "{}")!["from"];
                return await operation.SendAsync(
                    all, await LockedTargetAsync(owner), body: operation.Body?.Replace("\"DRAFT\",\"SUBMITTED\"", "\"COMPLETED\""));
            case 422:
                var key = ("Idempotency-Key", Guid.NewGuid().ToString());
                using (await operation.SendAsync(all, RequestTarget.Unknown, headers: key))
                {
                    return await operation.SendAsync(all, RequestTarget.Unknown, body: Another(operation.Body!), headers: key);
                }

            case 304:
                var target = await RequestTarget.CreateAsync(_clients["dev-all"]);
                using (var first = await operation.SendAsync(all, target))
                {
                    return await operation.SendAsync(all, target, headers: ("If-None-Match", first.Headers.ETag!.Tag));
                }

            case 410:
                using (var now = await all.GetAsync("/api/v1/changes?from=now"))
                {
                    var cursor = (string)(await now.JsonAsync(HttpStatusCode.OK))["next_cursor"]!;
                    await all.CreateAsync();
                    await Local.QueryAsync("DELETE FROM outbox_events");
                    return await operation.SendAsync(all, RequestTarget.Unknown, query: $"?after={cursor}");
                }

            default:
                var fresh = await RequestTarget.CreateAsync(_clients["dev-all"]);
                if (operation.Path.EndsWith("/restore", StringComparison.Ordinal))
                    (await all.DeleteAsync($"{ApiClient.Opportunities}/{fresh.Id}")).Dispose();
                return await operation.SendAsync(
                    all, fresh, body: operation.Path.EndsWith("/complete", StringComparison.Ordinal) ? fresh.Upload : null);
        }
    }

    private async Task<string> RefusedBatchAsync(int status)
    {
        var id = status switch
        {
            404 => Guid.NewGuid().ToString(),
            409 => (await LockedTargetAsync(owner: null)).Id,
            _ => await _clients["dev-all"].CreateAsync(),
        };
        var ifMatch = status == 412 ? ""","if_match":"\"999\"" """ : "";
        return $$"""{"mode":"ALL_OR_NONE","operations":[{"op":"DELETE","id":"{{id}}"{{ifMatch}}}]}""";
    }

    private static string Another(string body) => body.Replace("Test Opportunity", "Another").Replace("Left the company", "Retired");

    private async Task<RequestTarget> LockedTargetAsync(string? owner)
    {
        var target = await RequestTarget.CreateAsync(_clients["dev-all"]);
        if (owner is not null)
        {
            using var given = await _clients["dev-all"].SendAsync(
                HttpMethod.Post, $"{ApiClient.Opportunities}/{target.Id}/owner", new { owner, reason = "A test says so" });
            await given.JsonAsync(HttpStatusCode.OK);
        }

        foreach (var status in new[] { "SUBMITTED", "MATCHING_IN_PROGRESS", "MATCHES_FOUND", "ARCHITECT_SELECTED", "COMPLETED" })
        {
            using var moved = await _clients["dev-all"].MoveAsync(target.Id, status);
            await moved.JsonAsync(HttpStatusCode.OK);
        }

        return target;
    }
}
