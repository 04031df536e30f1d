using Amazon.CDK.AWS.EC2;
using Amazon.CDK.AWS.ElasticLoadBalancingV2;
using Amazon.CDK.AWS.Route53;
using Amazon.CDK.AWS.Route53.Targets;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>The only thing that the internet reaches: HTTPS with TLS 1.2 or newer; plain HTTP is sent there.</summary>
public sealed class LoadBalancer : Construct
{
    /// <summary>Creates the load balancer, its certificate and its name.</summary>
    public LoadBalancer(Construct scope, string id, EnvironmentSettings settings, AccountStack account, StateStack state)
        : base(scope, id)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(state);
        SecurityGroup = new SecurityGroup(this, "SecurityGroup", new SecurityGroupProps
        {
            Vpc = state.Network.Vpc,
            Description = "The load balancer",
            AllowAllOutbound = false,
        });
        Balancer = new ApplicationLoadBalancer(this, "Balancer", new ApplicationLoadBalancerProps
        {
            LoadBalancerName = Names.Service,
            Vpc = state.Network.Vpc,
            VpcSubnets = Network.Subnets(Network.PublicSubnets),
            InternetFacing = true,
            SecurityGroup = SecurityGroup,
            DropInvalidHeaderFields = true,
            DeletionProtection = settings.Protected,
            DesyncMitigationMode = DesyncMitigationMode.STRICTEST,
            // Longer than a client's, so that it is not the load balancer that hangs up on a request under way.
            IdleTimeout = Amazon.CDK.Duration.Seconds(120),
        });
        Balancer.LogAccessLogs(state.Logs.Bucket, "load-balancer");
        Balancer.AddRedirect();
        Listener = Balancer.AddListener("Https", new BaseApplicationListenerProps
        {
            Port = 443,
            Protocol = ApplicationProtocol.HTTPS,
            SslPolicy = SslPolicy.TLS13_RES,
            Certificates = [ListenerCertificate.FromCertificateManager(account.ApiCertificate)],
        });
        _ = new ARecord(this, "Record", new ARecordProps
        {
            Zone = HostedZone.FromHostedZoneAttributes(
                this, "Zone", new HostedZoneAttributes { ZoneName = settings.ApiZone, HostedZoneId = settings.ApiZoneId }),
            RecordName = settings.ApiDomain + ".",
            Target = RecordTarget.FromAlias(new LoadBalancerTarget(Balancer)),
        });
    }

    /// <summary>The load balancer.</summary>
    public ApplicationLoadBalancer Balancer { get; }

    /// <summary>The listener that the service is behind.</summary>
    public ApplicationListener Listener { get; }

    /// <summary>Its security group.</summary>
    public SecurityGroup SecurityGroup { get; }
}
