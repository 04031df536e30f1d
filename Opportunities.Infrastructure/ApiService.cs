using Amazon.CDK;
using Amazon.CDK.AWS.ApplicationAutoScaling;
using Amazon.CDK.AWS.CloudWatch;
using Amazon.CDK.AWS.EC2;
using Amazon.CDK.AWS.ECS;
using Amazon.CDK.AWS.ElasticLoadBalancingV2;
using Constructs;
using EcsService = Amazon.CDK.AWS.ECS.FargateService;
using HealthCheck = Amazon.CDK.AWS.ElasticLoadBalancingV2.HealthCheck;

namespace Opportunities.Infrastructure;

/// <summary>
/// The service: keeps the API's tasks running behind the load balancer, replaces them without a gap, takes back what does not start.
/// </summary>
public sealed class ApiService : Construct
{
    private static readonly string[] _deploymentAlarms = ["5xx", "hung-up", "latency", "unhealthy"];

    internal ApiService(
        Construct scope, string id, EnvironmentSettings settings, StateStack state, Cluster cluster, ApiTask task,
        LoadBalancer loadBalancer)
        : base(scope, id)
    {
        var securityGroup = new SecurityGroup(this, "SecurityGroup", new SecurityGroupProps
        {
            Vpc = state.Network.Vpc,
            Description = "The tasks of the API",
        });
        DataClients = SecurityGroup.FromSecurityGroupId(
            this, "DataClients", state.Network.DataClients.SecurityGroupId, new SecurityGroupImportOptions { Mutable = false });
        TaskCount = new TaskCount(this, "TaskCount", settings, cluster, state.Images.Repository);
        Service = new EcsService(this, "Service", new FargateServiceProps
        {
            ServiceName = Names.Service,
            Cluster = cluster,
            TaskDefinition = task.Definition,
            DesiredCount = TaskCount.Value,
            VpcSubnets = Network.Subnets(Network.ApplicationSubnets),
            AssignPublicIp = false,
            SecurityGroups = [securityGroup, DataClients],
            CircuitBreaker = new DeploymentCircuitBreaker { Rollback = true },
            MinHealthyPercent = 100,
            MaxHealthyPercent = 200,
            HealthCheckGracePeriod = Duration.Seconds(180),
            PlatformVersion = FargatePlatformVersion.LATEST,
            PropagateTags = PropagatedTagSource.SERVICE,
            EnableExecuteCommand = false,
        });
        Targets = loadBalancer.Listener.AddTargets("Api", new AddApplicationTargetsProps
        {
            TargetGroupName = Names.Service,
            Port = ContainerSettings.Port,
            Protocol = ApplicationProtocol.HTTP,
            Targets = [Service.LoadBalancerTarget(
                new LoadBalancerTargetOptions { ContainerName = ApiTask.ContainerName, ContainerPort = ContainerSettings.Port })],
            DeregistrationDelay = Duration.Seconds(30),
            HealthCheck = new HealthCheck
            {
                // Ready once the schema was seen, and then for as long as the process serves: a database that is away for a minute is no
                // reason to replace the tasks, which go on when it is back.
                Path = "/ready",
                HealthyHttpCodes = "200",
                Interval = Duration.Seconds(15),
                Timeout = Duration.Seconds(5),
                HealthyThresholdCount = 2,
                UnhealthyThresholdCount = 4,
            },
        });
        Scale(settings);
        TakeBackOnAlarms(settings, loadBalancer);
    }

    /// <summary>The ECS service.</summary>
    public EcsService Service { get; }

    /// <summary>What the load balancer knows of the tasks.</summary>
    public ApplicationTargetGroup Targets { get; }

    /// <summary>How many tasks a deployment starts.</summary>
    public TaskCount TaskCount { get; }

    /// <summary>
    /// The state stack's security group, as one whose rules are not added to here: otherwise the load balancer's rule would be
    /// written into the state stack, which then could not be deployed without this one.
    /// </summary>
    public ISecurityGroup DataClients { get; }

    private static string DeploymentAlarm(string name) => $"{Names.Service}-deployment-{name}";

    /// <summary>ECS takes back what does not become healthy, and with these also what is healthy and wrong.</summary>
    private void TakeBackOnAlarms(EnvironmentSettings settings, LoadBalancer loadBalancer)
    {
        Alarm[] alarms =
        [
            Add(
                _deploymentAlarms[0], "the API answers with 5xx",
                Targets.Metrics.HttpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, Over("Sum")), 10),
            Add(
                _deploymentAlarms[1], "the load balancer answers with 5xx itself",
                loadBalancer.Balancer.Metrics.HttpCodeElb(HttpCodeElb.ELB_5XX_COUNT, Over("Sum")), 10),
            Add(
                _deploymentAlarms[2], "answers take twice as long as they may", Targets.Metrics.TargetResponseTime(Over("p95")),
                2 * settings.LatencyAlarmMs / 1000.0),
            Add(_deploymentAlarms[3], "a task is not ready", Targets.Metrics.UnhealthyHostCount(Over("Maximum")), 0),
        ];
        // By name and not by reference, which could make a circle.
        Service.EnableDeploymentAlarms(
            [.. _deploymentAlarms.Select(DeploymentAlarm)], new DeploymentAlarmOptions { Behavior = AlarmBehavior.ROLLBACK_ON_ALARM });
        // ECS refuses a service whose alarms are not there.
        Service.Node.AddDependency([.. alarms]);

        static MetricOptions Over(string statistic) => new() { Period = Duration.Minutes(1), Statistic = statistic };

        Alarm Add(string name, string what, IMetric metric, double threshold) => new(this, $"Deployment-{name}", new AlarmProps
        {
            AlarmName = DeploymentAlarm(name),
            AlarmDescription = $"A deployment is taken back while this rings: {what}.",
            Metric = metric,
            Threshold = threshold,
            ComparisonOperator = ComparisonOperator.GREATER_THAN_THRESHOLD,
            EvaluationPeriods = 2,
            TreatMissingData = TreatMissingData.NOT_BREACHING,
        });
    }

    private void Scale(EnvironmentSettings settings)
    {
        var scaling = Service.AutoScaleTaskCount(
            new EnableScalingProps { MinCapacity = settings.MinTasks, MaxCapacity = settings.MaxTasks });
        scaling.ScaleOnCpuUtilization("Cpu", new CpuUtilizationScalingProps
        {
            TargetUtilizationPercent = 60,
            ScaleOutCooldown = Duration.Seconds(60),
            ScaleInCooldown = Duration.Minutes(5),
        });
        scaling.ScaleOnRequestCount("Requests", new RequestCountScalingProps
        {
            RequestsPerTarget = settings.RequestsPerTask,
            TargetGroup = Targets,
            ScaleOutCooldown = Duration.Seconds(60),
            ScaleInCooldown = Duration.Minutes(5),
        });
    }
}
