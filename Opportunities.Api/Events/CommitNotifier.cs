using System.Threading.Channels;

namespace Opportunities.Api.Events;

/// <summary>
/// Tells the relay that something was written: right after a commit, at most once a second. It does so outside the write's transaction,
/// because PostgreSQL makes transactions that notify take turns with their commits. Where the relay is not told, it finds the events later.
/// </summary>
internal sealed class CommitNotifier(NpgsqlDataSource database) : BackgroundService
{
    public const string Channel = "opportunity_events";

    /// <summary>From one notification to the next; the relay looks often for longer than that after each.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _commits = Signal.Create();

    public void Notify() => _commits.Writer.TryWrite(true);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var _ in _commits.Reader.ReadAllAsync(stoppingToken))
        {
            await NotifyAsync(stoppingToken);
            await Task.Delay(Interval, stoppingToken);
        }
    }

    private async Task NotifyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await new SqlBuilder().Add("NOTIFY ").Add(Channel).ExecuteAsync(database, cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The relay looks by itself, and the request that wrote has its answer.
        }
    }
}
