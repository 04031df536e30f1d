using System.Reflection;
using System.Text.Json;

namespace Opportunities.Infrastructure;

/// <summary>
/// What differs between development, staging and production: <c>environments/NAME.json</c>, which has a value for every member here.
/// The files are committed and the only source, so that no deployment takes back what another one has set.
/// </summary>
public sealed record EnvironmentSettings
{
    /// <summary>The environments, in the order in which a release passes them.</summary>
    public static readonly IReadOnlyList<string> Names = ["dev", "staging", "prod"];

    /// <summary>The names under which the members stand in a file.</summary>
    public static readonly IReadOnlyList<string> Keys =
    [
        .. typeof(EnvironmentSettings).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.Name != nameof(Name))
            .Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)),
    ];

    /// <summary>The environment: <c>dev</c>, <c>staging</c> or <c>prod</c>.</summary>
    public string Name { get; init; } = "";

    /// <summary>The AWS account. Each environment has its own, since many names are the same in all three.</summary>
    public required string Account { get; init; }

    /// <summary>The AWS region.</summary>
    public required string Region { get; init; }

    /// <summary>
    /// Whether stacks, database, user pool and load balancer are protected against deletion. False until the first deployment has
    /// succeeded: one that failed has to be deleted before it can be repeated.
    /// </summary>
    public required bool Protected { get; init; }

    /// <summary>The API's domain name.</summary>
    public required string ApiDomain { get; init; }

    /// <summary>The Route 53 zone in this account that has the API's domain name: a zone above it, or one of that very name.</summary>
    public required string ApiZone { get; init; }

    /// <summary>The id of that zone.</summary>
    public required string ApiZoneId { get; init; }

    /// <summary>The domain name that tokens are asked for at.</summary>
    public required string AuthDomain { get; init; }

    /// <summary>The Route 53 zone in this account that has the token domain.</summary>
    public required string AuthZone { get; init; }

    /// <summary>The id of that zone.</summary>
    public required string AuthZoneId { get; init; }

    /// <summary>
    /// The certificate for <see cref="AuthDomain"/>. Cognito wants it in us-east-1: there the stack makes it itself and this stays empty.
    /// </summary>
    public required string AuthCertificateArn { get; init; }

    /// <summary>Where a browser returns to after signing in; empty for nowhere yet.</summary>
    public required string SignInCallback { get; init; }

    /// <summary>The origins whose pages may call the API and upload attachments.</summary>
    public required IReadOnlyList<string> BrowserOrigins { get; init; }

    /// <summary>Who hears of alarms.</summary>
    public required string AlarmEmail { get; init; }

    /// <summary>The GitHub repository (<c>owner/name</c>) whose pipeline may deploy here; empty for none.</summary>
    public required string GitHubRepository { get; init; }

    /// <summary>The number of its owner (<c>gh api repos/OWNER/NAME --jq .owner.id</c>); part of newer repositories' subjects.</summary>
    public required string GitHubOwnerId { get; init; }

    /// <summary>Its own number (<c>gh api repos/OWNER/NAME --jq .id</c>).</summary>
    public required string GitHubRepositoryId { get; init; }

    /// <summary>GitHub's identity provider where the account has one already; empty to create it. An account can have one only.</summary>
    public required string GitHubProviderArn { get; init; }

    /// <summary>The name of the policy that bounds every role created here; empty for none.</summary>
    public required string PermissionsBoundary { get; init; }

    /// <summary>The address range of the network.</summary>
    public required string VpcCidr { get; init; }

    /// <summary>How many NAT gateways carry outgoing traffic: one is cheaper, one a zone survives the loss of a zone.</summary>
    public required int NatGateways { get; init; }

    /// <summary>What the network's log has: <c>ALL</c> traffic, or <c>REJECT</c> for what was turned away.</summary>
    public required string FlowLogs { get; init; }

    /// <summary>The database's instance class, without <c>db.</c>.</summary>
    public required string DatabaseInstance { get; init; }

    /// <summary>The database's storage to begin with; it grows by itself to five times that.</summary>
    public required int DatabaseStorageGiB { get; init; }

    /// <summary>Whether a standby in another zone takes over.</summary>
    public required bool DatabaseMultiAz { get; init; }

    /// <summary>How many read replicas stand by to be promoted. No code reads from them.</summary>
    public required int DatabaseReplicas { get; init; }

    /// <summary>How many connections the database accepts.</summary>
    public required int DatabaseConnections { get; init; }

    /// <summary>How many connections a task's pool has at most.</summary>
    public required int ConnectionsPerTask { get; init; }

    /// <summary>How long automatic backups are kept.</summary>
    public required int BackupDays { get; init; }

    /// <summary>The cache's node type.</summary>
    public required string CacheNode { get; init; }

    /// <summary>How many cache nodes stand beside the primary.</summary>
    public required int CacheReplicas { get; init; }

    /// <summary>The processor architecture that the image is built for: <c>ARM64</c> or <c>X86_64</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Processor units of a task; 1024 are one processor.</summary>
    public required int TaskCpu { get; init; }

    /// <summary>Memory of a task.</summary>
    public required int TaskMemoryMiB { get; init; }

    /// <summary>The fewest tasks that run.</summary>
    public required int MinTasks { get; init; }

    /// <summary>The most tasks that run.</summary>
    public required int MaxTasks { get; init; }

    /// <summary>Requests a minute and task above which another task is started.</summary>
    public required int RequestsPerTask { get; init; }

    /// <summary>
    /// Requests that one address may make in five minutes. The load runs of the validation procedure make 26,000, and have to pass.
    /// </summary>
    public required int RequestsPerAddress { get; init; }

    /// <summary>The 95th percentile of response times, in milliseconds, above which an alarm is raised.</summary>
    public required int LatencyAlarmMs { get; init; }

    /// <summary>How many consumers read the queue of events. Without one, nobody is alarmed about events that wait to be read.</summary>
    public required int EventConsumers { get; init; }

    /// <summary>How many of a thousand requests are traced, where whoever calls has not decided; X-Ray charges for each.</summary>
    public required int TracesPerThousand { get; init; }

    /// <summary>Cognito's plan: <c>ESSENTIALS</c>, or <c>PLUS</c> with threat protection.</summary>
    public required string UserPoolPlan { get; init; }

    /// <summary>CloudWatch Container Insights: <c>disabled</c>, <c>enabled</c> or <c>enhanced</c>.</summary>
    public required string ContainerInsights { get; init; }

    /// <summary>How long logs are kept.</summary>
    public required int LogDays { get; init; }
}
