using System.Reflection;

using Opportunities.LocalServers;

namespace Opportunities.Testing;

/// <summary>Where the build put the services (the project file writes it into this assembly).</summary>
public static class ServiceAssemblies
{
    /// <summary>The HTTP API.</summary>
    public static string Api => PathOf("Opportunities.Api");

    /// <summary>The development token issuer.</summary>
    public static string Identity => PathOf("Opportunities.Identity");

    /// <summary>The worker that migrates the database.</summary>
    public static string Migrations => PathOf("Opportunities.MigrationService");

    private static string PathOf(string project)
    {
        var described = typeof(ServiceAssemblies).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>();
        return RepositoryRoot.Combine(described.Single(attribute => attribute.Key == project).Value!);
    }
}
