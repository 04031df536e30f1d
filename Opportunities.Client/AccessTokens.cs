using Duende.IdentityModel.Client;
using Microsoft.Extensions.Options;

namespace Opportunities.Client;

/// <summary>The client's access token, asked for once and kept until shortly before it expires.</summary>
internal sealed class AccessTokens(IHttpClientFactory clients, IOptions<OpportunitiesClientOptions> options, TimeProvider time)
    : IDisposable
{
    public const string HttpClientName = "Opportunities.Client.Tokens";

    // A token that would expire on its way is not sent.
    private static readonly TimeSpan _margin = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim _one = new(1);
    private Entry? _entry;

    /// <param name="refused">A token that the service has refused; another one is asked for.</param>
    /// <exception cref="HttpRequestException">The token endpoint refuses, or does not answer.</exception>
    public async Task<string> GetAsync(string? refused, CancellationToken cancellationToken)
    {
        if (Current(refused) is { } kept) return kept;
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (Current(refused) is { } fetched) return fetched;
            var settings = options.Value;
            using var client = clients.CreateClient(HttpClientName);
            using var request = new ClientCredentialsTokenRequest
            {
                Address = settings.TokenEndpoint!.ToString(),
                ClientId = settings.ClientId,
                ClientSecret = settings.ClientSecret,
                ClientCredentialStyle = ClientCredentialStyle.PostBody,
                Scope = settings.Scope,
            };
            var response = await client.RequestClientCredentialsTokenAsync(request, cancellationToken);
            if (response.IsError || response.AccessToken is null)
                throw new HttpRequestException($"No access token: {response.Error}", response.Exception, response.HttpStatusCode);
            _entry = new Entry(response.AccessToken, time.GetUtcNow().AddSeconds(response.ExpiresIn) - _margin);
            return _entry.Token;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private string? Current(string? refused) =>
        _entry is { } entry && entry.Token != refused && entry.Until > time.GetUtcNow() ? entry.Token : null;

    private sealed record Entry(string Token, DateTimeOffset Until);
}
