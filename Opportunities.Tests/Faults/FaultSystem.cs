using System.Collections.Concurrent;
using Opportunities.LocalHost;
using Opportunities.Tests.Api;
using Opportunities.Tests.Servers;

namespace Opportunities.Tests.Faults;

/// <summary>A durable system of two API processes behind a balancer, which the fault tests break and mend, one after the other.</summary>
public sealed class FaultSystem : IAsyncLifetime, ISystemUnderTest
{
    private const string ApiName = "api";

    private readonly TestDirectory _data = new();
    private readonly string _directory;
    private readonly ConcurrentQueue<string> _log = new();
    private LocalSystem? _local;
    private Balancer? _balancer;
    private string? _token;

    public FaultSystem() => _directory = _data.Path;

    internal FaultSystem(string directory) => _directory = directory;

    internal LocalSystem Local => _local!;

    internal Balancer Balancer => _balancer!;

    /// <summary>The API process that may be killed and stopped; another one always runs.</summary>
    internal ServiceProcess Second { get; private set; } = null!;

    /// <summary>What the API processes have logged.</summary>
    internal IReadOnlyCollection<string> Log => _log;

    public Uri Api => Balancer.Next();

    public async Task InitializeAsync()
    {
        _local = await LocalSystem.StartAsync(new LocalSystemOptions
        {
            DataDirectory = _directory,
            // The death of a process loses nothing that it has written; only that of the machine would.
            PostgresSettings = new Dictionary<string, string> { ["fsync"] = "off" },
            Output = (name, line) =>
            {
                if (name == ApiName) _log.Enqueue(line);
            },
            Environment = new Dictionary<string, IReadOnlyDictionary<string, string?>>
            {
                // In development a stop waits for nobody.
                [ApiName] = new Dictionary<string, string?> { ["Shutdown__Drain"] = "00:00:03" },
            },
        });
        Second = await _local.StartAnotherApiAsync();
        _balancer = new Balancer(_local.Api, Second);
    }

    public async Task DisposeAsync()
    {
        if (_balancer is not null) await _balancer.DisposeAsync();
        if (Second is not null) await Second.DisposeAsync();
        if (_local is not null) await _local.DisposeAsync();
        _data.Dispose();
    }

    public async Task<string> TokenAsync(string clientId) => clientId == "dev-all" ? _token ??= await NewTokenAsync() : throw new NotSupportedException();

    internal Task<string> NewTokenAsync() =>
        ApiClient.RequestTokenAsync(new Uri($"{Local.Endpoints.Identity}/oauth2/token"), "dev-all", "development-only");

    /// <summary>Starts a process in the place of the second one, which has ended.</summary>
    internal async Task ReplaceSecondAsync()
    {
        var gone = Second;
        Second = await Local.StartAnotherApiAsync();
        Balancer.Replace(gone, Second);
        await gone.DisposeAsync();
    }
}

/// <summary>The fault tests: after all others, because they take the whole machine.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultCollection : ICollectionFixture<FaultSystem>
{
    public const string Name = "faults";
}
