namespace Opportunities.Infrastructure;

/// <summary>
/// The names that operators, scripts and alarms know the system by. Procedures refer to them: a change here is a change there.
/// </summary>
public static class Names
{
    /// <summary>The service: ECS service, task family, image repository, database instance and cache of this name.</summary>
    public const string Service = "opportunity-management-service";

    /// <summary>The task family that brings the database schema to the version of its image, once, and exits.</summary>
    public const string MigrationTask = Service + "-migrations";

    /// <summary>The log group of every container.</summary>
    public const string LogGroup = "/aws/ecs/" + Service;

    /// <summary>
    /// The log group through which metrics reach CloudWatch; apart, so that the newest stream of the other one is a container's.
    /// </summary>
    public const string MetricLogGroup = LogGroup + "-metrics";

    /// <summary>The CloudWatch dashboard.</summary>
    public const string Dashboard = "OpportunityManagementService";

    /// <summary>The database on the instance.</summary>
    public const string Database = "opportunitiesdb";

    /// <summary>The secret with host and port of the database, and the user and password of the API there.</summary>
    public const string DatabaseSecret = Service + "/database";

    /// <summary>The secret with the password of the cache.</summary>
    public const string CacheSecret = Service + "/cache";

    /// <summary>The topic on which operators hear of alarms.</summary>
    public const string OperationsTopic = Service + "-operations";

    /// <summary>The resource server whose scopes the API checks.</summary>
    public const string ResourceServer = "opportunities";

    /// <summary>The role of a task family's containers; with <c>-execution</c> that of ECS, which starts them.</summary>
    public static string TaskRole(string part) => $"{Service}-{part}";

    /// <summary>The ECS cluster of an environment.</summary>
    public static string Cluster(string environment) => $"{Service}-{environment}";

    /// <summary>The stack that a release replaces, and that a rollback returns to an earlier state.</summary>
    public static string ApplicationStack(string environment) => $"{Service}-{environment}";

    /// <summary>The stack of what can fail for reasons of the account: certificates, user pool, the pipeline's access.</summary>
    public static string AccountStack(string environment) => $"{Service}-{environment}-account";

    /// <summary>The stack that holds what must survive the application: database, bucket, images, queue, logs.</summary>
    public static string StateStack(string environment) => $"{Service}-{environment}-state";
}
