using System.Collections.Concurrent;
using Opportunities.Tests.AppHost;
using Opportunities.Testing;

namespace Opportunities.Tests.Api;

/// <summary>
/// The system that the behaviour tests are about: a deployed one where OPPORTUNITIES_BASE_URL names it (with
/// OPPORTUNITIES_TOKEN_URL, OPPORTUNITIES_CLIENT_ID and OPPORTUNITIES_CLIENT_SECRET), otherwise the Aspire application, started
/// once for the run.
/// </summary>
public sealed class TestSystem : IAsyncLifetime, ISystemUnderTest
{
    private readonly ConcurrentDictionary<string, Task<string>> _tokens = new();
    private AspireSystem? _aspire;

    public Uri Api { get; private set; } = null!;

    public Uri TokenEndpoint { get; private set; } = null!;

    /// <summary>Its database and cache; only for tests of a local system.</summary>
    public RunningSystem Local => Aspire;

    /// <summary>Whether a deployed system is tested.</summary>
    internal static bool IsDeployed => BaseUrl is { Length: > 0 };

    /// <summary>The Aspire application; only for tests of a local system.</summary>
    internal AspireSystem Aspire => _aspire ?? throw new InvalidOperationException("This test needs a local system.");

    private static string? BaseUrl => Environment.GetEnvironmentVariable("OPPORTUNITIES_BASE_URL");

    public async Task InitializeAsync()
    {
        if (IsDeployed)
        {
            Api = new Uri(BaseUrl!);
            TokenEndpoint = new Uri(Setting("OPPORTUNITIES_TOKEN_URL"));
            return;
        }

        _aspire = await AspireSystem.SharedAsync();
        Api = _aspire.ApiAddress;
        TokenEndpoint = new Uri(_aspire.IdentityAddress, "/oauth2/token");
    }

    public async Task DisposeAsync()
    {
        if (_aspire is not null) await _aspire.DisposeAsync();
    }

    public static string ClientSecret => IsDeployed ? Setting("OPPORTUNITIES_CLIENT_SECRET") : AspireSystem.ClientSecret;

    public Task<string> TokenAsync(string clientId) => _tokens.GetOrAdd(clientId, id => ApiClient.RequestTokenAsync(
        TokenEndpoint,
        IsDeployed ? Setting("OPPORTUNITIES_CLIENT_ID") : id,
        ClientSecret));

    private static string Setting(string name) =>
        Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"OPPORTUNITIES_BASE_URL is set: {name} must be, too.");
}

/// <summary>Where the behaviour tests send their requests.</summary>
public interface ISystemUnderTest
{
    /// <summary>The API's base address.</summary>
    Uri Api { get; }

    /// <summary>An access token of a client of the development issuer (or of the deployed one's).</summary>
    Task<string> TokenAsync(string clientId);
}

/// <summary>The test classes that share the system.</summary>
[CollectionDefinition(Name)]
public sealed class SystemCollection : ICollectionFixture<TestSystem>
{
    public const string Name = "system";
}
