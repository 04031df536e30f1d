using Amazon.CDK;
using Amazon.CDK.AWS.ECS;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>The application: what a release replaces. Everything that must outlive a release is in the <see cref="StateStack"/>.</summary>
public sealed class ApplicationStack : Stack
{
    /// <summary>Creates the stack.</summary>
    /// <param name="scope">The CDK app or stage.</param>
    /// <param name="id">The name of the stack.</param>
    /// <param name="settings">The environment's settings.</param>
    /// <param name="account">The stack of certificates and users.</param>
    /// <param name="state">The stack that holds the state.</param>
    /// <param name="props">The stack's own properties.</param>
    public ApplicationStack(
        Construct scope, string id, EnvironmentSettings settings, AccountStack account, StateStack state, IStackProps props)
        : base(scope, id, props)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(state);
        CdkBehaviours.Apply(this);
        Cluster = new Cluster(this, "Cluster", new ClusterProps { ClusterName = Names.Cluster(settings.Name), Vpc = state.Network.Vpc });
        // This version of the CDK's library knows on and off only.
        ((CfnCluster)Cluster.Node.DefaultChild!).AddPropertyOverride(
            "ClusterSettings",
            new[] { new Dictionary<string, string> { ["Name"] = "containerInsights", ["Value"] = settings.ContainerInsights } });

        var blueprint = new TaskBlueprint(settings, state);
        Task = new ApiTask(this, "ApiTask", settings, account, state, blueprint);
        Migrations = new MigrationTask(this, "MigrationTask", settings, state, blueprint);
        LoadBalancer = new LoadBalancer(this, "LoadBalancer", settings, account, state);
        Api = new ApiService(this, "Api", settings, state, Cluster, Task, LoadBalancer);
        _ = new Firewall(this, "Firewall", settings, LoadBalancer);
        var firstImage = new FirstImage(this, "FirstImage", settings);
        var rotation = new CredentialsRotation(this, "CredentialsRotation", settings, state, Migrations, Api);
        var operations = new OperationsTopic(this, "Operations", settings);
        var metrics = new ServiceMetrics(
            settings, account, state, Api, LoadBalancer, [("first-image", firstImage.Machine), ("credentials-rotation", rotation.Machine)]);
        _ = new Alarms(this, "Alarms", settings, metrics, operations);
        _ = new OperationsDashboard(this, "Dashboard", settings, metrics);

        Outputs.Add(this, "ApiUrl", $"https://{settings.ApiDomain}", "The API");
        Outputs.Add(this, "ClusterName", Cluster.ClusterName, "The cluster");
        Outputs.Add(this, "ServiceName", Api.Service.ServiceName, "The service");
        Outputs.Add(this, "TaskFamily", Task.Definition.Family, "The task family of the service");
        Outputs.Add(this, "MigrationTaskFamily", Migrations.Definition.Family, "The task family of the migrations");
        Outputs.Add(
            this, "TaskDefinitionArn", Task.Definition.TaskDefinitionArn,
            "The task definition of this template, from which a release makes its own");
        Outputs.Add(this, "MigrationTaskDefinitionArn", Migrations.Definition.TaskDefinitionArn, "The same of the migrations");
        Outputs.Add(this, "LogGroupName", Names.LogGroup, "The log group");
        Outputs.Add(this, "DashboardName", Names.Dashboard, "The dashboard");
        Outputs.Add(this, "AlarmPrefix", Names.Service, "What the names of all alarms begin with");
        Outputs.Add(this, "OperationsTopicArn", operations.Topic.TopicArn, "Where operators hear of alarms");
    }

    /// <summary>The cluster.</summary>
    public Cluster Cluster { get; }

    /// <summary>The task of the service.</summary>
    public ApiTask Task { get; }

    /// <summary>The one-off task of the migrations.</summary>
    public MigrationTask Migrations { get; }

    /// <summary>The load balancer.</summary>
    public LoadBalancer LoadBalancer { get; }

    /// <summary>The service.</summary>
    public ApiService Api { get; }
}
