using Amazon.CDK;
using Amazon.CDK.AWS.ApplicationAutoScaling;
using Amazon.CDK.AWS.EC2;
using Amazon.CDK.AWS.ECS;
using Amazon.CDK.AWS.ElasticLoadBalancingV2;
using Constructs;
using EcsService = Amazon.CDK.AWS.ECS.FargateService;
using HealthCheck = Amazon.CDK.AWS.ElasticLoadBalancingV2.HealthCheck;

namespace Opportunities.Infrastructure;

/// <summary>The service: keeps the API's tasks running behind the load balancer, replaces them without a gap, takes back what does not start.</summary>
public sealed class ApiService : Construct
{
    internal ApiService(
        Construct scope, string id, EnvironmentSettings settings, StateStack state, Cluster cluster, ApiTask task, LoadBalancer loadBalancer)
        : base(scope, id)
    {
        var securityGroup = new SecurityGroup(this, "SecurityGroup", new SecurityGroupProps
        {
            Vpc = state.Network.Vpc,
            Description = "The tasks of the API",
        });
        Service = new EcsService(this, "Service", new FargateServiceProps
        {
            ServiceName = Names.Service,
            Cluster = cluster,
            TaskDefinition = task.Definition,
            DesiredCount = new TaskCount(
                this, "TaskCount", settings, cluster, state.Images.Repository, settings.ImageTag.Length > 0 ? settings.ImageTag : settings.Name).Value,
            VpcSubnets = Network.Subnets(Network.ApplicationSubnets),
            AssignPublicIp = false,
            SecurityGroups = [securityGroup, DataClients(state)],
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
            Targets = [Service.LoadBalancerTarget(new LoadBalancerTargetOptions { ContainerName = ApiTask.ContainerName, ContainerPort = ContainerSettings.Port })],
            DeregistrationDelay = Duration.Seconds(30),
            HealthCheck = new HealthCheck
            {
                Path = "/health",
                HealthyHttpCodes = "200",
                Interval = Duration.Seconds(15),
                Timeout = Duration.Seconds(5),
                HealthyThresholdCount = 2,
                UnhealthyThresholdCount = 4,
            },
        });
        Scale(settings);
    }

    /// <summary>The ECS service.</summary>
    public EcsService Service { get; }

    /// <summary>What the load balancer knows of the tasks.</summary>
    public ApplicationTargetGroup Targets { get; }

    /// <summary>
    /// The state stack's security group, as one whose rules are not added to here: otherwise the load balancer's rule would be
    /// written into the state stack, which then could not be deployed without this one.
    /// </summary>
    private ISecurityGroup DataClients(StateStack state) =>
        SecurityGroup.FromSecurityGroupId(this, "DataClients", state.Network.DataClients.SecurityGroupId, new SecurityGroupImportOptions { Mutable = false });

    private void Scale(EnvironmentSettings settings)
    {
        var scaling = Service.AutoScaleTaskCount(new EnableScalingProps { MinCapacity = settings.MinTasks, MaxCapacity = settings.MaxTasks });
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
        // Scaling by load never starts from zero: after a first deployment, this brings the first tasks.
        scaling.ScaleOnSchedule("Minimum", new ScalingSchedule
        {
            Schedule = Schedule.Rate(Duration.Minutes(5)),
            MinCapacity = settings.MinTasks,
        });
    }
}
