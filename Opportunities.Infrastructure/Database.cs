using System.Globalization;
using Amazon.CDK;
using Amazon.CDK.AWS.EC2;
using Amazon.CDK.AWS.Logs;
using Amazon.CDK.AWS.RDS;
using Amazon.CDK.AWS.SecretsManager;
using Constructs;
using InstanceType = Amazon.CDK.AWS.EC2.InstanceType;

namespace Opportunities.Infrastructure;

/// <summary>PostgreSQL, reachable over TLS from the data subnets only; its owner's password is made and rotated by RDS.</summary>
public sealed class Database : Construct
{
    /// <summary>
    /// PostgreSQL's major version: the same as that of the container image which the Aspire AppHost starts. RDS picks the minor one.
    /// </summary>
    public const string MajorVersion = "18";

    /// <summary>The role of people, who sign in with a token of IAM's and read.</summary>
    public const string ReaderUser = "opportunities_reader";

    /// <summary>The role that owns the schema: the migrations'.</summary>
    private const string Owner = "opportunities";

    /// <summary>
    /// The API's role, which reads and writes rows. A rotation changes between this one and a second; the migrations make both.
    /// </summary>
    private const string ApiUser = "opportunities_api";

    /// <summary>What the library asks for in place of a password; it does not reach the template.</summary>
    private const string Unset = "unset";

    /// <summary>Characters that mean something in a connection string, an address or a shell.</summary>
    private const string UnsafeInPassword = " %+~`#$&*()|[]{}:;<>?!'/@\"\\=,";

    /// <summary>Creates the instance, its replicas and the API's secret.</summary>
    public Database(Construct scope, string id, EnvironmentSettings settings, Network network)
        : base(scope, id)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(network);
        var engine = DatabaseInstanceEngine.Postgres(new PostgresInstanceEngineProps
        {
            Version = PostgresEngineVersion.Of(MajorVersion, MajorVersion),
        });
        var securityGroup = new SecurityGroup(this, "SecurityGroup", new SecurityGroupProps
        {
            Vpc = network.Vpc,
            Description = "The database",
            AllowAllOutbound = false,
        });
        securityGroup.AddIngressRule(network.DataClients, Port.Tcp(5432), "The application's tasks");
        // Made here, since RDS would make it without an end to what it keeps.
        var log = new LogGroup(this, "Log", new LogGroupProps
        {
            LogGroupName = $"/aws/rds/instance/{Names.Service}/postgresql",
            Retention = Retention.Of(settings.LogDays),
            RemovalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        });
        var parameters = new ParameterGroup(this, "Parameters", new ParameterGroupProps
        {
            Engine = engine,
            Parameters = new Dictionary<string, string>
            {
                ["rds.force_ssl"] = "1",
                ["max_connections"] = settings.DatabaseConnections.ToString(CultureInfo.InvariantCulture),
                ["shared_preload_libraries"] = "pg_stat_statements",
                ["log_min_duration_statement"] = "1000",
                ["log_lock_waits"] = "1",
                ["idle_in_transaction_session_timeout"] = "60000",
            },
        });
        Instance = new DatabaseInstance(this, "Instance", new DatabaseInstanceProps
        {
            InstanceIdentifier = Names.Service,
            Engine = engine,
            InstanceType = new InstanceType(settings.DatabaseInstance),
            Credentials = Credentials.FromPassword(Owner, SecretValue.UnsafePlainText(Unset)),
            DatabaseName = Names.Database,
            Vpc = network.Vpc,
            VpcSubnets = Network.Subnets(Network.DataSubnets),
            SecurityGroups = [securityGroup],
            PubliclyAccessible = false,
            MultiAz = settings.DatabaseMultiAz,
            StorageType = StorageType.GP3,
            StorageEncrypted = true,
            AllocatedStorage = settings.DatabaseStorageGiB,
            MaxAllocatedStorage = settings.DatabaseStorageGiB * 5,
            IamAuthentication = true,
            CaCertificate = CaCertificate.RDS_CA_RSA2048_G1,
            ParameterGroup = parameters,
            BackupRetention = Duration.Days(settings.BackupDays),
            PreferredBackupWindow = "02:00-03:00",
            PreferredMaintenanceWindow = "sun:03:30-sun:04:30",
            DeleteAutomatedBackups = false,
            CopyTagsToSnapshot = true,
            AutoMinorVersionUpgrade = true,
            DeletionProtection = settings.Protected,
            EnablePerformanceInsights = true,
            PerformanceInsightRetention = PerformanceInsightRetention.DEFAULT,
            MonitoringInterval = Duration.Seconds(60),
            CloudwatchLogsExports = ["postgresql"],
            RemovalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        });
        Instance.Node.AddDependency(log);
        // RDS makes and rotates the owner's password itself; this version of the CDK's library has no property for that.
        var instance = (CfnDBInstance)Instance.Node.DefaultChild!;
        instance.AddPropertyDeletionOverride("MasterUserPassword");
        instance.AddPropertyOverride("ManageMasterUserPassword", true);
        OwnerSecret = Amazon.CDK.AWS.SecretsManager.Secret.FromSecretCompleteArn(
            this, "OwnerSecret", instance.GetAtt("MasterUserSecret.SecretArn").ToString());
        ResourceId = instance.AttrDbiResourceId;
        var credentials = new DatabaseSecret(this, "Credentials", new DatabaseSecretProps
        {
            SecretName = Names.DatabaseSecret,
            Username = ApiUser,
            Dbname = Names.Database,
            ExcludeCharacters = UnsafeInPassword,
        });
        credentials.ApplyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
        // Attached: besides the password it holds host and port, so that a restored instance takes over by one change of it.
        Secret = credentials.Attach(Instance);
        Replicas = [.. Enumerable.Range(1, settings.DatabaseReplicas)
            .Select(number => AddReplica(number, settings, network, securityGroup, parameters))];
    }

    /// <summary>The instance.</summary>
    public DatabaseInstance Instance { get; }

    /// <summary>The read replicas.</summary>
    public IReadOnlyList<DatabaseInstanceReadReplica> Replicas { get; }

    /// <summary>The API's secret: <c>host</c>, <c>port</c>, <c>dbname</c>, <c>username</c>, <c>password</c>.</summary>
    public ISecret Secret { get; }

    /// <summary>The owner's secret: <c>username</c>, <c>password</c>.</summary>
    public ISecret OwnerSecret { get; }

    /// <summary>The id under which IAM knows the instance.</summary>
    public string ResourceId { get; }

    private DatabaseInstanceReadReplica AddReplica(
        int number, EnvironmentSettings settings, Network network, SecurityGroup securityGroup, IParameterGroup parameters)
    {
        var replica = new DatabaseInstanceReadReplica(this, $"Replica{number}", new DatabaseInstanceReadReplicaProps
        {
            SourceDatabaseInstance = Instance,
            InstanceIdentifier = $"{Names.Service}-replica-{number}",
            InstanceType = new InstanceType(settings.DatabaseInstance),
            Vpc = network.Vpc,
            VpcSubnets = Network.Subnets(Network.DataSubnets),
            SecurityGroups = [securityGroup],
            PubliclyAccessible = false,
            MultiAz = settings.DatabaseMultiAz,
            StorageType = StorageType.GP3,
            ParameterGroup = parameters,
            IamAuthentication = true,
            CopyTagsToSnapshot = true,
            AutoMinorVersionUpgrade = true,
            DeletionProtection = settings.Protected,
            EnablePerformanceInsights = true,
            MonitoringInterval = Duration.Seconds(60),
            RemovalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        });
        // A replica is encrypted as its source is; CloudFormation refuses to be told so.
        ((CfnDBInstance)replica.Node.DefaultChild!).AddPropertyDeletionOverride("StorageEncrypted");
        return replica;
    }
}
