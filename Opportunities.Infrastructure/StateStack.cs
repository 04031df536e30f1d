using Amazon.CDK;
using Amazon.CDK.AWS.Logs;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>What must survive the application: a rollback of the application's stack cannot touch anything in here.</summary>
public sealed class StateStack : Stack
{
    /// <summary>Creates the stack.</summary>
    /// <param name="scope">The CDK app or stage.</param>
    /// <param name="id">The name of the stack.</param>
    /// <param name="settings">The environment's settings.</param>
    /// <param name="props">The stack's own properties.</param>
    public StateStack(Construct scope, string id, EnvironmentSettings settings, IStackProps props)
        : base(scope, id, props)
    {
        ArgumentNullException.ThrowIfNull(settings);
        CdkBehaviours.Apply(this);
        Logs = new LogArchive(this, "Logs", settings);
        ServiceLogs = new LogGroup(this, "ServiceLogs", new LogGroupProps
        {
            LogGroupName = Names.LogGroup,
            Retention = Retention.Of(settings.LogDays),
            RemovalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        });
        MetricLogs = new LogGroup(this, "MetricLogs", new LogGroupProps
        {
            LogGroupName = Names.MetricLogGroup,
            // CloudWatch keeps the metrics themselves.
            Retention = RetentionDays.ONE_WEEK,
            RemovalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        });
        Network = new Network(this, "Network", settings, Logs);
        Database = new Database(this, "Database", settings, Network);
        Cache = new Cache(this, "Cache", settings, Network);
        Attachments = new AttachmentStore(this, "Attachments", settings, Logs);
        Images = new ImageRepository(this, "Images", settings);
        Events = new EventQueue(this, "Events");
        var operators = new OperatorAccess(this, "Operators", settings, Database);

        Outputs.Add(this, "RepositoryUri", Images.Repository.RepositoryUri, "Where images are pushed");
        Outputs.Add(this, "DatabaseIdentifier", Database.Instance.InstanceIdentifier, "The database instance");
        Outputs.Add(this, "DatabaseSecretArn", Database.Secret.SecretArn, "Host and port of the database, user and password of the API");
        Outputs.Add(this, "DatabaseOwnerSecretArn", Database.OwnerSecret.SecretArn, "User and password of the schema's owner");
        Outputs.Add(this, "AttachmentsBucket", Attachments.Bucket.BucketName, "The bucket of attachments");
        Outputs.Add(this, "EventsQueueUrl", Events.Queue.QueueUrl, "The queue of events");
        Outputs.Add(this, "OperatorPolicyArn", operators.Policy.ManagedPolicyArn, "What somebody on call needs");
    }

    /// <summary>The first zones of the region, by number: the CDK would ask the account for their names.</summary>
    public override string[] AvailabilityZones =>
        [.. Enumerable.Range(0, Infrastructure.Network.ZoneCount).Select(zone => Fn.Select(zone, Fn.GetAzs()))];

    /// <summary>The bucket of access logs.</summary>
    public LogArchive Logs { get; }

    /// <summary>The log group of the service's containers.</summary>
    public LogGroup ServiceLogs { get; }

    /// <summary>The log group of their metrics.</summary>
    public LogGroup MetricLogs { get; }

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <summary>The database.</summary>
    public Database Database { get; }

    /// <summary>The cache.</summary>
    public Cache Cache { get; }

    /// <summary>The attachments.</summary>
    public AttachmentStore Attachments { get; }

    /// <summary>The images.</summary>
    public ImageRepository Images { get; }

    /// <summary>The events.</summary>
    public EventQueue Events { get; }
}
