using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Opportunities.SystemTests.Infrastructure;

/// <summary>
/// What holds for every resource, whoever adds one. In brackets the AwsSolutions rules of cdk-nag that a test stands for;
/// <c>tools/nag</c> runs cdk-nag itself over the same templates.
/// </summary>
[Collection(InfrastructureCollection.Name)]
public sealed partial class SecurityPostureTests
{
    private static readonly string[] _retained =
    [
        "AWS::RDS::DBInstance", "AWS::S3::Bucket", "AWS::Cognito::UserPool", "AWS::ECR::Repository", "AWS::SQS::Queue",
        "AWS::SecretsManager::Secret",
    ];

    private static readonly string[] _publicAccessBlocks =
        ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];

    private static readonly string[] _policies = ["PolicyDocument", "KeyPolicy", "ResourcePolicy"];

    /// <summary>What AWS lets nobody narrow down, and reads or writes nothing of ours by itself.</summary>
    private static readonly string[] _withoutResource =
    [
        "application-autoscaling:DescribeScalableTargets", "application-autoscaling:DescribeScalingActivities",
        "application-autoscaling:RegisterScalableTarget", "cloudshell:CreateEnvironment", "cloudshell:CreateSession",
        "cloudshell:DeleteEnvironment", "cloudshell:DescribeEnvironments",
        "cloudshell:GetEnvironmentStatus", "cloudshell:StartEnvironment", "cloudshell:StopEnvironment",
        "cloudwatch:DescribeAlarms", "cloudwatch:GetDashboard", "cloudwatch:GetMetricData", "cloudwatch:ListMetrics",
        "ec2:DescribeDhcpOptions", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs",
        "ecr:GetAuthorizationToken", "ecs:DeregisterTaskDefinition", "ecs:DescribeTaskDefinition", "ecs:ListTaskDefinitions",
        "ecs:ListTasks", "ecs:RegisterTaskDefinition", "elasticache:DescribeEvents", "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth", "logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups",
        "logs:DescribeResourcePolicies", "logs:GetLogDelivery", "logs:GetQueryResults", "logs:ListLogDeliveries",
        "logs:PutResourcePolicy", "logs:UpdateLogDelivery", "rds:DescribeDBInstances", "rds:DescribeEvents",
        "secretsmanager:GetRandomPassword", "xray:BatchGetTraces", "xray:GetTraceSummaries",
        "xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments",
    ];

    /// <summary>IAM5: permissions name their actions and, wherever AWS knows any, their resources.</summary>
    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void No_permission_is_for_any_action_or_needlessly_for_any_resource(string environment)
    {
        foreach (var policy in Resources(environment).Where(resource => resource.Type is "AWS::IAM::Policy" or "AWS::IAM::ManagedPolicy"))
        {
            foreach (var statement in policy.List("PolicyDocument.Statement"))
            {
                var actions = Texts(statement["Action"]);
                Assert.All(actions, action => Assert.False(action.Contains('*', StringComparison.Ordinal), $"{policy}: {action}"));
                if (Texts(statement["Resource"]).Contains("*") && statement["Condition"] is null)
                    Assert.All(actions, action => Assert.True(_withoutResource.Contains(action), $"{policy}: {action} on any resource"));
            }
        }

        Assert.DoesNotContain(
            Resources(environment), resource => resource.Type == "AWS::IAM::User" || resource.Type == "AWS::IAM::AccessKey");
    }

    /// <summary>IAM4: the only managed policies are those that AWS' services ask for by name.</summary>
    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void Managed_policies_are_those_of_monitoring_only(string environment)
    {
        var managed = Resources(environment)
            .Where(resource => resource.Type == "AWS::IAM::Role")
            .SelectMany(role => role.List("ManagedPolicyArns"));
        Assert.All(managed, policy => Assert.Contains("AmazonRDSEnhancedMonitoringRole", policy.ToJsonString(), StringComparison.Ordinal));
    }

    /// <summary>EC23, RDS2, ELB: the load balancer, on two ports, is what the internet reaches.</summary>
    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void Nothing_but_the_load_balancer_is_public(string environment)
    {
        var open = Resources(environment)
            .SelectMany(resource => resource.Type == "AWS::EC2::SecurityGroup"
                ? resource.List("SecurityGroupIngress").Select(rule => (resource, rule))
                : resource.Type == "AWS::EC2::SecurityGroupIngress" ? [(resource, rule: resource["FromPort"]!.Parent!)] : [])
            .Where(found => found.rule["CidrIp"] is not null || found.rule["CidrIpv6"] is not null)
            .ToArray();
        Assert.Equal(["443", "80"], open.Select(found => found.rule["FromPort"]!.ToString()).Order(StringComparer.Ordinal));
        Assert.All(open, found => Assert.StartsWith("LoadBalancer", found.resource.LogicalId, StringComparison.Ordinal));

        Assert.All(OfType(environment, "AWS::RDS::DBInstance"), database => database.Has("PubliclyAccessible", false));
        Assert.All(OfType(environment, "AWS::S3::Bucket"), bucket =>
        {
            foreach (var block in _publicAccessBlocks) bucket.Has($"PublicAccessBlockConfiguration.{block}", true);
        });
        var balancers = OfType(environment, "AWS::ElasticLoadBalancingV2::LoadBalancer")
            .Where(balancer => balancer.Text("Scheme") == "internet-facing");
        Assert.Single(balancers);
    }

    /// <summary>
    /// The network's default group lets its bearers reach each other, and cannot be emptied by a template: nothing bears it.
    /// </summary>
    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void Nothing_bears_the_default_security_group(string environment)
    {
        foreach (var (type, property) in new[]
        {
            ("AWS::ElasticLoadBalancingV2::LoadBalancer", "SecurityGroups"),
            ("AWS::ECS::Service", "NetworkConfiguration.AwsvpcConfiguration.SecurityGroups"),
            ("AWS::RDS::DBInstance", "VPCSecurityGroups"), ("AWS::ElastiCache::ReplicationGroup", "SecurityGroupIds"),
        })
        {
            var bearers = OfType(environment, type);
            Assert.NotEmpty(bearers);
            Assert.All(bearers, bearer => Assert.NotEmpty(bearer.List(property)));
        }

        Assert.DoesNotContain(
            Resources(environment), resource => resource.Json.ToJsonString().Contains("DefaultSecurityGroup", StringComparison.Ordinal));
        Assert.All(OfType(environment, "AWS::Lambda::Function"), function => Assert.Null(function["VpcConfig"]));
    }

    /// <summary>A resource policy lets in no one but a named service, and turns away what is not encrypted on its way.</summary>
    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void No_resource_policy_allows_everyone(string environment)
    {
        var statements = Resources(environment)
            .Where(resource => resource.Type is "AWS::S3::BucketPolicy" or "AWS::SQS::QueuePolicy" or "AWS::SNS::TopicPolicy"
                or "AWS::KMS::Key" or "AWS::SecretsManager::ResourcePolicy")
            .SelectMany(resource => _policies.SelectMany(name => resource.List($"{name}.Statement")));
        Assert.All(
            statements.Where(statement => statement["Effect"]!.ToString() == "Allow"),
            statement => Assert.False(
                statement["Principal"]!.ToString() == "*" || statement["Principal"]!["AWS"]?.ToString() == "*", statement.ToJsonString()));
    }

    /// <summary>S10, SQS4, SNS3: buckets, queues and topics refuse what comes without TLS.</summary>
    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void Buckets_queues_and_topics_are_reached_over_tls_only(string environment)
    {
        foreach (var (type, policy, target) in new[]
        {
            ("AWS::S3::Bucket", "AWS::S3::BucketPolicy", "Bucket"),
            ("AWS::SQS::Queue", "AWS::SQS::QueuePolicy", "Queues"),
            ("AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "Topics"),
        })
        {
            var policies = OfType(environment, policy);
            foreach (var resource in OfType(environment, type))
            {
                var own = policies.Where(
                    candidate => candidate[target]!.ToJsonString().Contains($"\"{resource.LogicalId}\"", StringComparison.Ordinal));
                Assert.True(
                    own.SelectMany(candidate => candidate.List("PolicyDocument.Statement")).Any(DeniesPlainText),
                    $"{resource} can be reached without TLS.");
            }
        }

        static bool DeniesPlainText(JsonNode statement) =>
            statement["Effect"]!.ToString() == "Deny" && statement["Condition"]?["Bool"]?["aws:SecureTransport"]?.ToString() == "false";
    }

    /// <summary>RDS10 and its like: at rest, everything that holds data is encrypted.</summary>
    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void Everything_that_holds_data_is_encrypted(string environment)
    {
        Assert.All(
            OfType(environment, "AWS::RDS::DBInstance").Where(database => database["SourceDBInstanceIdentifier"] is null),
            database => database.Has("StorageEncrypted", true));
        Assert.All(OfType(environment, "AWS::ElastiCache::ReplicationGroup"), cache => cache.Has("AtRestEncryptionEnabled", true));
        Assert.All(
            OfType(environment, "AWS::S3::Bucket"),
            bucket => Assert.NotNull(bucket["BucketEncryption.ServerSideEncryptionConfiguration.0"]));
        Assert.All(OfType(environment, "AWS::SQS::Queue"), queue => queue.Has("SqsManagedSseEnabled", true));
        Assert.All(OfType(environment, "AWS::SNS::Topic"), topic => Assert.NotNull(topic["KmsMasterKeyId"]));
        Assert.All(OfType(environment, "AWS::KMS::Key"), key => key.Has("EnableKeyRotation", true));
    }

    /// <summary>ECS2: what stands in a task definition can be read by many; a secret is named there, not written.</summary>
    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void No_secret_is_in_the_environment(string environment)
    {
        foreach (var container in OfType(environment, "AWS::ECS::TaskDefinition").SelectMany(task => task.List("ContainerDefinitions")))
        {
            foreach (var variable in container["Environment"]?.AsArray() ?? [])
            {
                Assert.DoesNotMatch(SecretPattern(), variable!["Name"]!.ToString());
                Assert.DoesNotContain("resolve:secretsmanager", variable.ToJsonString(), StringComparison.Ordinal);
            }

            Assert.All(container["Secrets"]?.AsArray() ?? [], secret => Assert.NotNull(secret!["ValueFrom"]));
        }

        // A function knows where a secret is, and asks for it.
        Assert.All(
            OfType(environment, "AWS::Lambda::Function")
                .SelectMany(function => function["Environment.Variables"]?.AsObject().Select(entry => entry.Value!.ToJsonString()) ?? []),
            value => Assert.DoesNotContain("resolve:", value, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void State_outlives_its_stack(string environment)
    {
        Assert.All(
            Resources(environment).Where(resource => _retained.Contains(resource.Type)),
            resource => Assert.True(
                resource.DeletionPolicy is "Retain" or "RetainExceptOnCreate",
                $"{resource} would go with its stack: {resource.DeletionPolicy}."));
    }

    /// <summary>COG1, COG2, COG3, COG7: passwords, second factor, threat protection, no guest.</summary>
    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void Users_sign_in_with_a_strong_password_and_a_second_factor(string environment)
    {
        var pool = SynthesizedStacks.Of(environment).Account.One("AWS::Cognito::UserPool");
        pool.Has("MfaConfiguration", "ON");
        pool.Has("Policies.PasswordPolicy.MinimumLength", 12);
        pool.Has("AdminCreateUserConfig.AllowAdminCreateUserOnly", true);
        pool.Has("UserPoolTier", environment == "dev" ? "ESSENTIALS" : "PLUS");
        Assert.Equal(environment == "dev" ? null : "ENFORCED", pool.Text("UserPoolAddOns.AdvancedSecurityMode"));
    }

    /// <summary>VPC7, S1, ELB2, ECS4, ECS7, SF1: who did what is written down, and not kept for ever.</summary>
    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void What_happens_is_logged_and_logs_end(string environment)
    {
        Assert.NotEmpty(OfType(environment, "AWS::EC2::FlowLog"));
        Assert.All(
            OfType(environment, "AWS::Logs::LogGroup"),
            log => log.Has("RetentionInDays", log.Text("LogGroupName")?.EndsWith("-metrics", StringComparison.Ordinal) == true
                ? 7
                : SynthesizedStacks.Of(environment).Settings.LogDays));
        SynthesizedStacks.Of(environment).Application
            .One("AWS::ECS::Cluster")
            .Has("ClusterSettings.0.Value", environment == "prod" ? "enhanced" : "enabled");
        Assert.All(
            OfType(environment, "AWS::ECS::TaskDefinition").SelectMany(task => task.List("ContainerDefinitions")),
            container => Assert.Equal("awslogs", container["LogConfiguration"]!["LogDriver"]!.ToString()));
        Assert.All(OfType(environment, "AWS::StepFunctions::StateMachine"), machine => machine.Has("LoggingConfiguration.Level", "ALL"));
        Assert.NotNull(SynthesizedStacks.Of(environment).Application.One("AWS::WAFv2::LoggingConfiguration")["LogDestinationConfigs"]);
    }

    private static string[] Texts(JsonNode? node) => node switch
    {
        JsonArray list => [.. list.Select(item => item is JsonValue ? item.ToString() : item!.ToJsonString())],
        JsonValue value => [value.ToString()],
        null => [],
        _ => [node.ToJsonString()],
    };

    private static IEnumerable<Resource> Resources(string environment) => SynthesizedStacks.Of(environment).Resources;

    private static Resource[] OfType(string environment, string type) =>
        [.. Resources(environment).Where(resource => resource.Type == type)];

    [GeneratedRegex("password|secret|token|apikey|private", RegexOptions.IgnoreCase)]
    private static partial Regex SecretPattern();
}
