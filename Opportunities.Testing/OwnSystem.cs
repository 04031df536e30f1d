using System.Collections.Concurrent;

namespace Opportunities.Testing;

/// <summary>
/// A system that tests have to themselves: they may break it, fill it, or set it up differently. The base of a test class starts one for
/// each of its tests, a class fixture one for all of them.
/// </summary>
public abstract class OwnSystem : IAsyncLifetime, ISystemUnderTest
{
    private readonly TestDirectory _data = new();
    private readonly ConcurrentDictionary<string, Task<string>> _tokens = new();

    public virtual Uri Api => Local.ApiAddress;

    /// <summary>The processes.</summary>
    public ProcessSystem Local { get; private set; } = null!;

    public virtual async Task InitializeAsync() => Local = await ProcessSystem.StartAsync(Options(_data.Path));

    public virtual async Task DisposeAsync()
    {
        if (Local is not null) await Local.DisposeAsync();
        _data.Dispose();
    }

    public Task<string> TokenAsync(string clientId) => _tokens.GetOrAdd(clientId, NewTokenAsync);

    /// <summary>An access token that no test has yet.</summary>
    internal Task<string> NewTokenAsync(string clientId) =>
        ApiClient.RequestTokenAsync(new Uri(Local.IdentityAddress, "/oauth2/token"), clientId, "development-only");

    /// <summary>How the system is set up.</summary>
    /// <param name="dataDirectory">Where its data are to be.</param>
    protected virtual ProcessSystemOptions Options(string dataDirectory) => new() { DataDirectory = dataDirectory, IsDurable = false };
}

/// <summary>A system whose database survives its server's death, as that of a deployment does.</summary>
public class DurableSystem : OwnSystem
{
    protected override ProcessSystemOptions Options(string dataDirectory) => new() { DataDirectory = dataDirectory };
}
