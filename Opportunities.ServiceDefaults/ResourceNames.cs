namespace Opportunities.ServiceDefaults;

/// <summary>The names by which the parts of the system know each other: resources, service discovery, connection strings.</summary>
public static class ResourceNames
{
    /// <summary>The PostgreSQL server.</summary>
    public const string Postgres = "postgres";

    /// <summary>The database on <see cref="Postgres"/>, and its connection string (<c>ConnectionStrings:opportunitiesdb</c>).</summary>
    public const string Database = "opportunitiesdb";

    /// <summary>The Redis server, and its connection string (<c>ConnectionStrings:cache</c>).</summary>
    public const string Cache = "cache";

    /// <summary>The worker that brings the schema to this build's version, and exits.</summary>
    public const string Migrations = "migrations";

    /// <summary>The development token issuer.</summary>
    public const string Identity = "identity";

    /// <summary>The HTTP API.</summary>
    public const string Api = "api";
}
