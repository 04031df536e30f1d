using Amazon.CDK;
using Amazon.CDK.AWS.ECS;
using Amazon.CDK.AWS.IAM;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>
/// What the API's task and the migrations' task have in common: image, platform, logs, and a container that can write to <c>/tmp</c> only.
/// </summary>
internal sealed class TaskBlueprint(EnvironmentSettings settings, StateStack state)
{
    private const string ScratchVolume = "scratch";

    /// <summary>Makes a task definition.</summary>
    /// <param name="scope">What it is a part of.</param>
    /// <param name="id">Its id there.</param>
    /// <param name="family">Its family.</param>
    /// <param name="part">What its roles are called after: the pipeline may pass on these and no other.</param>
    public FargateTaskDefinition Define(Construct scope, string id, string family, string part)
    {
        var tasks = new ServicePrincipal("ecs-tasks.amazonaws.com");
        var task = new FargateTaskDefinition(scope, id, new FargateTaskDefinitionProps
        {
            Family = family,
            TaskRole = new Role(scope, "TaskRole", new RoleProps { RoleName = Names.TaskRole(part), AssumedBy = tasks }),
            ExecutionRole = new Role(
                scope, "ExecutionRole", new RoleProps { RoleName = $"{Names.TaskRole(part)}-execution", AssumedBy = tasks }),
            Cpu = settings.TaskCpu,
            MemoryLimitMiB = settings.TaskMemoryMiB,
            RuntimePlatform = new RuntimePlatform
            {
                CpuArchitecture = settings.Architecture == "ARM64" ? CpuArchitecture.ARM64 : CpuArchitecture.X86_64,
                OperatingSystemFamily = OperatingSystemFamily.LINUX,
            },
        });
        task.AddVolume(new Amazon.CDK.AWS.ECS.Volume { Name = ScratchVolume });
        return task;
    }

    /// <summary>Adds the container of the service's image.</summary>
    public ContainerDefinition AddContainer(FargateTaskDefinition task, string name, Action<ContainerDefinitionOptions> configure)
    {
        var options = new ContainerDefinitionOptions
        {
            ContainerName = name,
            // By tag: it means what runs, since a release moves it last, and so a deployment of the stack alone keeps what runs.
            Image = ContainerImage.FromEcrRepository(state.Images.Repository, settings.Name),
            Essential = true,
            ReadonlyRootFilesystem = true,
            Logging = Logging(name),
        };
        configure(options);
        var container = task.AddContainer(name, options);
        container.AddMountPoints(new MountPoint { ContainerPath = "/tmp", SourceVolume = ScratchVolume, ReadOnly = false });
        return container;
    }

    /// <summary>Lets what runs in a task write metrics, which are log lines.</summary>
    public void GrantMetrics(IRole role) =>
        state.MetricLogs.Grant(role, "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents");

    /// <summary>Where a container's output goes; it never waits for CloudWatch.</summary>
    public LogDriver Logging(string name) => LogDriver.AwsLogs(new AwsLogDriverProps
    {
        LogGroup = state.ServiceLogs,
        StreamPrefix = name,
        Mode = AwsLogDriverMode.NON_BLOCKING,
        // A burst beyond it is lost.
        MaxBufferSize = Size.Mebibytes(25),
    });
}
