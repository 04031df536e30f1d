using Amazon.CDK;
using Amazon.CDK.AWS.EC2;
using Amazon.CDK.AWS.ElastiCache;
using Amazon.CDK.AWS.SecretsManager;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>Valkey, the open continuation of Redis, over TLS and with a password. What it holds may be lost at any time.</summary>
public sealed class Cache : Construct
{
    private const int TlsPort = 6379;

    /// <summary>Creates the replication group and its password.</summary>
    public Cache(Construct scope, string id, EnvironmentSettings settings, Network network)
        : base(scope, id)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(network);
        var securityGroup = new SecurityGroup(this, "SecurityGroup", new SecurityGroupProps
        {
            Vpc = network.Vpc,
            Description = "The cache",
            AllowAllOutbound = false,
        });
        securityGroup.AddIngressRule(network.DataClients, Amazon.CDK.AWS.EC2.Port.Tcp(TlsPort), "The application's tasks");
        Secret = new Secret(this, "Password", new SecretProps
        {
            SecretName = Names.CacheSecret,
            Description = "The password of the cache",
            GenerateSecretString = new SecretStringGenerator { ExcludePunctuation = true, PasswordLength = 64 },
            RemovalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        });
        var subnets = new CfnSubnetGroup(this, "Subnets", new CfnSubnetGroupProps
        {
            Description = "The data subnets",
            SubnetIds = network.Vpc.SelectSubnets(Network.Subnets(Network.DataSubnets)).SubnetIds,
        });
        var parameters = new CfnParameterGroup(this, "Parameters", new CfnParameterGroupProps
        {
            CacheParameterGroupFamily = "valkey8",
            Description = "Entries leave by age of use when memory runs out",
            Properties = new Dictionary<string, string> { ["maxmemory-policy"] = "allkeys-lru" },
        });
        Nodes = settings.CacheReplicas + 1;
        var group = new CfnReplicationGroup(this, "Group", new CfnReplicationGroupProps
        {
            ReplicationGroupId = Names.Service,
            ReplicationGroupDescription = "Cached answers of the API",
            Engine = "valkey",
            EngineVersion = "8.0",
            CacheNodeType = settings.CacheNode,
            CacheParameterGroupName = parameters.Ref,
            CacheSubnetGroupName = subnets.Ref,
            SecurityGroupIds = [securityGroup.SecurityGroupId],
            NumCacheClusters = Nodes,
            AutomaticFailoverEnabled = settings.CacheReplicas > 0,
            MultiAzEnabled = settings.CacheReplicas > 0,
            Port = TlsPort,
            TransitEncryptionEnabled = true,
            TransitEncryptionMode = "required",
            AtRestEncryptionEnabled = true,
            // A dynamic reference: the template names the secret and never holds it.
            AuthToken = Secret.SecretValue.UnsafeUnwrap(),
            AutoMinorVersionUpgrade = true,
            PreferredMaintenanceWindow = "sun:05:00-sun:06:00",
        });
        Host = group.AttrPrimaryEndPointAddress;
        Port = group.AttrPrimaryEndPointPort;
    }

    /// <summary>The host name of the primary.</summary>
    public string Host { get; }

    /// <summary>Its port.</summary>
    public string Port { get; }

    /// <summary>How many nodes there are, the primary included.</summary>
    public int Nodes { get; }

    /// <summary>The password.</summary>
    public Secret Secret { get; }

    /// <summary>The name under which CloudWatch knows a node; they are numbered from 1.</summary>
    public static string NodeName(int number) => $"{Names.Service}-{number:000}";
}
