using Amazon.CDK;
using Amazon.CDK.AWS.ECS;
using Amazon.CDK.AWS.IAM;

namespace Opportunities.Infrastructure;

/// <summary>
/// The OpenTelemetry collector beside the API: takes OTLP on the loopback address, gives traces to X-Ray and metrics to CloudWatch.
/// </summary>
internal static class TelemetryCollector
{
    /// <summary>The namespace of the API's own metrics.</summary>
    public const string MetricNamespace = "OpportunityManagementService";

    /// <summary>The only dimension of these: the meter, as the collector calls it.</summary>
    public const string MetricDimension = "OTelLib";

    private const string Image = "public.ecr.aws/aws-observability/aws-otel-collector:v0.49.0";

    /// <summary>
    /// What the service counts. CloudWatch knows no unit such as <c>{request}</c>, and the exporter hands on every unit but those of
    /// time and of bytes as it is.
    /// </summary>
    private static readonly string[] _counted =
    [
        "created", "transitions", "cache.hits", "cache.misses", "cache.failures", "requests.limited", "events.published", "events.parked",
        "events.backlog", "jobs.items", "jobs.failures", "database.dead_rows",
    ];

    private static readonly string _configuration =
        $$"""
        extensions:
          health_check:
        receivers:
          otlp:
            protocols:
              grpc:
                endpoint: 127.0.0.1:4317
        processors:
          memory_limiter:
            check_interval: 1s
            limit_mib: 200
          # CloudWatch charges for each metric: the service's own, and no other.
          filter/used:
            metrics:
              include:
                match_type: regexp
                metric_names: ['^opportunities\.']
          batch:
        exporters:
          awsxray:
          awsemf:
            namespace: {{MetricNamespace}}
            log_group_name: {{Names.MetricLogGroup}}
            log_stream_name: api
            dimension_rollup_option: NoDimensionRollup
            # One metric for each name, whatever attributes it has: an alarm cannot ask for all values of one. The log lines have them.
            metric_declarations:
              - dimensions: [[{{MetricDimension}}]]
                metric_name_selectors: ['^opportunities\.']
            metric_descriptors:
        {{string.Join('\n', _counted.Select(name => $"      - {{ metric_name: opportunities.{name}, unit: Count, overwrite: true }}"))}}
            resource_to_telemetry_conversion:
              enabled: false
        service:
          extensions: [health_check]
          pipelines:
            traces:
              receivers: [otlp]
              processors: [memory_limiter, batch]
              exporters: [awsxray]
            metrics:
              receivers: [otlp]
              processors: [memory_limiter, filter/used, batch]
              exporters: [awsemf]

        """;

    /// <summary>Adds the collector to a task, with the permissions that it needs.</summary>
    public static void AddTo(FargateTaskDefinition task, TaskBlueprint blueprint)
    {
        blueprint.GrantMetrics(task.TaskRole);
        task.AddContainer("collector", new ContainerDefinitionOptions
        {
            ContainerName = "collector",
            Image = ContainerImage.FromRegistry(Image),
            // Requests are served without telemetry rather than not at all.
            Essential = false,
            ReadonlyRootFilesystem = true,
            MemoryLimitMiB = 256,
            Environment = new Dictionary<string, string> { ["AOT_CONFIG_CONTENT"] = _configuration },
            Logging = blueprint.Logging("collector"),
            HealthCheck = new HealthCheck
            {
                Command = ["CMD", "/healthcheck"],
                Interval = Duration.Seconds(30),
                Timeout = Duration.Seconds(5),
                Retries = 3,
                StartPeriod = Duration.Seconds(10),
            },
        });
        // This version of the CDK's library has no property for it. The collector is the second container.
        ((CfnTaskDefinition)task.Node.DefaultChild!).AddPropertyOverride(
            "ContainerDefinitions.1.RestartPolicy", new Dictionary<string, object> { ["Enabled"] = true, ["RestartAttemptPeriod"] = 60 });
        // X-Ray knows no resources to name here.
        task.AddToTaskRolePolicy(new PolicyStatement(new PolicyStatementProps
        {
            Sid = "Traces",
            Actions = ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"],
            Resources = ["*"],
        }));
    }
}
