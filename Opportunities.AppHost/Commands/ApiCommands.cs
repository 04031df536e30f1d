using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Opportunities.AppHost.Commands;

/// <summary>What a developer asks of the API first: a token, and a request with it.</summary>
internal static class ApiCommands
{
    private const string Client = "client";
    private const string FirstRequest = "/api/v1/opportunities?size=3";

    /// <summary>The clients of the development issuer, and what their tokens carry.</summary>
    private static readonly Dictionary<string, string> _clients = new()
    {
        ["dev-all"] = "every scope",
        ["dev-service"] = "scopes read and write",
        ["dev-reader"] = "scope read",
        ["dev-none"] = "neither scope nor role",
        ["dev-admin"] = "role ADMIN",
        ["dev-manager"] = "role SALES_MANAGER",
        ["dev-rep-1"] = "role SALES_REPRESENTATIVE",
        ["dev-rep-2"] = "role SALES_REPRESENTATIVE, somebody else's",
    };

    public static void WithApiCommands(
        this IResourceBuilder<ProjectResource> api, IResourceBuilder<ProjectResource> identity, IResourceBuilder<ParameterResource> secret)
    {
        var issuer = identity.GetEndpoint("http");
        api.WithHttpCommand("/oauth2/token", "Get a token", () => issuer, "token", new HttpCommandOptions
        {
            Description = "Asks the development issuer for an access token, and shows it.",
            IconName = "Key",
            IsHighlighted = true,
            Arguments =
            [
                new InteractionInput
                {
                    Name = Client,
                    Label = "Client",
                    InputType = InputType.Choice,
                    Required = true,
                    Value = _clients.First().Key,
                    Options = [.. _clients.Select(client => KeyValuePair.Create(client.Key, $"{client.Key}: {client.Value}"))],
                },
            ],
            PrepareRequest = async context =>
                context.Request.Content = await CredentialsAsync(context.Arguments[Client].Value, secret, context.CancellationToken),
            GetCommandResult = async context => context.Response.IsSuccessStatusCode
                ? CommandResults.Success(
                    $"A token of {context.Arguments[Client].Value}.",
                    (await ReadTokenAsync(context.Response, context.CancellationToken)).AccessToken,
                    CommandResultFormat.Text,
                    displayImmediately: true)
                : await FailureAsync("The issuer", context),
        });

        api.WithHttpCommand(FirstRequest, "Send a first request", endpointName: "http", commandName: "first-request", new HttpCommandOptions
        {
            Description = $"Gets a token of dev-all, sends GET {FirstRequest} with it, and shows the answer.",
            IconName = "Send",
            IsHighlighted = true,
            Method = HttpMethod.Get,
            PrepareRequest = async context =>
            {
                using var response = await context.HttpClient.PostAsync(
                    new Uri($"{issuer.Url}/oauth2/token"), await CredentialsAsync("dev-all", secret, context.CancellationToken),
                    context.CancellationToken);
                var token = await ReadTokenAsync(response.EnsureSuccessStatusCode(), context.CancellationToken);
                context.Request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.AccessToken);
                // The path of a command is escaped as a whole.
                context.Request.RequestUri = new Uri($"{context.Endpoint.Url}{FirstRequest}");
            },
            GetCommandResult = async context => context.Response.IsSuccessStatusCode
                ? CommandResults.Success(
                    $"The API answered {(int)context.Response.StatusCode}.",
                    await context.Response.Content.ReadAsStringAsync(context.CancellationToken),
                    CommandResultFormat.Json,
                    displayImmediately: true)
                : await FailureAsync("The API", context),
        });
    }

    private static async Task<FormUrlEncodedContent> CredentialsAsync(
        string? client, IResourceBuilder<ParameterResource> secret, CancellationToken cancellationToken) =>
        new(new Dictionary<string, string?>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = client,
            ["client_secret"] = await secret.Resource.GetValueAsync(cancellationToken),
        });

    private static async Task<Token> ReadTokenAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        await response.Content.ReadFromJsonAsync<Token>(cancellationToken)
            ?? throw new JsonException("The issuer answered without a token.");

    private static async Task<ExecuteCommandResult> FailureAsync(string who, HttpCommandResultContext context) => CommandResults.Failure(
        $"{who} answered {(int)context.Response.StatusCode} {context.Response.ReasonPhrase}.",
        await context.Response.Content.ReadAsStringAsync(context.CancellationToken),
        CommandResultFormat.Json);

    private sealed record Token([property: JsonPropertyName("access_token")] string AccessToken);
}
