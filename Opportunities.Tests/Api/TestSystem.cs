using System.Collections.Concurrent;
using Opportunities.LocalHost;
using Opportunities.Tests.Servers;

namespace Opportunities.Tests.Api;

/// <summary>
/// The system that the behaviour tests are about: a deployed one where OPPORTUNITIES_BASE_URL names it (with
/// OPPORTUNITIES_TOKEN_URL, OPPORTUNITIES_CLIENT_ID and OPPORTUNITIES_CLIENT_SECRET), otherwise the whole system as processes
/// on this machine, started once for the run.
/// </summary>
public sealed class TestSystem : IAsyncLifetime, ISystemUnderTest
{
    private readonly ConcurrentDictionary<string, Task<string>> _tokens = new();
    private TestDirectory? _data;
    private LocalSystem? _local;

    public Uri Api { get; private set; } = null!;

    public Uri TokenEndpoint { get; private set; } = null!;

    /// <summary>The processes; only for tests of a local system.</summary>
    public LocalSystem Local => _local ?? throw new InvalidOperationException("This test needs a local system.");

    public async Task InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("OPPORTUNITIES_BASE_URL") is { Length: > 0 } deployed)
        {
            Api = new Uri(deployed);
            TokenEndpoint = new Uri(Setting("OPPORTUNITIES_TOKEN_URL"));
            return;
        }

        _data = new TestDirectory();
        _local = await LocalSystem.StartAsync(new LocalSystemOptions { DataDirectory = _data.Path, IsDurable = false });
        Api = new Uri(_local.Endpoints.Api);
        TokenEndpoint = new Uri($"{_local.Endpoints.Identity}/oauth2/token");
    }

    public async Task DisposeAsync()
    {
        if (_local is not null) await _local.DisposeAsync();
        _data?.Dispose();
    }

    public Task<string> TokenAsync(string clientId) => _tokens.GetOrAdd(clientId, id => ApiClient.RequestTokenAsync(
        TokenEndpoint,
        _local is null ? Setting("OPPORTUNITIES_CLIENT_ID") : id,
        _local is null ? Setting("OPPORTUNITIES_CLIENT_SECRET") : "development-only"));

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
