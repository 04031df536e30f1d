namespace Opportunities.SystemTests.Infrastructure;

/// <summary>Network, database, cache, bucket, user pool, images and queue.</summary>
[Collection(InfrastructureCollection.Name)]
public sealed class StateTests
{
    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void The_network_spans_three_zones_with_three_kinds_of_subnet(string environment)
    {
        var subnets = SynthesizedStacks.Of(environment).State.All("AWS::EC2::Subnet");
        Assert.Equal(9, subnets.Count);
        Assert.Equal(3, subnets.Select(subnet => subnet["AvailabilityZone"]!.ToJsonString()).Distinct().Count());
        Assert.All(subnets, subnet => Assert.NotEqual("true", subnet.Text("MapPublicIpOnLaunch")));
        Assert.Equal(
            SynthesizedStacks.Of(environment).Settings.NatGateways,
            SynthesizedStacks.Of(environment).State.All("AWS::EC2::NatGateway").Count);
    }

    [Theory]
    [InlineData("dev", false, 7, 0)]
    [InlineData("staging", true, 14, 0)]
    [InlineData("prod", true, 35, 0)]
    public void The_database_is_protected_watched_and_backed_up(string environment, bool multiAz, int backupDays, int replicas)
    {
        var instances = SynthesizedStacks.Of(environment).State.All("AWS::RDS::DBInstance");
        var database = Assert.Single(instances, instance => instance["SourceDBInstanceIdentifier"] is null);
        database.Has("DBInstanceIdentifier", "opportunity-management-service");
        database.Has("DBName", "opportunitiesdb");
        database.Has("Engine", "postgres");
        database.Has("EngineVersion", "18");
        database.Has("MultiAZ", multiAz);
        database.Has("BackupRetentionPeriod", backupDays);
        database.Has("StorageEncrypted", true);
        database.Has("DeleteAutomatedBackups", false);
        database.Has("EnablePerformanceInsights", true);
        database.Has("MonitoringInterval", 60);
        database.Has("PubliclyAccessible", false);
        Assert.Equal(replicas, instances.Count - 1);
        Assert.All(instances, instance => Assert.NotNull(instance["DBParameterGroupName"]));
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void The_database_speaks_tls_only_and_RDS_makes_and_rotates_its_owners_password(string environment)
    {
        var state = SynthesizedStacks.Of(environment).State;
        var parameters = state.One("AWS::RDS::DBParameterGroup");
        parameters.Has("Family", "postgres18");
        Assert.Equal("1", parameters["Parameters"]!["rds.force_ssl"]!.ToString());
        var instance = Assert.Single(state.All("AWS::RDS::DBInstance"), instance => instance["SourceDBInstanceIdentifier"] is null);
        instance.Has("MasterUsername", "opportunities");
        instance.Has("ManageMasterUserPassword", true);
        Assert.Null(instance["MasterUserPassword"]);
        Assert.Empty(state.All("AWS::SecretsManager::RotationSchedule"));
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void The_API_has_a_secret_and_a_user_of_its_own_that_know_where_the_database_is(string environment)
    {
        var state = SynthesizedStacks.Of(environment).State;
        var secret = Assert.Single(
            state.All("AWS::SecretsManager::Secret"), secret => secret.Text("Name") == "opportunity-management-service/database");
        Assert.Contains(
            "\"username\":\"opportunities_api\"",
            secret["GenerateSecretString.SecretStringTemplate"]!.ToJsonString()
                .Replace("\\u0022", "\"", StringComparison.Ordinal)
                .Replace("\\\"", "\"", StringComparison.Ordinal),
            StringComparison.Ordinal);
        state.One("AWS::SecretsManager::SecretTargetAttachment").Has("TargetType", "AWS::RDS::DBInstance");
    }

    [Theory]
    [InlineData("dev", 1, false)]
    [InlineData("staging", 2, true)]
    [InlineData("prod", 3, true)]
    public void The_cache_speaks_tls_only_asks_for_a_password_and_has_replicas(string environment, int nodes, bool failover)
    {
        var cache = SynthesizedStacks.Of(environment).State.One("AWS::ElastiCache::ReplicationGroup");
        cache.Has("Engine", "valkey");
        cache.Has("TransitEncryptionEnabled", true);
        cache.Has("TransitEncryptionMode", "required");
        cache.Has("AtRestEncryptionEnabled", true);
        cache.Has("NumCacheClusters", nodes);
        cache.Has("AutomaticFailoverEnabled", failover);
        cache.Has("MultiAZEnabled", failover);
        Assert.Contains("{{resolve:secretsmanager:", cache["AuthToken"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void Database_and_cache_are_reached_from_the_application_only(string environment)
    {
        var state = SynthesizedStacks.Of(environment).State;
        var rules = state.All("AWS::EC2::SecurityGroupIngress");
        Assert.Equal(["5432", "6379"], rules.Select(rule => rule.Text("FromPort")!).Order());
        Assert.All(rules, rule => Assert.NotNull(rule["SourceSecurityGroupId"]));
        Assert.All(state.All("AWS::EC2::SecurityGroup"), group => Assert.Null(group["SecurityGroupIngress"]));
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void Attachments_are_private_encrypted_versioned_and_tidied(string environment)
    {
        var bucket = Assert.Single(
            SynthesizedStacks.Of(environment).State.All("AWS::S3::Bucket"), bucket => bucket["VersioningConfiguration"] is not null);
        bucket.Has("VersioningConfiguration.Status", "Enabled");
        Assert.NotNull(bucket["LoggingConfiguration.DestinationBucketName"]);
        Assert.Contains(bucket.List("LifecycleConfiguration.Rules"), rule => rule["NoncurrentVersionExpiration"] is not null);
        Assert.Contains(bucket.List("LifecycleConfiguration.Rules"), rule => rule["AbortIncompleteMultipartUpload"] is not null);
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void Scopes_clients_and_groups_are_those_of_the_contract(string environment)
    {
        var state = SynthesizedStacks.Of(environment).Account;
        var servers = state.All("AWS::Cognito::UserPoolResourceServer")
            .ToDictionary(server => server.Text("Identifier")!, server => server.List("Scopes"));
        Assert.Equal(
            ["admin", "delete", "read", "write"],
            servers["opportunities"].Select(scope => scope["ScopeName"]!.ToString()).Order(StringComparer.Ordinal));
        Assert.Equal(["none"], servers["validation"].Select(scope => scope["ScopeName"]!.ToString()));
        Assert.Equal(
            ["ADMIN", "SALES_MANAGER", "SALES_REPRESENTATIVE"],
            state.All("AWS::Cognito::UserPoolGroup").Select(group => group.Text("GroupName")!).Order(StringComparer.Ordinal));

        var clients = state.All("AWS::Cognito::UserPoolClient").ToDictionary(client => client.Text("ClientName")!);
        var machine = clients["opportunity-management-service-machine"];
        machine.Has("AllowedOAuthFlows.0", "client_credentials");
        machine.Has("GenerateSecret", true);
        Assert.Equal(4, machine.List("AllowedOAuthScopes").Count);
        var limited = clients["opportunity-management-service-limited"];
        limited.Has("AllowedOAuthFlows.0", "client_credentials");
        Assert.Contains("/none", Assert.Single(limited.List("AllowedOAuthScopes")).ToJsonString(), StringComparison.Ordinal);
        // Nobody signs in on a page that is not there.
        Assert.Empty(clients["opportunity-management-service-users"].List("AllowedOAuthFlows"));
        state.One("AWS::Cognito::UserPoolDomain").Has("Domain", SynthesizedStacks.Of(environment).Settings.AuthDomain);
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void Version_tags_of_images_never_move_and_the_environments_tag_may(string environment)
    {
        var repository = SynthesizedStacks.Of(environment).State.One("AWS::ECR::Repository");
        repository.Has("RepositoryName", "opportunity-management-service");
        repository.Has("ImageScanningConfiguration.ScanOnPush", true);
        repository.Has("ImageTagMutability", "IMMUTABLE_WITH_EXCLUSION");
        Assert.Single(repository.List("ImageTagMutabilityExclusionFilters"));
        repository.Has("ImageTagMutabilityExclusionFilters.0.ImageTagMutabilityExclusionFilterValue", environment);
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void What_runs_is_not_deleted_for_its_age_or_for_its_likeness(string environment)
    {
        var text = SynthesizedStacks.Of(environment).State.One("AWS::ECR::Repository").Text("LifecyclePolicy.LifecyclePolicyText")!;
        var rules = System.Text.Json.Nodes.JsonNode.Parse(text)!["rules"]!.AsArray().Select(rule => rule!["selection"]!).ToArray();
        Assert.All(rules, rule => Assert.Equal("imageCountMoreThan", rule["countType"]!.ToString()));
        // A prefix would take prod-7 for prod.
        Assert.All(rules, rule => Assert.Null(rule["tagPrefixList"]));
        Assert.Contains(rules, rule => rule["tagPatternList"]?.ToJsonString() == $"[\"{environment}\"]");
    }

    [Fact]
    public void Pages_upload_attachments_from_the_origins_that_may_call_the_API()
    {
        var settings = SynthesizedStacks.Of("dev").Settings with { BrowserOrigins = ["https://sales.example.com"] };
        var stacks = SynthesizedStacks.Of(settings);
        var bucket = Assert.Single(stacks.State.All("AWS::S3::Bucket"), bucket => bucket["CorsConfiguration"] is not null);
        bucket.Has("CorsConfiguration.CorsRules.0.AllowedOrigins.0", "https://sales.example.com");
        Assert.Contains("Cors__AllowedOrigins__0", stacks.Application.Json.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(SynthesizedStacks.Of("dev").State.All("AWS::S3::Bucket"), bucket => bucket["CorsConfiguration"] is not null);
    }

    [Fact]
    public void Who_signs_in_returns_to_the_page_that_the_settings_name()
    {
        var stacks = SynthesizedStacks.Of(
            SynthesizedStacks.Of("dev").Settings with { SignInCallback = "https://sales.example.com/signed-in" });
        var users = Assert.Single(
            stacks.Account.All("AWS::Cognito::UserPoolClient"),
            client => client.Text("ClientName") == "opportunity-management-service-users");
        users.Has("AllowedOAuthFlows.0", "code");
        users.Has("CallbackURLs.0", "https://sales.example.com/signed-in");
        users.Has("LogoutURLs.0", "https://sales.example.com/");
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void The_networks_log_goes_to_the_bucket_and_not_to_CloudWatch(string environment)
    {
        var log = SynthesizedStacks.Of(environment).State.One("AWS::EC2::FlowLog");
        log.Has("LogDestinationType", "s3");
        log.Has("TrafficType", environment == "prod" ? "ALL" : "REJECT");
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void Events_keep_their_order_and_one_that_cannot_be_handled_is_set_aside(string environment)
    {
        var queues = SynthesizedStacks.Of(environment).State.All("AWS::SQS::Queue").ToDictionary(queue => queue.Text("QueueName")!);
        var events = queues["opportunity-management-service-events.fifo"];
        var deadLetters = queues["opportunity-management-service-events-dead-letters.fifo"];
        Assert.All([events, deadLetters], queue => queue.Has("FifoQueue", true));
        events.Has("DeduplicationScope", "messageGroup");
        events.Has("FifoThroughputLimit", "perMessageGroupId");
        events.Has("RedrivePolicy.maxReceiveCount", 5);
        Assert.Contains(deadLetters.LogicalId, events["RedrivePolicy"]!.ToJsonString(), StringComparison.Ordinal);
    }
}
