using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Options;
using Opportunities.Api.Auth;
using Opportunities.Api.Http;

namespace Opportunities.Api;

/// <summary>
/// Lets each caller, and all together, hold only some of the pool's connections: a place is taken as a connection is opened, and given back
/// as it is closed, so that neither an answer from the cache nor a body on its way has one. What the process does for itself has no limit.
/// </summary>
internal sealed class DatabasePlaces : DbConnectionInterceptor, IDisposable
{
    /// <summary>How long a request waits: about as long as those before it may take.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    /// <summary>Flows with the request's work, that which outlives it included.</summary>
    private static readonly AsyncLocal<string?> _caller = new();

    private readonly ConcurrentDictionary<DbConnection, IDisposable> _held = new();
    private readonly Places _places;
    private readonly OpportunityMetrics _metrics;

    public DatabasePlaces(IOptions<RateLimitSettings> settings, OpportunityMetrics metrics)
    {
        _places = new Places("requests to the database", settings.Value.DatabasePerCaller, Database.PlacesForRequests, _patience);
        _metrics = metrics;
    }

    /// <summary>From here on connections are opened on the caller's account.</summary>
    public static void SetCaller(HttpContext context) => _caller.Value = (context.User as CallerPrincipal)?.Caller.Subject;

    public override async ValueTask<InterceptionResult> ConnectionOpeningAsync(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        if (_caller.Value is { } caller)
        {
            try
            {
                var place = await _places.EnterAsync(caller, cancellationToken);
                Leave(connection);
                _held[connection] = place;
                // EF Core says nothing of the end of a connection that broke.
                connection.StateChange += OnStateChange;
            }
            catch (Errors.ApiException)
            {
                _metrics.Limited();
                throw;
            }
        }

        return result;
    }

    public override Task ConnectionFailedAsync(
        DbConnection connection, ConnectionErrorEventData eventData, CancellationToken cancellationToken = default) => LeaveAsync(connection);

    public override Task ConnectionCanceledAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default) => LeaveAsync(connection);

    public override Task ConnectionClosedAsync(DbConnection connection, ConnectionEndEventData eventData) => LeaveAsync(connection);

    public override void ConnectionClosed(DbConnection connection, ConnectionEndEventData eventData) => Leave(connection);

    public override Task ConnectionDisposedAsync(DbConnection connection, ConnectionEndEventData eventData) => LeaveAsync(connection);

    public override void ConnectionDisposed(DbConnection connection, ConnectionEndEventData eventData) => Leave(connection);

    public void Dispose() => _places.Dispose();

    private void OnStateChange(object sender, StateChangeEventArgs change)
    {
        if (change.CurrentState != ConnectionState.Open) Leave((DbConnection)sender);
    }

    private Task LeaveAsync(DbConnection connection)
    {
        Leave(connection);
        return Task.CompletedTask;
    }

    private void Leave(DbConnection connection)
    {
        connection.StateChange -= OnStateChange;
        if (_held.TryRemove(connection, out var place)) place.Dispose();
    }
}

/// <summary>Makes the database be asked on the caller's account.</summary>
internal static class DatabasePlacesPipeline
{
    public static void UseDatabasePlaces(this WebApplication app) => app.Use(static (context, next) =>
    {
        DatabasePlaces.SetCaller(context);
        return next(context);
    });
}
