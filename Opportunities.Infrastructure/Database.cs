using System.Globalization;
using Amazon.CDK;
using Amazon.CDK.AWS.EC2;
using Amazon.CDK.AWS.Logs;
using Amazon.CDK.AWS.RDS;
using Amazon.CDK.AWS.SecretsManager;
using Constructs;
using InstanceType = Amazon.CDK.AWS.EC2.InstanceType;

namespace Opportunities.Infrastructure;

/// <summary>PostgreSQL, reachable over TLS from the data subnets only, with a password that Secrets Manager makes and rotates.</summary>
public sealed class Database : Construct
{
    /// <summary>
    /// PostgreSQL's major version: the same as that of the container image which the Aspire AppHost starts. RDS picks the minor one.
    /// </summary>
    public const string MajorVersion = "18";

    private const string UserName = "opportunities";

    /// <summary>Characters that mean something in a connection string, an address or a shell.</summary>
    private const string UnsafeInPassword = " %+~`#$&*()|[]{}:;<>?!'/@\"\\=,";

    /// <summary>Creates the instance, its replicas, its secret and the secret's rotation.</summary>
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
        var credentials = new DatabaseSecret(this, "Credentials", new DatabaseSecretProps
        {
            SecretName = Names.DatabaseSecret,
            Username = UserName,
            Dbname = Names.Database,
            ExcludeCharacters = UnsafeInPassword,
        });
        credentials.ApplyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);

        Instance = new DatabaseInstance(this, "Instance", new DatabaseInstanceProps
        {
            InstanceIdentifier = Names.Service,
            Engine = engine,
            InstanceType = new InstanceType(settings.DatabaseInstance),
            Credentials = Credentials.FromSecret(credentials),
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
            DeletionProtection = true,
            EnablePerformanceInsights = true,
            PerformanceInsightRetention = PerformanceInsightRetention.DEFAULT,
            MonitoringInterval = Duration.Seconds(60),
            CloudwatchLogsExports = ["postgresql"],
            RemovalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        });
        Instance.Node.AddDependency(log);
        // The attached secret: besides the password it holds host and port, so that a restored instance takes over by one change of it.
        Secret = Instance.Secret!;
        Rotate(network, securityGroup);
        Replicas = [.. Enumerable.Range(1, settings.DatabaseReplicas).Select(number => AddReplica(number, settings, network, securityGroup, parameters))];
    }

    /// <summary>The instance.</summary>
    public DatabaseInstance Instance { get; }

    /// <summary>The read replicas.</summary>
    public IReadOnlyList<DatabaseInstanceReadReplica> Replicas { get; }

    /// <summary>The secret: <c>host</c>, <c>port</c>, <c>dbname</c>, <c>username</c>, <c>password</c>.</summary>
    public ISecret Secret { get; }

    private void Rotate(Network network, SecurityGroup securityGroup)
    {
        var rotator = new SecurityGroup(this, "Rotator", new SecurityGroupProps
        {
            Vpc = network.Vpc,
            Description = "The function that rotates the database password",
        });
        securityGroup.AddIngressRule(rotator, Port.Tcp(5432), "Rotation of the password");
        Secret.AddRotationSchedule("Rotation", new RotationScheduleOptions
        {
            AutomaticallyAfter = Duration.Days(30),
            // The first password is as fresh as any; tasks start with it at the same moment.
            RotateImmediatelyOnUpdate = false,
            HostedRotation = HostedRotation.PostgreSqlSingleUser(new SingleUserHostedRotationOptions
            {
                FunctionName = $"{Names.Service}-database-rotation",
                Vpc = network.Vpc,
                VpcSubnets = Network.Subnets(Network.ApplicationSubnets),
                SecurityGroups = [rotator],
                ExcludeCharacters = UnsafeInPassword,
            }),
        });
    }

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
            DeletionProtection = true,
            EnablePerformanceInsights = true,
            MonitoringInterval = Duration.Seconds(60),
            RemovalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        });
        // A replica is encrypted as its source is; CloudFormation refuses to be told so.
        ((CfnDBInstance)replica.Node.DefaultChild!).AddPropertyDeletionOverride("StorageEncrypted");
        return replica;
    }
}
