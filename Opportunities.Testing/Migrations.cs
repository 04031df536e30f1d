using Opportunities.LocalServers;
using Opportunities.ServiceDefaults;

namespace Opportunities.Testing;

/// <summary>The migration service, run as it is before a system starts.</summary>
internal static class Migrations
{
    /// <summary>Brings a database to this build's version.</summary>
    /// <param name="environment">Development adds the demo data.</param>
    /// <exception cref="LocalServerException">It failed; the message says how.</exception>
    public static async Task RunAsync(string connectionString, string environment)
    {
        await using var migrations = await ServiceProcess.StartAsync(new ServiceProcessOptions
        {
            Name = ResourceNames.Migrations,
            AssemblyPath = ServiceAssemblies.Migrations,
            Environment = new Dictionary<string, string?>
            {
                ["DOTNET_ENVIRONMENT"] = environment,
                [$"ConnectionStrings__{ResourceNames.Database}"] = connectionString,
            },
        });
        if (await migrations.Exited.WaitAsync(TimeSpan.FromMinutes(2)) is var exitCode and not 0)
            throw new LocalServerException($"The migrations failed with exit code {exitCode}. {migrations.Tail()}");
    }
}
