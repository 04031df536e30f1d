using System.Collections.Concurrent;

namespace Opportunities.SystemTests.Events;

/// <summary>Two API processes whose statements are logged by the database, and whose traces are received.</summary>
public sealed class IdleSystem : OwnSystem
{
    private readonly ConcurrentQueue<string> _statements = new();
    private TelemetryReceiver? _telemetry;

    /// <summary>What the services send.</summary>
    public TelemetryReceiver Telemetry => _telemetry!;

    /// <summary>The statements that PostgreSQL has run, whoever sent them.</summary>
    internal IReadOnlyCollection<string> Statements => _statements;

    /// <summary>The process beside the first one.</summary>
    internal ServiceProcess Second { get; private set; } = null!;

    public override async Task InitializeAsync()
    {
        _telemetry = await TelemetryReceiver.StartAsync();
        await base.InitializeAsync();
        Second = await Local.StartAnotherApiAsync();
        await Local.WaitUntilPublishedAsync();
    }

    public override async Task DisposeAsync()
    {
        if (Second is not null) await Second.DisposeAsync();
        await base.DisposeAsync();
        if (_telemetry is not null) await _telemetry.DisposeAsync();
    }

    protected override ProcessSystemOptions Options(string dataDirectory) => new()
    {
        DataDirectory = dataDirectory,
        IsDurable = false,
        PostgresSettings = new Dictionary<string, string> { ["log_statement"] = "all", ["log_line_prefix"] = "" },
        PostgresOutput = line =>
        {
            if (line.StartsWith("LOG:  execute ", StringComparison.Ordinal)
                || line.StartsWith("LOG:  statement: ", StringComparison.Ordinal))
            {
                _statements.Enqueue(line);
            }
        },
        Environment = new Dictionary<string, IReadOnlyDictionary<string, string?>>
        {
            ["api"] = new Dictionary<string, string?>(Telemetry.Variables)
            {
                ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
                // As the AppHost of a developer's run says it.
                ["OTEL_TRACES_SAMPLER"] = "always_on",
            },
        },
    };
}
