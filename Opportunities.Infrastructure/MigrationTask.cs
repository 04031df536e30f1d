using Amazon.CDK.AWS.ECS;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>
/// The task that brings the database schema to the version of its image, and exits. No service keeps it running: a release runs it
/// once before it updates the service, and goes no further when it fails.
/// </summary>
public sealed class MigrationTask : Construct
{
    /// <summary>The name of its container.</summary>
    public const string ContainerName = "migrations";

    internal MigrationTask(Construct scope, string id, EnvironmentSettings settings, StateStack state, TaskBlueprint blueprint)
        : base(scope, id)
    {
        Definition = blueprint.Define(this, "Definition", Names.MigrationTask, ContainerName);
        blueprint.AddContainer(Definition, ContainerName, container =>
        {
            container.WorkingDirectory = "/app/migrations";
            container.Command = ["Opportunities.MigrationService.dll"];
            container.Environment = ContainerSettings.Common(settings);
            container.Secrets = ContainerSettings.MigrationSecrets(state);
        });
    }

    /// <summary>The task definition.</summary>
    public FargateTaskDefinition Definition { get; }
}
