using System.Collections.Concurrent;

namespace Opportunities.SystemTests.Faults;

/// <summary>A durable system of two API processes behind a balancer, which the fault tests break and mend, one after the other.</summary>
public sealed class FaultSystem : OwnSystem
{
    private const string ApiName = "api";

    private readonly string? _directory;
    private readonly ConcurrentQueue<string> _log = new();
    private Balancer? _balancer;

    public FaultSystem()
    {
    }

    internal FaultSystem(string directory) => _directory = directory;

    public override Uri Api => Balancer.Next();

    internal Balancer Balancer => _balancer!;

    /// <summary>The API process that may be killed and stopped; another one always runs.</summary>
    internal ServiceProcess Second { get; private set; } = null!;

    /// <summary>What the API processes have logged.</summary>
    internal IReadOnlyCollection<string> Log => _log;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Second = await Local.StartAnotherApiAsync();
        _balancer = new Balancer(Local.Api, Second);
    }

    public override async Task DisposeAsync()
    {
        if (_balancer is not null) await _balancer.DisposeAsync();
        if (Second is not null) await Second.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override ProcessSystemOptions Options(string dataDirectory) => new()
    {
        DataDirectory = _directory ?? dataDirectory,
        // The death of a process loses nothing that it has written; only that of the machine would.
        // What nobody waits for is written late.
        PostgresSettings = new Dictionary<string, string> { ["fsync"] = "off", ["wal_writer_delay"] = "10s" },
        ApiOutput = _log.Enqueue,
        Environment = new Dictionary<string, IReadOnlyDictionary<string, string?>>
        {
            // In development a stop waits for nobody.
            [ApiName] = new Dictionary<string, string?> { ["Shutdown__Drain"] = "00:00:03" },
        },
    };

    /// <summary>Starts a process in the place of the second one, which has ended.</summary>
    internal async Task ReplaceSecondAsync()
    {
        var gone = Second;
        Second = await Local.StartAnotherApiAsync();
        Balancer.Replace(gone, Second);
        await gone.DisposeAsync();
    }
}

/// <summary>The fault tests: none beside another, because they take the whole machine, or measure a time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultCollection : ICollectionFixture<FaultSystem>
{
    public const string Name = "faults";
}
