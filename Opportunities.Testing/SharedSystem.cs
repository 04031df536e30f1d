using System.Collections.Concurrent;

namespace Opportunities.Testing;

/// <summary>
/// The system that the tests of a run share: a deployed one where OPPORTUNITIES_BASE_URL names it (with
/// OPPORTUNITIES_TOKEN_URL, OPPORTUNITIES_CLIENT_ID and OPPORTUNITIES_CLIENT_SECRET), otherwise one on this machine.
/// </summary>
public abstract class SharedSystem : IAsyncLifetime, ISystemUnderTest
{
    private readonly ConcurrentDictionary<string, Task<string>> _tokens = new();
    private RunningSystem? _local;

    public Uri Api { get; private set; } = null!;

    public Uri TokenEndpoint { get; private set; } = null!;

    /// <summary>Its database and cache; only for tests of a local system.</summary>
    public RunningSystem Local => _local ?? throw new InvalidOperationException("This test needs a local system.");

    /// <summary>Whether a deployed system is tested.</summary>
    public static bool IsDeployed => BaseUrl is { Length: > 0 };

    public string ClientSecret => IsDeployed ? Setting("OPPORTUNITIES_CLIENT_SECRET") : LocalClientSecret;

    private static string? BaseUrl => Environment.GetEnvironmentVariable("OPPORTUNITIES_BASE_URL");

    public async Task InitializeAsync()
    {
        if (IsDeployed)
        {
            Api = new Uri(BaseUrl!);
            TokenEndpoint = new Uri(Setting("OPPORTUNITIES_TOKEN_URL"));
            return;
        }

        _local = await StartAsync();
        Api = _local.ApiAddress;
        TokenEndpoint = new Uri(_local.IdentityAddress, "/oauth2/token");
    }

    public virtual async Task DisposeAsync()
    {
        if (_local is IAsyncDisposable local) await local.DisposeAsync();
    }

    public Task<string> TokenAsync(string clientId) => _tokens.GetOrAdd(clientId, id => ApiClient.RequestTokenAsync(
        TokenEndpoint,
        IsDeployed ? Setting("OPPORTUNITIES_CLIENT_ID") : id,
        ClientSecret));

    /// <summary>What the clients of a local system's issuer prove themselves with.</summary>
    protected virtual string LocalClientSecret => "development-only";

    /// <summary>Starts the local one.</summary>
    protected abstract Task<RunningSystem> StartAsync();

    private static string Setting(string name) =>
        Environment.GetEnvironmentVariable(name)
            ?? throw new InvalidOperationException($"OPPORTUNITIES_BASE_URL is set: {name} must be, too.");
}
