namespace Opportunities.Api;

/// <summary>
/// Gives the thread pool a thread for every connection while the database answers nobody. Npgsql waits synchronously for the server to take
/// a cancellation, so statements that time out together would leave no thread for requests that need no database.
/// </summary>
internal sealed class HangingDatabaseGuard(CallerDatabase database, NpgsqlDataSource source) : BackgroundService
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ThreadPool.GetMinThreads(out var usual, out var ports);
        var many = usual + Database.PoolSize(source);
        using var timer = new PeriodicTimer(_interval);
        var (threads, before) = (usual, 0L);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var (held, givenBack) = database.Usage;
            var needed = held > 0 && givenBack == before ? many : usual;
            before = givenBack;
            if (needed != threads) ThreadPool.SetMinThreads(threads = needed, ports);
        }
    }
}
