using Opportunities.Data;

namespace Opportunities.Api.Opportunities;

/// <summary>
/// Adds up the changes of counts that writers leave behind (see <see cref="OpportunityCounts"/>), so that reading a total stays cheap. Totals
/// are exact with or without it.
/// </summary>
internal sealed partial class CountFolder(IServiceScopeFactory scopes, TimeProvider time, ILogger<CountFolder> logger) : BackgroundService
{
    private const int BatchSize = 5000;

    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_interval, time);
        var isFailing = false;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await FoldAsync(stoppingToken);
                isFailing = false;
            }
            catch (Exception exception)
            {
                if (stoppingToken.IsCancellationRequested) return;
                // The next turn finds what this one left.
                if (!isFailing) LogFailed(exception.GetBaseException().Message);
                isFailing = true;
            }
        }
    }

    private async Task FoldAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<OpportunitiesDbContext>();
        long folded;
        do
        {
            folded = (await new Statement().Add($"SELECT fold_opportunity_count_changes({BatchSize})")
                .ToListAsync(database, static row => row.GetInt64(0), cancellationToken)).Single();
        }
        while (folded == BatchSize);
    }

    [LoggerMessage(LogLevel.Warning, "Changes of counts could not be added up; totals stay exact, and it is tried again: {Reason}")]
    private partial void LogFailed(string reason);
}
