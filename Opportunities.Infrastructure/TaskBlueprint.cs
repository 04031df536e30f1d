using Amazon.CDK.AWS.ECS;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.Logs;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>What the API's task and the migrations' task have in common: image, platform, logs, and a container that can write to <c>/tmp</c> only.</summary>
internal sealed class TaskBlueprint(EnvironmentSettings settings, StateStack state, ILogGroup logs)
{
    private const string ScratchVolume = "scratch";

    /// <summary>Makes a task definition.</summary>
    public FargateTaskDefinition Define(Construct scope, string id, string family)
    {
        var task = new FargateTaskDefinition(scope, id, new FargateTaskDefinitionProps
        {
            Family = family,
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
            Image = ContainerImage.FromEcrRepository(state.Images.Repository, settings.ImageTag.Length > 0 ? settings.ImageTag : settings.Name),
            Essential = true,
            ReadonlyRootFilesystem = true,
            Logging = Logging(name),
        };
        configure(options);
        var container = task.AddContainer(name, options);
        container.AddMountPoints(new MountPoint { ContainerPath = "/tmp", SourceVolume = ScratchVolume, ReadOnly = false });
        return container;
    }

    /// <summary>Lets what runs in a task write to the log group itself.</summary>
    public void GrantLogging(IRole role) => logs.Grant(role, "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents");

    /// <summary>Where a container's output goes; it never waits for CloudWatch.</summary>
    public LogDriver Logging(string name) => LogDriver.AwsLogs(new AwsLogDriverProps
    {
        LogGroup = logs,
        StreamPrefix = name,
        Mode = AwsLogDriverMode.NON_BLOCKING,
    });
}
