using Amazon.CDK;
using Amazon.CDK.AWS.Route53;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>What must survive the application: a roll back of the application's stack cannot touch anything in here.</summary>
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
        Zone = HostedZone.FromHostedZoneAttributes(this, "Zone", new HostedZoneAttributes
        {
            HostedZoneId = settings.HostedZoneId,
            ZoneName = settings.HostedZone,
        });
        Logs = new LogArchive(this, "Logs", settings);
        Network = new Network(this, "Network", settings);
        Database = new Database(this, "Database", settings, Network);
        Cache = new Cache(this, "Cache", settings, Network);
        Attachments = new AttachmentStore(this, "Attachments", Logs);
        Users = new UserDirectory(this, "Users", settings, Zone);
        Images = new ImageRepository(this, "Images", settings);
        Events = new EventQueue(this, "Events");
        if (settings.GitHubRepository.Length > 0)
        {
            var access = new PipelineAccess(this, "Pipeline", settings, Images, Users, Database);
            Outputs.Add(this, "DeploymentRoleArn", access.Role.RoleArn, "The role that the deployment pipeline takes on");
        }

        Outputs.Add(this, "RepositoryUri", Images.Repository.RepositoryUri, "Where images are pushed");
        Outputs.Add(this, "DatabaseIdentifier", Database.Instance.InstanceIdentifier, "The database instance");
        Outputs.Add(this, "DatabaseSecretArn", Database.Secret.SecretArn, "Host, user and password of the database");
        Outputs.Add(this, "AttachmentsBucket", Attachments.Bucket.BucketName, "The bucket of attachments");
        Outputs.Add(this, "EventsQueueUrl", Events.Queue.QueueUrl, "The queue of events");
        Outputs.Add(this, "UserPoolId", Users.Pool.UserPoolId, "The user pool");
        Outputs.Add(this, "Issuer", Users.Issuer, "The issuer of tokens");
        Outputs.Add(this, "TokenEndpoint", Users.TokenEndpoint, "Where tokens are asked for");
        Outputs.Add(this, "MachineClientId", Users.Machine.UserPoolClientId, "The machine client with every scope");
        Outputs.Add(this, "LimitedClientId", Users.Limited.UserPoolClientId, "The machine client that may do nothing");
        Outputs.Add(this, "UsersClientId", Users.Users.UserPoolClientId, "The client with which people sign in");
    }

    /// <summary>The DNS zone.</summary>
    public IHostedZone Zone { get; }

    /// <summary>The bucket of access logs.</summary>
    public LogArchive Logs { get; }

    /// <summary>The network.</summary>
    public Network Network { get; }

    /// <summary>The database.</summary>
    public Database Database { get; }

    /// <summary>The cache.</summary>
    public Cache Cache { get; }

    /// <summary>The attachments.</summary>
    public AttachmentStore Attachments { get; }

    /// <summary>Users and clients.</summary>
    public UserDirectory Users { get; }

    /// <summary>The images.</summary>
    public ImageRepository Images { get; }

    /// <summary>The events.</summary>
    public EventQueue Events { get; }
}
