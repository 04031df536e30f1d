using Amazon.CDK;
using Amazon.CDK.AWS.EC2;
using Amazon.CDK.AWS.Logs;
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

    private const int ZoneCount = 3;

    /// <summary>Creates the network.</summary>
    public Network(Construct scope, string id, EnvironmentSettings settings)
        : base(scope, id)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Vpc = new Vpc(this, "Vpc", new VpcProps
        {
            VpcName = $"{Names.Service}-{settings.Name}",
            IpAddresses = IpAddresses.Cidr(settings.VpcCidr),
            // Said, because a stack that names no account would otherwise get two zones only.
            AvailabilityZones = [.. Enumerable.Range(0, ZoneCount).Select(zone => Fn.Select(zone, Fn.GetAzs()))],
            NatGateways = settings.NatGateways,
            SubnetConfiguration =
            [
                new SubnetConfiguration { Name = PublicSubnets, SubnetType = SubnetType.PUBLIC, CidrMask = 24, MapPublicIpOnLaunch = false },
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
            Destination = FlowLogDestination.ToCloudWatchLogs(new LogGroup(this, "FlowLogs", new LogGroupProps
            {
                Retention = Retention.Of(settings.LogDays),
            })),
        });
        DataClients = new SecurityGroup(this, "DataClients", new SecurityGroupProps
        {
            Vpc = Vpc,
            Description = "Whoever bears this may connect to the database and the cache",
        });
    }

    /// <summary>The network.</summary>
    public Vpc Vpc { get; }

    /// <summary>The security group whose bearers may connect to the database and the cache.</summary>
    public SecurityGroup DataClients { get; }

    /// <summary>Selects subnets by one of the names above.</summary>
    public static ISubnetSelection Subnets(string name) => new SubnetSelection { SubnetGroupName = name };
}
