using Amazon.CDK.AWS.CloudWatch;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>The dashboard: what users feel on top, then the tasks, then what they stand on.</summary>
public sealed class OperationsDashboard : Construct
{
    private const double Third = 8;

    internal OperationsDashboard(Construct scope, string id, EnvironmentSettings settings, ServiceMetrics metrics)
        : base(scope, id)
    {
        var dashboard = new Dashboard(this, "Dashboard", new DashboardProps { DashboardName = Names.Dashboard });
        dashboard.AddWidgets(new TextWidget(new TextWidgetProps
        {
            Markdown = $"# {Names.Service} ({settings.Name})\nhttps://{settings.ApiDomain}/health",
            Width = 24,
            Height = 2,
        }));
        dashboard.AddWidgets(
            Graph("Requests a minute", metrics.Requests),
            Graph("Answers with 5xx a minute", metrics.ServiceErrors, metrics.BalancerErrors),
            Graph("Response time, 95th percentile (s)", metrics.Latency));
        dashboard.AddWidgets(
            Graph("Processor and memory of the tasks (%)", metrics.Cpu, metrics.Memory),
            Graph("Tasks", metrics.RunningTasks, metrics.UnhealthyTasks),
            Graph(
                "Events: age of the oldest unpublished and unread (s), not handled", metrics.OldestUnpublished, metrics.OldestEvent,
                metrics.DeadLetters));
        dashboard.AddWidgets(
            Graph("Database: processor (%), connections", metrics.DatabaseCpu, metrics.DatabaseConnections),
            Graph("Database: free storage (bytes)", [metrics.DatabaseStorage, .. metrics.ReplicaLag]),
            Graph("Cache: memory (%), evictions", [.. metrics.CacheMemory, .. metrics.CacheEvictions]));
        dashboard.AddWidgets(new LogQueryWidget(new LogQueryWidgetProps
        {
            Title = "Newest errors",
            LogGroupNames = [Names.LogGroup],
            QueryLines =
            [
                "fields @timestamp, @message",
                "filter @message like /(?i)(\"LogLevel\":\"(Error|Critical)\"|^(fail|crit):)/",
                "sort @timestamp desc",
                "limit 20",
            ],
            Width = 24,
            Height = 6,
        }));
    }

    private static GraphWidget Graph(string title, params IMetric[] metrics) =>
        new(new GraphWidgetProps { Title = title, Left = metrics, Width = Third, Height = 6 });
}
