using Amazon.CDK.AWS.CloudWatch;
using Amazon.CDK.AWS.CloudWatch.Actions;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>The alarms, each with the sentence that its reader needs; see the runbook for what to do about it.</summary>
public sealed class Alarms : Construct
{
    private const double GiB = 1024.0 * 1024 * 1024;

    private readonly SnsAction _notify;

    internal Alarms(Construct scope, string id, EnvironmentSettings settings, ServiceMetrics metrics, OperationsTopic operations)
        : base(scope, id)
    {
        _notify = new SnsAction(operations.Topic);
        AddServiceAlarms(settings, metrics);
        AddDatabaseAlarms(settings, metrics);
        AddCacheAlarms(metrics);
        AddBackgroundAlarms(metrics);
        AddEventAlarms(settings, metrics);
        AddAccountAlarms(metrics);
    }

    private void AddServiceAlarms(EnvironmentSettings settings, ServiceMetrics metrics)
    {
        Above("cpu", "The tasks use more than 85 % of their processor; auto-scaling should have helped", metrics.Cpu, 85);
        Above("memory", "The tasks use more than 85 % of their memory", metrics.Memory, 85);
        Add(
            "running-tasks", "Fewer tasks run than the minimum", metrics.RunningTasks, settings.MinTasks,
            ComparisonOperator.LESS_THAN_THRESHOLD, 5, TreatMissingData.BREACHING);
        Above("service-5xx", "The API answers requests with 5xx", metrics.ServiceErrors, 5, periods: 3);
        Above(
            "load-balancer-5xx", "The load balancer itself answers with 5xx: no healthy task, or a task that hung up",
            metrics.BalancerErrors, 5, periods: 3);
        Above(
            "latency-p95", $"The 95th percentile of response times is over {settings.LatencyAlarmMs} ms", metrics.Latency,
            settings.LatencyAlarmMs / 1000.0);
        Above("requests-limited", "More than 100 requests a minute are refused because there are too many", metrics.LimitedRequests, 100);
        Add(
            "telemetry-missing", "No task has told of itself for 15 minutes: other alarms see nothing", metrics.Telling, 1,
            ComparisonOperator.LESS_THAN_THRESHOLD, 15, TreatMissingData.BREACHING);
        Above("unhealthy-tasks", "A task does not pass its health check", metrics.UnhealthyTasks, 0, periods: 3);
    }

    private void AddDatabaseAlarms(EnvironmentSettings settings, ServiceMetrics metrics)
    {
        Above("database-cpu", "The database uses more than 80 % of its processor", metrics.DatabaseCpu, 80);
        Above(
            "database-connections", "More than 80 % of the database's connections are taken", metrics.DatabaseConnections,
            settings.DatabaseConnections * 0.8);
        // Storage grows by itself when a tenth is free; this is for when it does not.
        Below(
            "database-storage", "The database's storage is nearly full and did not grow", metrics.DatabaseStorage,
            settings.DatabaseStorageGiB * 0.05 * GiB);
        Below("database-memory", "The database has less than 256 MiB of free memory", metrics.DatabaseMemory, GiB / 4, periods: 10);
        Above("database-disk-queue", "More than 20 requests wait for the database's disk", metrics.DatabaseDiskQueue, 20, periods: 10);
        Above(
            "database-transaction-ids", "Half of the transaction ids are used: vacuum does not keep up", metrics.DatabaseTransactionIds,
            1_000_000_000);
        if (settings.DatabaseInstance.StartsWith('t'))
        {
            Below(
                "database-cpu-credits", "The database has nearly used up its processor credits", metrics.DatabaseCpuCredits, 50,
                periods: 10);
        }

        for (var i = 0; i < metrics.ReplicaLag.Count; i++)
            Above($"database-replica-lag-{i + 1}", "A read replica is more than 30 s behind", metrics.ReplicaLag[i], 30);
    }

    private void AddCacheAlarms(ServiceMetrics metrics)
    {
        Above(
            "cache-lost", "The API does not reach the cache, and serves everything from the database", metrics.CacheFailures, 10,
            periods: 3);
        for (var i = 0; i < metrics.CacheMemory.Count; i++)
        {
            Above($"cache-memory-{i + 1}", "A cache node uses more than 85 % of its memory", metrics.CacheMemory[i], 85);
            Above(
                $"cache-evictions-{i + 1}", "A cache node drops entries before their time: it is too small",
                metrics.CacheEvictions[i], 100);
            Above($"cache-cpu-{i + 1}", "A cache node uses more than 80 % of its processor", metrics.CacheCpu[i], 80);
            if (metrics.CacheMemory.Count > 1)
                Above($"cache-replication-lag-{i + 1}", "A cache node is more than 10 s behind", metrics.CacheLag[i], 10);
        }
    }

    private void AddBackgroundAlarms(ServiceMetrics metrics)
    {
        Above("events-parked", "An event is refused for good, and with it those of its opportunity", metrics.ParkedEvents, 0, periods: 1);
        Above("jobs-failing", "A background job has failed in each of three quarters of an hour", metrics.JobFailures, 0, periods: 3);
        Above("database-dead-rows", "Reads of a table pass over more than 500,000 dead rows", metrics.DeadRows, 500_000);
    }

    private void AddEventAlarms(EnvironmentSettings settings, ServiceMetrics metrics)
    {
        Above("event-outbox", "An event has waited for more than 5 minutes to be published", metrics.OldestUnpublished, 300);
        // A queue that nobody is said to read fills, and that is nobody's alarm.
        if (settings.EventConsumers == 0) return;
        Above("event-age", "An event has waited for more than 15 minutes to be read", metrics.OldestEvent, 900);
        Above("event-dead-letters", "An event could not be handled", metrics.DeadLetters, 0, periods: 1);
    }

    private void AddAccountAlarms(ServiceMetrics metrics)
    {
        for (var i = 0; i < metrics.NatPortErrors.Count; i++)
            Above($"nat-ports-{i + 1}", "A NAT gateway has no port left for a connection", metrics.NatPortErrors[i], 0);
        foreach (var (name, metric) in metrics.FailedExecutions)
            Above($"{name}-failed", "A state machine failed: see its last execution", metric, 0, periods: 1);
        Add(
            "certificate-expiry", "The API's certificate ends within 30 days and was not renewed", metrics.CertificateDays, 30,
            ComparisonOperator.LESS_THAN_THRESHOLD, 1);
        Above("firewall-blocks", "The firewall blocks more than 1,000 requests a minute", metrics.BlockedRequests, 1000);
    }

    private void Below(string name, string description, IMetric metric, double threshold, int periods = 5) =>
        Add(name, description, metric, threshold, ComparisonOperator.LESS_THAN_THRESHOLD, periods);

    private void Above(string name, string description, IMetric metric, double threshold, int periods = 5) =>
        Add(name, description, metric, threshold, ComparisonOperator.GREATER_THAN_THRESHOLD, periods);

    private void Add(
        string name, string description, IMetric metric, double threshold, ComparisonOperator comparison, int periods,
        TreatMissingData missing = TreatMissingData.NOT_BREACHING)
    {
        var alarm = new Alarm(this, name, new AlarmProps
        {
            AlarmName = $"{Names.Service}-{name}",
            AlarmDescription = description + ".",
            Metric = metric,
            Threshold = threshold,
            ComparisonOperator = comparison,
            EvaluationPeriods = periods,
            TreatMissingData = missing,
        });
        alarm.AddAlarmAction(_notify);
        alarm.AddOkAction(_notify);
    }
}
