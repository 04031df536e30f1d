using System.Net.Http.Headers;

namespace Opportunities.SystemTests.Security;

/// <summary>An API that trusts an issuer of the test's, beside another issuer that it does not know.</summary>
public sealed class TokenAttackSystem(TestSystem system) : IAsyncLifetime
{
    private ServiceProcess? _api;

    internal TestIssuer Issuer { get; private set; } = null!;

    /// <summary>The attacker's own issuer: the same kind, the same key id, another key.</summary>
    internal TestIssuer Stranger { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Issuer = await TestIssuer.StartAsync();
        Stranger = await TestIssuer.StartAsync();
        _api = await system.Local.StartAnotherApiAsync(new Dictionary<string, string?> { ["Authentication__Issuer"] = Issuer.Name });
    }

    public async Task DisposeAsync()
    {
        if (_api is not null) await _api.DisposeAsync();
        if (Stranger is not null) await Stranger.DisposeAsync();
        if (Issuer is not null) await Issuer.DisposeAsync();
    }

    /// <summary>A read with a token.</summary>
    public async Task<HttpResponseMessage> ReadAsync(string token)
    {
        using var client = new HttpClient { BaseAddress = _api!.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await client.GetAsync($"{ApiClient.Opportunities}?size=1");
    }

    /// <summary>A read with <c>Authorization</c> headers as they are given.</summary>
    public async Task<HttpResponseMessage> ReadAsync(string query, params string[] authorization)
    {
        using var client = new HttpClient { BaseAddress = _api!.BaseAddress };
        foreach (var value in authorization) client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", value);
        return await client.GetAsync($"{ApiClient.Opportunities}{query}");
    }
}
