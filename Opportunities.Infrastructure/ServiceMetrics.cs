using Amazon.CDK;
using Amazon.CDK.AWS.CloudWatch;
using Amazon.CDK.AWS.ElasticLoadBalancingV2;
using Amazon.CDK.AWS.SQS;
using Amazon.CDK.AWS.StepFunctions;

namespace Opportunities.Infrastructure;

/// <summary>What is measured of the system: alarms watch it and the dashboard draws it.</summary>
internal sealed class ServiceMetrics(
    EnvironmentSettings settings, AccountStack account, StateStack state, ApiService api, LoadBalancer loadBalancer,
    IReadOnlyList<(string Name, StateMachine Machine)> machines)
{
    private static readonly Duration _minute = Duration.Minutes(1);

    public IMetric Cpu { get; } = api.Service.MetricCpuUtilization(Over("Average"));

    public IMetric Memory { get; } = api.Service.MetricMemoryUtilization(Over("Average"));

    public IMetric RunningTasks { get; } = Of("ECS/ContainerInsights", "RunningTaskCount", "Minimum", new()
    {
        ["ClusterName"] = Names.Cluster(settings.Name),
        ["ServiceName"] = Names.Service,
    });

    public IMetric Requests { get; } = loadBalancer.Balancer.Metrics.RequestCount(Over("Sum"));

    public IMetric ServiceErrors { get; } = api.Targets.Metrics.HttpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, Over("Sum"));

    public IMetric BalancerErrors { get; } = loadBalancer.Balancer.Metrics.HttpCodeElb(HttpCodeElb.ELB_5XX_COUNT, Over("Sum"));

    public IMetric Latency { get; } = api.Targets.Metrics.TargetResponseTime(Over("p95"));

    public IMetric UnhealthyTasks { get; } = api.Targets.Metrics.UnhealthyHostCount(Over("Maximum"));

    public IMetric DatabaseCpu { get; } = state.Database.Instance.MetricCPUUtilization(Over("Average"));

    public IMetric DatabaseConnections { get; } = state.Database.Instance.MetricDatabaseConnections(Over("Maximum"));

    public IMetric DatabaseStorage { get; } = state.Database.Instance.MetricFreeStorageSpace(Over("Minimum"));

    public IMetric DatabaseMemory { get; } = OfDatabase("FreeableMemory", "Minimum");

    public IMetric DatabaseDiskQueue { get; } = OfDatabase("DiskQueueDepth", "Average");

    public IMetric DatabaseTransactionIds { get; } = OfDatabase("MaximumUsedTransactionIDs", "Maximum");

    /// <summary>What a burstable instance may still use; other classes have none.</summary>
    public IMetric DatabaseCpuCredits { get; } = OfDatabase("CPUCreditBalance", "Minimum");

    /// <summary>How far each read replica is behind, in seconds.</summary>
    public IReadOnlyList<IMetric> ReplicaLag { get; } =
        [.. state.Database.Replicas.Select(replica => replica.Metric("ReplicaLag", Over("Maximum")))];

    /// <summary>The share of its memory that each cache node uses, in percent.</summary>
    public IReadOnlyList<IMetric> CacheMemory { get; } = OfCache(state.Cache.Nodes, "DatabaseMemoryUsagePercentage", "Maximum");

    public IReadOnlyList<IMetric> CacheEvictions { get; } = OfCache(state.Cache.Nodes, "Evictions", "Sum");

    public IReadOnlyList<IMetric> CacheCpu { get; } = OfCache(state.Cache.Nodes, "EngineCPUUtilization", "Average");

    public IReadOnlyList<IMetric> CacheLag { get; } = OfCache(state.Cache.Nodes, "ReplicationLag", "Maximum");

    /// <summary>How often tasks told of themselves.</summary>
    public IMetric Telling { get; } = OfApi("opportunities.events.oldest_age", "SampleCount");

    /// <summary>Connections for which a NAT gateway had no port.</summary>
    public IReadOnlyList<IMetric> NatPortErrors { get; } =
    [.. state.Network.NatGateways.Select(
        gateway => Of("AWS/NATGateway", "ErrorPortAllocation", "Sum", new() { ["NatGatewayId"] = gateway }))];

    /// <summary>Failed executions of each state machine.</summary>
    public IReadOnlyList<(string Name, IMetric Metric)> FailedExecutions { get; } =
        [.. machines.Select(entry => (entry.Name, (IMetric)entry.Machine.MetricFailed(Over("Sum"))))];

    public IMetric CertificateDays { get; } = account.ApiCertificate.MetricDaysToExpiry(
        new MetricOptions { Period = Duration.Days(1), Statistic = "Minimum" });

    public IMetric BlockedRequests { get; } = Of("AWS/WAFV2", "BlockedRequests", "Sum", new()
    {
        ["WebACL"] = $"{Names.Service}-all",
        ["Region"] = settings.Region,
        ["Rule"] = "ALL",
    });

    /// <summary>Commands that the cache did not answer, as the API sees it.</summary>
    public IMetric CacheFailures { get; } = OfApi("opportunities.cache.failures", "Sum");

    /// <summary>Requests that were refused because there were too many.</summary>
    public IMetric LimitedRequests { get; } = OfApi("opportunities.requests.limited", "Sum");

    /// <summary>For how long an event has waited in the outbox, in seconds.</summary>
    public IMetric OldestUnpublished { get; } = OfApi("opportunities.events.oldest_age", "Maximum");

    /// <summary>Events that were refused for good, and wait for somebody.</summary>
    public IMetric ParkedEvents { get; } = OfApi("opportunities.events.parked", "Maximum");

    /// <summary>Runs of background jobs that failed, in a quarter of an hour.</summary>
    public IMetric JobFailures { get; } = OfApi("opportunities.jobs.failures", "Sum")
        .With(new MetricOptions { Period = Duration.Minutes(15) });

    /// <summary>Dead rows of the table that has most.</summary>
    public IMetric DeadRows { get; } = OfApi("opportunities.database.dead_rows", "Maximum");

    public IMetric OldestEvent { get; } = OfQueue(state.Events.Queue, "ApproximateAgeOfOldestMessage");

    public IMetric DeadLetters { get; } = OfQueue(state.Events.DeadLetters, "ApproximateNumberOfMessagesVisible");

    private static MetricOptions Over(string statistic) => new() { Period = _minute, Statistic = statistic };

    private static Metric Of(string space, string name, string statistic, Dictionary<string, string> dimensions) =>
        new(new MetricProps { Namespace = space, MetricName = name, Statistic = statistic, Period = _minute, DimensionsMap = dimensions });

    private static Metric OfApi(string name, string statistic) =>
        Of(TelemetryCollector.MetricNamespace, name, statistic, new() { [TelemetryCollector.MetricDimension] = "Opportunities" });

    private static Metric OfDatabase(string name, string statistic) =>
        Of("AWS/RDS", name, statistic, new() { ["DBInstanceIdentifier"] = Names.Service });

    private static IMetric[] OfCache(int nodes, string name, string statistic) =>
    [
        .. Enumerable.Range(1, nodes).Select(number =>
            Of("AWS/ElastiCache", name, statistic, new() { ["CacheClusterId"] = Cache.NodeName(number) })),
    ];

    private static Metric OfQueue(Queue queue, string name) => queue.Metric(name, Over("Maximum"));
}
