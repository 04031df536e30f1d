using Opportunities.LocalServers;
using Opportunities.ServiceDefaults;

namespace Opportunities.Testing;

/// <summary>A running system that a test looks into: its database, its cache, and one more API process beside its own.</summary>
public abstract class RunningSystem
{
    /// <summary>The API's address.</summary>
    public abstract Uri ApiAddress { get; }

    /// <summary>The development token issuer's address.</summary>
    public abstract Uri IdentityAddress { get; }

    /// <summary>The connection string of the database.</summary>
    public abstract string ConnectionString { get; }

    /// <summary>The connection string of Redis.</summary>
    public abstract string CacheConnectionString { get; }

    /// <summary>Starts one more API process on the same database, cache and issuer, on a free port; returns when it is healthy.</summary>
    /// <param name="environment">Environment variables beyond those of the first one.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The process, which the caller disposes of.</returns>
    public async Task<ServiceProcess> StartAnotherApiAsync(
        IReadOnlyDictionary<string, string?>? environment = null, CancellationToken cancellationToken = default)
    {
        var variables = await ApiEnvironmentAsync(cancellationToken);
        foreach (var (variable, value) in environment ?? new Dictionary<string, string?>()) variables[variable] = value;
        var api = await ServiceProcess.StartAsync(new ServiceProcessOptions
        {
            Name = ResourceNames.Api,
            AssemblyPath = ServiceAssemblies.Api,
            BaseAddress = LocalAddress.Of(ListenPort.Free.Choose("another API")),
            Environment = variables,
            Output = ApiOutput,
        });
        try
        {
            await api.WaitUntilHealthyAsync(TimeSpan.FromMinutes(2), cancellationToken);
            return api;
        }
        catch
        {
            await api.DisposeAsync();
            throw;
        }
    }

    /// <summary>Takes each line that an API process writes; null to drop them.</summary>
    protected virtual Action<string>? ApiOutput => null;

    /// <summary>The environment variables of the system's own API.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    protected abstract Task<Dictionary<string, string?>> ApiEnvironmentAsync(CancellationToken cancellationToken);
}
