using Opportunities.Api.Http;

namespace Opportunities.Api;

/// <summary>
/// The database as requests have it. Each caller, and all together, may hold only some of the pool's connections, and only while the
/// database works for them: neither an answer from the cache nor a body on its way holds one. What the process does for itself has no
/// limit.
/// </summary>
internal sealed class CallerDatabase(NpgsqlDataSource database, IOptions<RateLimitSettings> settings, OpportunityMetrics metrics)
{
    private readonly Places _places = new(
        "requests to the database", settings.Value.DatabasePerCaller, Database.PlacesForRequests(database), TimeLimits.DatabasePlace);

    public (long Held, long GivenBack) Usage => _places.Usage;

    /// <summary>Takes a place for one connection; dispose of it once the connection is given back.</summary>
    /// <exception cref="Errors.ApiException">429 the caller's own places were taken all the time; 503 all were.</exception>
    public async ValueTask<IDisposable> EnterAsync(Caller caller, CancellationToken cancellationToken)
    {
        try
        {
            return await _places.EnterAsync(caller.Subject, cancellationToken);
        }
        catch (Errors.ApiException)
        {
            metrics.Limited.Add(1);
            throw;
        }
    }

    public async Task<List<T>> ReadAsync<T>(
        Caller caller, SqlBuilder sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        using var place = await EnterAsync(caller, cancellationToken);
        return await sql.ToListAsync(database, read, cancellationToken);
    }
}
