using System.Net;
using System.Text.RegularExpressions;

namespace Opportunities.Infrastructure;

/// <summary>What the settings of an environment must keep to, so that a wrong one is refused before anything is deployed.</summary>
internal static partial class SettingsRules
{
    /// <summary>The processor and memory pairs of Fargate, as memory from, to and step for each number of processor units.</summary>
    private static readonly Dictionary<int, (int From, int To, int Step)> _fargateMemory = new()
    {
        [256] = (512, 2048, 512),
        [512] = (1024, 4096, 1024),
        [1024] = (2048, 8192, 1024),
        [2048] = (4096, 16384, 1024),
        [4096] = (8192, 30720, 1024),
    };

    /// <summary>Regions that give an account two zones only; the network spans three.</summary>
    private static readonly string[] _twoZones = ["us-west-1"];

    /// <summary>
    /// Connections of a task beside its pool: the relay's, which waits for events, and that of requests that wait for changes.
    /// </summary>
    private const int ListenersPerTask = 2;

    /// <summary>Connections for the migrations, for people, and for RDS itself.</summary>
    private const int ReservedConnections = 20;

    public static void Check(EnvironmentSettings settings)
    {
        Require(AccountPattern().IsMatch(settings.Account), "account", settings.Account, "an AWS account of twelve digits");
        Require(RegionPattern().IsMatch(settings.Region), "region", settings.Region, "an AWS region such as us-east-1");
        Require(!_twoZones.Contains(settings.Region), "region", settings.Region, "a region with three zones");
        Require(
            IPNetwork.TryParse(settings.VpcCidr, out var range) && range.PrefixLength is >= 16 and <= 20, "vpcCidr", settings.VpcCidr,
            "an address range between /16 and /20");
        Require(settings.NatGateways is >= 1 and <= 3, "natGateways", settings.NatGateways, "1 to 3");
        Require(settings.FlowLogs is "ALL" or "REJECT", "flowLogs", settings.FlowLogs, "ALL or REJECT");
        CheckDomain("apiDomain", settings.ApiDomain, "apiZoneId", settings.ApiZoneId, settings.ApiZone);
        CheckDomain("authDomain", settings.AuthDomain, "authZoneId", settings.AuthZoneId, settings.AuthZone);
        Require(
            settings.ApiDomain != settings.AuthDomain,
            "authDomain", settings.AuthDomain, "another name than apiDomain");
        Require(
            settings.ApiZone != settings.AuthZone || settings.ApiZoneId == settings.AuthZoneId,
            "authZoneId", settings.AuthZoneId, $"the id of the zone {settings.AuthZone}, which is {settings.ApiZoneId} in apiZoneId");
        Require(
            settings.AuthCertificateArn.StartsWith("arn:aws:acm:us-east-1:", StringComparison.Ordinal)
                || (settings.AuthCertificateArn.Length == 0 && settings.Region == "us-east-1"),
            "authCertificateArn", settings.AuthCertificateArn,
            "the ARN of a certificate in us-east-1 (it may be left out only where the region is us-east-1)");
        Require(
            settings.SignInCallback.Length == 0 || settings.SignInCallback.StartsWith("https://", StringComparison.Ordinal),
            "signInCallback", settings.SignInCallback, "an https address");
        foreach (var origin in settings.BrowserOrigins.Select(origin => origin ?? ""))
            Require(OriginPattern().IsMatch(origin), "browserOrigins", origin, "origins such as https://app.example.com");

        Require(
            InstancePattern().IsMatch(settings.DatabaseInstance), "databaseInstance", settings.DatabaseInstance,
            "an instance class without 'db.', such as m7g.large");
        Require(settings.DatabaseStorageGiB is >= 20 and <= 13_000, "databaseStorageGiB", settings.DatabaseStorageGiB, "20 to 13000");
        Require(settings.DatabaseReplicas is >= 0 and <= 5, "databaseReplicas", settings.DatabaseReplicas, "0 to 5");
        Require(settings.DatabaseConnections is >= 50 and <= 10_000, "databaseConnections", settings.DatabaseConnections, "50 to 10000");
        Require(settings.ConnectionsPerTask is >= 10 and <= 200, "connectionsPerTask", settings.ConnectionsPerTask, "10 to 200");
        var wanted = ConnectionsOfARelease(settings);
        Require(
            settings.DatabaseConnections >= wanted,
            "databaseConnections", settings.DatabaseConnections,
            $"at least {wanted}: while a release replaces tasks at full scale there are 2 × {settings.MaxTasks} (maxTasks), each with "
            + $"{settings.ConnectionsPerTask} (connectionsPerTask) + {ListenersPerTask} connections, and {ReservedConnections} are for "
            + "migrations and people");
        Require(settings.BackupDays is >= 1 and <= 35, "backupDays", settings.BackupDays, "1 to 35");
        Require(CacheNodePattern().IsMatch(settings.CacheNode), "cacheNode", settings.CacheNode, "a node type such as cache.m7g.large");
        Require(settings.CacheReplicas is >= 0 and <= 5, "cacheReplicas", settings.CacheReplicas, "0 to 5");

        Require(settings.Architecture is "ARM64" or "X86_64", "architecture", settings.Architecture, "ARM64 or X86_64");
        Require(
            _fargateMemory.TryGetValue(settings.TaskCpu, out var memory), "taskCpu", settings.TaskCpu,
            string.Join(", ", _fargateMemory.Keys));
        Require(
            settings.TaskMemoryMiB >= memory.From && settings.TaskMemoryMiB <= memory.To && settings.TaskMemoryMiB % memory.Step == 0,
            "taskMemoryMiB", settings.TaskMemoryMiB,
            $"{memory.From} to {memory.To} in steps of {memory.Step} with taskCpu={settings.TaskCpu}");
        Require(settings.MinTasks >= 1, "minTasks", settings.MinTasks, "at least 1");
        Require(settings.MaxTasks >= settings.MinTasks, "maxTasks", settings.MaxTasks, $"at least minTasks ({settings.MinTasks})");
        Require(settings.RequestsPerTask >= 1, "requestsPerTask", settings.RequestsPerTask, "at least 1");
        Require(
            settings.RequestsPerAddress is >= 100 and <= 2_000_000_000, "requestsPerAddress", settings.RequestsPerAddress, "at least 100");
        Require(settings.LatencyAlarmMs >= 1, "latencyAlarmMs", settings.LatencyAlarmMs, "at least 1");
        Require(EmailPattern().IsMatch(settings.AlarmEmail), "alarmEmail", settings.AlarmEmail, "an e-mail address");
        Require(Retention.IsKept(settings.LogDays), "logDays", settings.LogDays, $"one of {string.Join(", ", Retention.Days)}");
        Require(settings.TracesPerThousand is >= 0 and <= 1000, "tracesPerThousand", settings.TracesPerThousand, "0 to 1000");
        Require(settings.EventConsumers is >= 0 and <= 100, "eventConsumers", settings.EventConsumers, "0 to 100");
        Require(settings.UserPoolPlan is "ESSENTIALS" or "PLUS", "userPoolPlan", settings.UserPoolPlan, "ESSENTIALS or PLUS");
        Require(
            settings.ContainerInsights is "disabled" or "enabled" or "enhanced",
            "containerInsights", settings.ContainerInsights, "disabled, enabled or enhanced");
        Require(
            BoundaryPattern().IsMatch(settings.PermissionsBoundary), "permissionsBoundary", settings.PermissionsBoundary,
            "the name of a policy");
        Require(
            settings.GitHubRepository.Length == 0 || RepositoryPattern().IsMatch(settings.GitHubRepository),
            "gitHubRepository", settings.GitHubRepository, "owner/name");
        Require(
            NumberPattern().IsMatch(settings.GitHubOwnerId) && settings.GitHubOwnerId.Length > 0 == settings.GitHubRepositoryId.Length > 0,
            "gitHubOwnerId", settings.GitHubOwnerId, "a number, and with gitHubRepositoryId or not at all");
        Require(NumberPattern().IsMatch(settings.GitHubRepositoryId), "gitHubRepositoryId", settings.GitHubRepositoryId, "a number");
        Require(
            settings.GitHubProviderArn.Length == 0 || ProviderPattern().IsMatch(settings.GitHubProviderArn),
            "gitHubProviderArn", settings.GitHubProviderArn, "the ARN of the identity provider token.actions.githubusercontent.com");
    }

    /// <summary>How many connections are wanted while a release replaces as many tasks as there can be.</summary>
    internal static int ConnectionsOfARelease(EnvironmentSettings settings) =>
        (2 * settings.MaxTasks * (settings.ConnectionsPerTask + ListenersPerTask)) + ReservedConnections;

    private static void CheckDomain(string key, string domain, string idKey, string id, string zone)
    {
        Require(ZonePattern().IsMatch(id), idKey, id, "the id of a Route 53 zone, which begins with Z");
        Require(
            DomainPattern().IsMatch(domain) && (domain == zone || domain.EndsWith("." + zone, StringComparison.Ordinal)),
            key, domain, $"a domain name in the zone {zone}");
    }

    private static void Require(bool holds, string key, object value, string expected)
    {
        if (!holds) throw new SettingsException($"The setting {key} takes {expected}, and '{value}' is not that.");
    }

    [GeneratedRegex(@"^\d{12}\z")]
    private static partial Regex AccountPattern();

    [GeneratedRegex(@"^(?!cn-|us-gov-)[a-z]{2}(-[a-z]+)+-\d\z")]
    private static partial Regex RegionPattern();

    [GeneratedRegex(@"^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}\z")]
    private static partial Regex DomainPattern();

    [GeneratedRegex(@"^[a-z0-9]+\.[a-z0-9]+\z")]
    private static partial Regex InstancePattern();

    [GeneratedRegex(@"^cache\.[a-z0-9]+\.[a-z0-9]+\z")]
    private static partial Regex CacheNodePattern();

    [GeneratedRegex(@"^[^@\s]+@[^@\s]+\.[^@\s]+\z")]
    private static partial Regex EmailPattern();

    [GeneratedRegex(@"^Z[A-Z0-9]+\z")]
    private static partial Regex ZonePattern();

    [GeneratedRegex(@"^https://[a-z0-9.-]+(:\d+)?\z")]
    private static partial Regex OriginPattern();

    [GeneratedRegex(@"^[\w+=,.@/-]{0,128}\z")]
    private static partial Regex BoundaryPattern();

    [GeneratedRegex(@"^\d{0,20}\z")]
    private static partial Regex NumberPattern();

    [GeneratedRegex(@"^arn:aws:iam::\d{12}:oidc-provider/token\.actions\.githubusercontent\.com\z")]
    private static partial Regex ProviderPattern();

    [GeneratedRegex(@"^[A-Za-z0-9-]+/[A-Za-z0-9._-]+\z")]
    private static partial Regex RepositoryPattern();
}
