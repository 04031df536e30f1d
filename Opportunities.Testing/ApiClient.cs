using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Opportunities.Client;

namespace Opportunities.Testing;

/// <summary>Requests as a consumer of the API makes them, and what tests look at in the answers.</summary>
public static class ApiClient
{
    public const string Opportunities = "/api/v1/opportunities";

    /// <summary>A client with the token of one of the development issuer's clients; null: without a token.</summary>
    /// <param name="api">Another process of the API than the system's own.</param>
    public static async Task<HttpClient> ClientAsync(this ISystemUnderTest system, string? clientId = "dev-all", Uri? api = null)
    {
        var timeout = TimeSpan.FromMinutes(3);
        // Who asks before sending a body waits for the answer: sent unasked after the usual second, it meets a connection that
        // is being closed.
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, Expect100ContinueTimeout = timeout };
        var client = new HttpClient(handler) { BaseAddress = api ?? system.Api, Timeout = timeout };
        if (clientId is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await system.TokenAsync(clientId));
        return client;
    }

    /// <summary>The typed client, with the token of one of the development issuer's clients.</summary>
    public static async Task<OpportunitiesClient> TypedClientAsync(this ISystemUnderTest system, string clientId = "dev-all") =>
        new(await system.ClientAsync(clientId));

    /// <summary>The problem of a request that must be refused.</summary>
    public static async Task<Problem> RefusedAsync(HttpStatusCode expected, Func<Task> request)
    {
        var refused = await Assert.ThrowsAsync<ApiException<Problem>>(request);
        Assert.Equal((int)expected, refused.StatusCode);
        return refused.Result;
    }

    /// <summary>An access token of a client; with fewer scopes than it may have, where they are named.</summary>
    public static async Task<string> RequestTokenAsync(Uri endpoint, string clientId, string secret, string? scope = null)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        var fields = new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = clientId,
            ["client_secret"] = secret,
        };
        if (scope is not null) fields["scope"] = scope;
        using var form = new FormUrlEncodedContent(fields);
        using var response = await client.PostAsync(endpoint, form);
        response.EnsureSuccessStatusCode();
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!["access_token"]!.GetValue<string>();
    }

    /// <summary>Sends a request; the body is JSON text, or an object to write as JSON with its members' names as they are.</summary>
    public static async Task<HttpResponseMessage> SendAsync(
        this HttpClient client, HttpMethod method, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await client.SendAsync(request);
    }

    public static async Task<JsonNode> JsonAsync(this HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        return text.Length > 0
            ? JsonNode.Parse(text)!
            : throw new InvalidOperationException($"{(int)response.StatusCode} without a body.");
    }

    /// <summary>The JSON of an answer that must have the status code.</summary>
    public static async Task<JsonNode> JsonAsync(this HttpResponseMessage response, HttpStatusCode expected)
    {
        Assert.True(
            expected == response.StatusCode,
            $"Expected {expected}, but was {response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        return await response.JsonAsync();
    }

    /// <summary>The problem of an answer that must be one: media type and members of RFC 9457 and of the contract.</summary>
    public static async Task<JsonNode> ProblemAsync(this HttpResponseMessage response, HttpStatusCode expected)
    {
        var problem = await response.JsonAsync(expected);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal((int)expected, problem["status"]!.GetValue<int>());
        Assert.All(["type", "title", "detail", "instance"], name => Assert.NotEqual("", problem[name]!.GetValue<string>()));
        Assert.Equal(response.Headers.GetValues("X-Request-ID").Single(), problem["request_id"]!.GetValue<string>());
        return problem;
    }

    /// <summary>The names of the members that a 400 complains about.</summary>
    public static async Task<string[]> OffendingAsync(this HttpResponseMessage response) =>
        [.. (await response.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!.AsObject().Select(error => error.Key)];

    /// <summary>The members of an opportunity that is accepted.</summary>
    public static JsonObject Valid(string title = "Test Opportunity") => new()
    {
        ["title"] = title,
        ["description"] = "Test Description",
        ["client_name"] = "Test Client",
        ["estimated_budget"] = 10000.0m,
        ["estimated_start_date"] = "2023-01-01T00:00:00Z",
        ["estimated_end_date"] = "2023-12-31T00:00:00Z",
    };

    /// <summary>The same, for the typed client.</summary>
    public static CreateOpportunity New(string title = "Test Opportunity") => new()
    {
        Title = title,
        Description = "Test Description",
        ClientName = "Test Client",
        EstimatedBudget = 10000m,
        EstimatedStartDate = new DateTimeOffset(2023, 1, 1, 0, 0, 0, TimeSpan.Zero),
        EstimatedEndDate = new DateTimeOffset(2023, 12, 31, 0, 0, 0, TimeSpan.Zero),
    };

    public static Task<OpportunityResponse> MoveAsync(this OpportunitiesClient client, Guid id, OpportunityStatus status) =>
        client.ChangeOpportunityStatusAsync(id, new ChangeStatus { NewStatus = status, Reason = "A test says so" });

    /// <summary>Creates an opportunity and gives its id.</summary>
    public static async Task<string> CreateAsync(this HttpClient client, JsonObject? members = null)
    {
        using var response = await client.SendAsync(HttpMethod.Post, Opportunities, (members ?? Valid()).ToJsonString());
        return (await response.JsonAsync(HttpStatusCode.Created))["id"]!.GetValue<string>();
    }

    public static Task<HttpResponseMessage> MoveAsync(
        this HttpClient client, string id, string newStatus, params (string Name, string Value)[] headers) =>
        client.SendAsync(
            HttpMethod.Post, $"{Opportunities}/{id}/status", new { new_status = newStatus, reason = "A test says so" }, headers);

    /// <summary>What the health report says of a component, whatever it says of the whole.</summary>
    public static async Task<string?> HealthAsync(this HttpClient client, string component)
    {
        using var detailed = await client.GetAsync("/health/detailed");
        return (string?)(await detailed.JsonAsync())["components"]![component]!["status"];
    }

    public static async Task<JsonNode> GetJsonAsync(this HttpClient client, string path)
    {
        using var response = await client.GetAsync(path);
        return await response.JsonAsync(HttpStatusCode.OK);
    }
}
