namespace Opportunities.Infrastructure;

/// <summary>
/// What differs between development, staging and production: the only place that knows.
/// Every value can be overridden with <c>--context</c>, by its name in camel case (<c>--context maxTasks=20</c>).
/// </summary>
public sealed record EnvironmentSettings
{
    /// <summary>The environments, in the order in which a release passes them.</summary>
    public static readonly IReadOnlyList<EnvironmentSettings> All =
    [
        new()
        {
            Name = "dev",
            VpcCidr = "10.10.0.0/16",
            ApiDomain = "dev-api.example.com",
            AuthDomain = "dev-auth.example.com",
            NatGateways = 1,
            DatabaseInstance = "t4g.medium",
            DatabaseMultiAz = false,
            DatabaseReplicas = 0,
            DatabaseConnections = 200,
            CacheNode = "cache.t4g.small",
            CacheReplicas = 0,
            MinTasks = 1,
            MaxTasks = 4,
            BackupDays = 7,
            LogDays = 30,
        },
        new()
        {
            Name = "staging",
            VpcCidr = "10.20.0.0/16",
            ApiDomain = "staging-api.example.com",
            AuthDomain = "staging-auth.example.com",
            NatGateways = 3,
            DatabaseInstance = "m7g.large",
            DatabaseMultiAz = true,
            DatabaseReplicas = 0,
            DatabaseConnections = 500,
            CacheNode = "cache.m7g.large",
            CacheReplicas = 1,
            MinTasks = 2,
            MaxTasks = 10,
            BackupDays = 14,
            LogDays = 90,
        },
        new()
        {
            Name = "prod",
            VpcCidr = "10.30.0.0/16",
            ApiDomain = "api.example.com",
            AuthDomain = "auth.example.com",
            NatGateways = 3,
            DatabaseInstance = "m7g.xlarge",
            DatabaseMultiAz = true,
            DatabaseReplicas = 1,
            DatabaseConnections = 1000,
            CacheNode = "cache.m7g.large",
            CacheReplicas = 2,
            MinTasks = 3,
            MaxTasks = 20,
            BackupDays = 35,
            LogDays = 365,
        },
    ];

    /// <summary>The environment: <c>dev</c>, <c>staging</c> or <c>prod</c>. Each has an AWS account of its own, since many names are the same in all three.</summary>
    public required string Name { get; init; }

    /// <summary>The AWS account; empty for the account of the credentials in use.</summary>
    public string Account { get; init; } = "";

    /// <summary>The AWS region.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>The address range of the network.</summary>
    public required string VpcCidr { get; init; }

    /// <summary>How many NAT gateways carry outgoing traffic: one is cheaper, one a zone survives the loss of a zone.</summary>
    public required int NatGateways { get; init; }

    /// <summary>The name of the Route 53 zone in which the domain names lie.</summary>
    public string HostedZone { get; init; } = "example.com";

    /// <summary>The id of that zone.</summary>
    public string HostedZoneId { get; init; } = "Z00000000000000000000";

    /// <summary>The API's domain name.</summary>
    public required string ApiDomain { get; init; }

    /// <summary>The domain name that tokens are asked for at.</summary>
    public required string AuthDomain { get; init; }

    /// <summary>
    /// The certificate for <see cref="AuthDomain"/>. Cognito wants it in us-east-1: there the stack makes it itself and this stays empty.
    /// </summary>
    public string AuthCertificateArn { get; init; } = "";

    /// <summary>Where a browser returns to after signing in.</summary>
    public string SignInCallback { get; init; } = "";

    /// <summary>The database's instance class, without <c>db.</c>.</summary>
    public required string DatabaseInstance { get; init; }

    /// <summary>The database's storage to begin with; it grows by itself to five times that.</summary>
    public int DatabaseStorageGiB { get; init; } = 100;

    /// <summary>Whether a standby in another zone takes over.</summary>
    public required bool DatabaseMultiAz { get; init; }

    /// <summary>How many read replicas stand by to be promoted.</summary>
    public required int DatabaseReplicas { get; init; }

    /// <summary>How many connections the database accepts.</summary>
    public required int DatabaseConnections { get; init; }

    /// <summary>How long automatic backups are kept.</summary>
    public required int BackupDays { get; init; }

    /// <summary>The cache's node type.</summary>
    public required string CacheNode { get; init; }

    /// <summary>How many cache nodes stand beside the primary.</summary>
    public required int CacheReplicas { get; init; }

    /// <summary>The processor architecture that the image is built for: <c>ARM64</c> or <c>X86_64</c>.</summary>
    public string Architecture { get; init; } = "X86_64";

    /// <summary>Processor units of a task; 1024 are one processor.</summary>
    public int TaskCpu { get; init; } = 1024;

    /// <summary>Memory of a task.</summary>
    public int TaskMemoryMiB { get; init; } = 2048;

    /// <summary>The fewest tasks that run.</summary>
    public required int MinTasks { get; init; }

    /// <summary>The most tasks that run.</summary>
    public required int MaxTasks { get; init; }

    /// <summary>Requests a minute and task above which another task is started.</summary>
    public int RequestsPerTask { get; init; } = 20_000;

    /// <summary>
    /// Requests that one address may make in five minutes. The load runs of the validation procedure make 26,000, and have to pass.
    /// </summary>
    public int RequestsPerAddress { get; init; } = 60_000;

    /// <summary>The 95th percentile of response times, in milliseconds, above which an alarm is raised.</summary>
    public int LatencyAlarmMs { get; init; } = 500;

    /// <summary>Who hears of alarms.</summary>
    public string AlarmEmail { get; init; } = "operations@example.com";

    /// <summary>How long logs are kept.</summary>
    public required int LogDays { get; init; }

    /// <summary>The tag of the image that a task starts with; empty for the environment's name.</summary>
    public string ImageTag { get; init; } = "";

    /// <summary>The GitHub repository (<c>owner/name</c>) whose pipeline may deploy here; empty for none.</summary>
    public string GitHubRepository { get; init; } = "";
}
