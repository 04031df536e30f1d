namespace Opportunities.Infrastructure;

/// <summary>The names that operators, scripts and alarms know the system by. Procedures refer to them: a change here is a change there.</summary>
public static class Names
{
    /// <summary>The service: ECS service, task family, image repository, database instance and cache of this name.</summary>
    public const string Service = "opportunity-management-service";

    /// <summary>The task family that brings the database schema to the version of its image, once, and exits.</summary>
    public const string MigrationTask = Service + "-migrations";

    /// <summary>The log group of every container.</summary>
    public const string LogGroup = "/aws/ecs/" + Service;

    /// <summary>The CloudWatch dashboard.</summary>
    public const string Dashboard = "OpportunityManagementService";

    /// <summary>The database on the instance.</summary>
    public const string Database = "opportunitiesdb";

    /// <summary>The secret with host, port, user and password of the database.</summary>
    public const string DatabaseSecret = Service + "/database";

    /// <summary>The secret with the password of the cache.</summary>
    public const string CacheSecret = Service + "/cache";

    /// <summary>The resource server whose scopes the API checks.</summary>
    public const string ResourceServer = "opportunities";

    /// <summary>The ECS cluster of an environment.</summary>
    public static string Cluster(string environment) => $"{Service}-{environment}";

    /// <summary>The stack that a release replaces and a roll back takes back.</summary>
    public static string ApplicationStack(string environment) => $"{Service}-{environment}";

    /// <summary>The stack that holds what must survive the application: database, bucket, user pool, images, queue.</summary>
    public static string StateStack(string environment) => $"{Service}-{environment}-state";
}
