using Amazon.CDK;
using Amazon.CDK.AWS.Logs;
using Amazon.CDK.AWS.WAFv2;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>The web application firewall before the load balancer: AWS' managed rules, and a limit of requests an address.</summary>
public sealed class Firewall : Construct
{
    /// <summary>
    /// Rules that look for attacks on other kinds of application in what people write. Here any text is data: it is
    /// parsed as JSON or CSV and reaches the database as a parameter. They count; they do not block.
    /// </summary>
    private static readonly string[] _countedOnly =
    [
        "SizeRestrictions_BODY",
        "CrossSiteScripting_BODY",
        "CrossSiteScripting_QUERYARGUMENTS",
        "GenericLFI_BODY",
        "GenericLFI_QUERYARGUMENTS",
        "GenericRFI_BODY",
        "GenericRFI_QUERYARGUMENTS",
        "EC2MetaDataSSRF_BODY",
        "EC2MetaDataSSRF_QUERYARGUMENTS",
    ];

    /// <summary>Creates the firewall and puts it before the load balancer.</summary>
    public Firewall(Construct scope, string id, EnvironmentSettings settings, LoadBalancer loadBalancer)
        : base(scope, id)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(loadBalancer);
        var acl = new CfnWebACL(this, "Acl", new CfnWebACLProps
        {
            Name = Names.Service,
            Scope = "REGIONAL",
            DefaultAction = new CfnWebACL.DefaultActionProperty { Allow = new CfnWebACL.AllowActionProperty() },
            VisibilityConfig = Visible("all"),
            CustomResponseBodies = new Dictionary<string, object>
            {
                ["too-many"] = new CfnWebACL.CustomResponseBodyProperty
                {
                    ContentType = "APPLICATION_JSON",
                    Content =
                        """{"type":"about:blank","title":"Too Many Requests","status":429,"detail":"This address made too many requests. Try again later."}""",
                },
            },
            Rules = new[]
            {
                RateLimit(0, settings.RequestsPerAddress),
                Managed(1, "AWSManagedRulesAmazonIpReputationList", []),
                Managed(2, "AWSManagedRulesKnownBadInputsRuleSet", []),
                Managed(3, "AWSManagedRulesCommonRuleSet", _countedOnly),
            },
        });
        _ = new CfnWebACLAssociation(this, "Association", new CfnWebACLAssociationProps
        {
            ResourceArn = loadBalancer.Balancer.LoadBalancerArn,
            WebAclArn = acl.AttrArn,
        });
        // WAF takes only log groups whose name begins like this.
        var logs = new LogGroup(this, "Logs", new LogGroupProps
        {
            LogGroupName = $"aws-waf-logs-{Names.Service}",
            Retention = Retention.Of(settings.LogDays),
            RemovalPolicy = RemovalPolicy.DESTROY,
        });
        _ = new CfnLoggingConfiguration(this, "Logging", new CfnLoggingConfigurationProps
        {
            ResourceArn = acl.AttrArn,
            LogDestinationConfigs =
            [
                Stack.Of(this).FormatArn(new ArnComponents
                {
                    Service = "logs",
                    Resource = "log-group",
                    ResourceName = logs.LogGroupName,
                    ArnFormat = ArnFormat.COLON_RESOURCE_NAME,
                }),
            ],
            RedactedFields = new[]
            {
                new CfnLoggingConfiguration.FieldToMatchProperty
                {
                    SingleHeader = new Dictionary<string, string> { ["Name"] = "authorization" },
                },
            },
        });
    }

    private static CfnWebACL.RuleProperty RateLimit(int priority, int requests) => new()
    {
        Name = "requests-per-address",
        Priority = priority,
        Statement = new CfnWebACL.StatementProperty
        {
            RateBasedStatement = new CfnWebACL.RateBasedStatementProperty
            {
                Limit = requests,
                AggregateKeyType = "IP",
                EvaluationWindowSec = 300,
            },
        },
        Action = new CfnWebACL.RuleActionProperty
        {
            Block = new CfnWebACL.BlockActionProperty
            {
                CustomResponse = new CfnWebACL.CustomResponseProperty
                {
                    ResponseCode = 429,
                    CustomResponseBodyKey = "too-many",
                    ResponseHeaders = new[] { new CfnWebACL.CustomHTTPHeaderProperty { Name = "Retry-After", Value = "60" } },
                },
            },
        },
        VisibilityConfig = Visible("requests-per-address"),
    };

    private static CfnWebACL.RuleProperty Managed(int priority, string name, string[] countedOnly) => new()
    {
        Name = name,
        Priority = priority,
        Statement = new CfnWebACL.StatementProperty
        {
            ManagedRuleGroupStatement = new CfnWebACL.ManagedRuleGroupStatementProperty
            {
                VendorName = "AWS",
                Name = name,
                RuleActionOverrides = countedOnly
                    .Select(rule => new CfnWebACL.RuleActionOverrideProperty
                    {
                        Name = rule,
                        ActionToUse = new CfnWebACL.RuleActionProperty { Count = new CfnWebACL.CountActionProperty() },
                    })
                    .ToArray(),
            },
        },
        OverrideAction = new CfnWebACL.OverrideActionProperty { None = new Dictionary<string, object>() },
        VisibilityConfig = Visible(name),
    };

    private static CfnWebACL.VisibilityConfigProperty Visible(string name) => new()
    {
        CloudWatchMetricsEnabled = true,
        MetricName = $"{Names.Service}-{name}",
        SampledRequestsEnabled = true,
    };
}
