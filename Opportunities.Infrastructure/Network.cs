using Amazon.CDK.AWS.EC2;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>
/// The network over three zones: public subnets for the load balancer alone, application subnets that reach out through NAT,
/// data subnets that reach nothing.
/// </summary>
public sealed class Network : Construct
{
    /// <summary>The subnets of the load balancer.</summary>
    public const string PublicSubnets = "public";

    /// <summary>The subnets of the tasks.</summary>
    public const string ApplicationSubnets = "application";

    /// <summary>The subnets of database and cache.</summary>
    public const string DataSubnets = "data";

    /// <summary>How many zones it spans.</summary>
    public const int ZoneCount = 3;

    /// <summary>Creates the network.</summary>
    public Network(Construct scope, string id, EnvironmentSettings settings, LogArchive logs)
        : base(scope, id)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(logs);
        Vpc = new Vpc(this, "Vpc", new VpcProps
        {
            VpcName = $"{Names.Service}-{settings.Name}",
            IpAddresses = IpAddresses.Cidr(settings.VpcCidr),
            MaxAzs = ZoneCount,
            NatGateways = settings.NatGateways,
            SubnetConfiguration =
            [
                new SubnetConfiguration
                {
                    Name = PublicSubnets,
                    SubnetType = SubnetType.PUBLIC,
                    CidrMask = 24,
                    MapPublicIpOnLaunch = false,
                },
                new SubnetConfiguration { Name = ApplicationSubnets, SubnetType = SubnetType.PRIVATE_WITH_EGRESS, CidrMask = 23 },
                new SubnetConfiguration { Name = DataSubnets, SubnetType = SubnetType.PRIVATE_ISOLATED, CidrMask = 24 },
            ],
            GatewayEndpoints = new Dictionary<string, IGatewayVpcEndpointOptions>
            {
                // Images' layers and attachments come from S3: this keeps them off the NAT gateways.
                ["S3"] = new GatewayVpcEndpointOptions { Service = GatewayVpcEndpointAwsService.S3 },
            },
        });
        Vpc.AddFlowLog("FlowLog", new FlowLogOptions
        {
            // The bucket of logs costs a tenth of CloudWatch.
            Destination = FlowLogDestination.ToS3(logs.Bucket, "network"),
            TrafficType = settings.FlowLogs == "ALL" ? FlowLogTrafficType.ALL : FlowLogTrafficType.REJECT,
        });
        DataClients = new SecurityGroup(this, "DataClients", new SecurityGroupProps
        {
            Vpc = Vpc,
            Description = "Whoever bears this may connect to the database and the cache",
        });
    }

    /// <summary>The network.</summary>
    public Vpc Vpc { get; }

    /// <summary>The ids of the NAT gateways.</summary>
    public IReadOnlyList<string> NatGateways => [.. Vpc.Node.FindAll().OfType<CfnNatGateway>().Select(gateway => gateway.Ref)];

    /// <summary>The security group whose bearers may connect to the database and the cache.</summary>
    public SecurityGroup DataClients { get; }

    /// <summary>Selects subnets by one of the names above.</summary>
    public static ISubnetSelection Subnets(string name) => new SubnetSelection { SubnetGroupName = name };
}
