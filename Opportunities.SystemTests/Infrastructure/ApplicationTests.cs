using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Opportunities.Infrastructure;
using Opportunities.LocalServers;
using Opportunities.ServiceDefaults;

namespace Opportunities.SystemTests.Infrastructure;

/// <summary>The service, its tasks, and what stands before them.</summary>
[Collection(InfrastructureCollection.Name)]
public sealed partial class ApplicationTests
{
    private static readonly string[] _databaseSecrets =
        ["Database__Host", "Database__Name", "Database__Password", "Database__Port", "Database__Username"];

    /// <summary>How the settings begin that the framework or the telemetry's SDK reads.</summary>
    private static readonly string[] _frameworks = ["ASPNETCORE_", "DOTNET_", "Logging__", "OTEL_"];

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void The_service_is_replaced_without_a_gap_and_taken_back_when_it_does_not_start(string environment)
    {
        var service = SynthesizedStacks.Of(environment).Application.One("AWS::ECS::Service");
        service.Has("ServiceName", "opportunity-management-service");
        service.Has("LaunchType", "FARGATE");
        service.Has("DeploymentConfiguration.DeploymentCircuitBreaker.Enable", true);
        service.Has("DeploymentConfiguration.DeploymentCircuitBreaker.Rollback", true);
        service.Has("DeploymentConfiguration.MinimumHealthyPercent", 100);
        service.Has("DeploymentConfiguration.MaximumPercent", 200);
        service.Has("NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp", "DISABLED");
        service.Has("DesiredCount.Fn::GetAtt.1", "Count");
        SynthesizedStacks.Of(environment).Application.One("AWS::ElasticLoadBalancingV2::TargetGroup").Has("HealthCheckPath", "/ready");
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void The_service_scales_by_processor_and_by_requests_and_never_below_its_minimum(string environment)
    {
        var (application, settings) = (SynthesizedStacks.Of(environment).Application, SynthesizedStacks.Of(environment).Settings);
        var target = application.One("AWS::ApplicationAutoScaling::ScalableTarget");
        target.Has("MinCapacity", settings.MinTasks);
        target.Has("MaxCapacity", settings.MaxTasks);
        // What somebody on call sets is not undone by the clock.
        Assert.Empty(target.List("ScheduledActions"));
        Assert.Equal(
            ["ALBRequestCountPerTarget", "ECSServiceAverageCPUUtilization"],
            application.All("AWS::ApplicationAutoScaling::ScalingPolicy")
                .Select(
                    policy => policy.Text("TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification.PredefinedMetricType")!)
                .Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void The_api_gets_the_settings_that_it_reads(string environment)
    {
        var api = Container(environment, "opportunity-management-service", "api");
        string[] plain =
        [
            "ASPNETCORE_ENVIRONMENT", "ASPNETCORE_FORWARDEDHEADERS_ENABLED", "ASPNETCORE_HTTP_PORTS", "Attachments__Bucket",
            "Authentication__AllowedAudiences__0", "Authentication__AllowedAudiences__1", "Authentication__AllowedAudiences__2",
            "Authentication__Issuer", "Cache__Host", "Cache__Port", "Cache__Tls",
            "DOTNET_ENVIRONMENT", "DOTNET_EnableDiagnostics", "Database__MaxPoolSize", "Database__RootCertificate", "Database__SslMode",
            "Events__QueueUrl", "Logging__OpenTelemetry__LogLevel__Default", "OTEL_EXPORTER_OTLP_ENDPOINT",
            "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
            "OTEL_RESOURCE_ATTRIBUTES", "OTEL_SERVICE_NAME", "OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG",
        ];
        Assert.Equal(plain, Names(api["Environment"]));
        Assert.Equal(["Cache__Password", .. _databaseSecrets], Names(api["Secrets"]));
        var values = api["Environment"]!.AsArray().ToDictionary(entry => entry!["Name"]!.ToString(), entry => entry!["Value"]!.ToString());
        Assert.Equal("Production", values["ASPNETCORE_ENVIRONMENT"]);
        Assert.Equal("8080", values["ASPNETCORE_HTTP_PORTS"]);
        Assert.Equal("true", values["Cache__Tls"]);
        Assert.Equal("VerifyFull", values["Database__SslMode"]);
        Assert.Equal("http://localhost:4317", values["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        Assert.Equal(
            ("parentbased_traceidratio", environment == "prod" ? "0.1" : "1"),
            (values["OTEL_TRACES_SAMPLER"], values["OTEL_TRACES_SAMPLER_ARG"]));
        Assert.Contains("https://cognito-idp.us-east-1.amazonaws.com/", values["Authentication__Issuer"], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void A_service_reads_every_setting_that_it_is_given(string environment)
    {
        var given = new[] { ("opportunity-management-service", "api"), ("opportunity-management-service-migrations", "migrations") }
            .Select(container => Container(environment, container.Item1, container.Item2))
            .SelectMany(container => Names(container["Environment"]).Concat(Names(container["Secrets"])))
            .Where(name => !_frameworks.Any(framework => name.StartsWith(framework, StringComparison.Ordinal)))
            .Distinct().Select(name => name.Split("__")).ToList();
        Assert.True(given.Count > 15);
        Assert.All(given, name => Assert.True(IsRead(name[0], name[1]), $"{name[0]}:{name[1]}"));
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void The_migrations_run_from_the_same_image_and_know_the_database_alone(string environment)
    {
        var api = Container(environment, "opportunity-management-service", "api");
        var migrations = Container(environment, "opportunity-management-service-migrations", "migrations");
        Assert.Equal(api["Image"]!.ToJsonString(), migrations["Image"]!.ToJsonString());
        Assert.Equal("Opportunities.MigrationService.dll", migrations["Command"]![0]!.ToString());
        Assert.Equal("/app/migrations", migrations["WorkingDirectory"]!.ToString());
        Assert.Equal(["DatabaseRoles__ApiPassword", "DatabaseRoles__ApiUsername", .. _databaseSecrets], Names(migrations["Secrets"]));
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void Containers_can_write_to_scratch_space_only(string environment)
    {
        var containers = SynthesizedStacks.Of(environment).Application
            .All("AWS::ECS::TaskDefinition")
            .SelectMany(task => task.List("ContainerDefinitions")).ToArray();
        Assert.Equal(3, containers.Length);
        Assert.All(containers, container => Assert.True(container["ReadonlyRootFilesystem"]!.GetValue<bool>()));
        Assert.All(containers, container => Assert.Null(container["Privileged"]));
        Assert.All(
            containers.SelectMany(container => container["MountPoints"]?.AsArray() ?? []),
            mount => Assert.Equal("/tmp", mount!["ContainerPath"]!.ToString()));
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void The_collector_gives_traces_to_x_ray_and_metrics_to_cloudwatch_and_may_be_lost(string environment)
    {
        var collector = Container(environment, "opportunity-management-service", "collector");
        Assert.False(collector["Essential"]!.GetValue<bool>());
        var configuration = collector["Environment"]![0]!["Value"]!.ToString();
        Assert.Contains("awsxray", configuration, StringComparison.Ordinal);
        Assert.Contains("awsemf", configuration, StringComparison.Ordinal);
        Assert.Contains("endpoint: 127.0.0.1:4317", configuration, StringComparison.Ordinal);
        // Apart from the log: the newest stream of that one is a container's.
        Assert.Contains("log_group_name: /aws/ecs/opportunity-management-service-metrics\n", configuration, StringComparison.Ordinal);
        Assert.DoesNotContain("{TaskId}", configuration, StringComparison.Ordinal);
        // Not every metric of every library: each is paid for.
        Assert.Contains("metric_names: ['^opportunities\\.']", configuration, StringComparison.Ordinal);
        Assert.Contains("processors: [memory_limiter, filter/used, batch]", configuration, StringComparison.Ordinal);
        Assert.Equal("True", collector["RestartPolicy"]!["Enabled"]!.ToString(), ignoreCase: true);
        // An exact version: an image that moves would change what was validated.
        Assert.Matches(":v[0-9]+\\.[0-9]+\\.[0-9]+$", collector["Image"]!.ToString());
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void The_load_balancer_serves_https_and_sends_http_there(string environment)
    {
        var listeners = SynthesizedStacks.Of(environment).Application
            .All("AWS::ElasticLoadBalancingV2::Listener")
            .ToDictionary(listener => listener.Text("Port")!);
        Assert.Equal(["443", "80"], listeners.Keys.Order(StringComparer.Ordinal));
        listeners["443"].Has("Protocol", "HTTPS");
        listeners["443"].Has("SslPolicy", "ELBSecurityPolicy-TLS13-1-2-Res-2021-06");
        listeners["80"].Has("DefaultActions.0.Type", "redirect");
        listeners["80"].Has("DefaultActions.0.RedirectConfig.Protocol", "HTTPS");
        var attributes = SynthesizedStacks.Of(environment).Application
            .One("AWS::ElasticLoadBalancingV2::LoadBalancer")
            .List("LoadBalancerAttributes")
            .ToDictionary(attribute => attribute["Key"]!.ToString(), attribute => attribute["Value"]!.ToString());
        Assert.Equal("true", attributes["routing.http.drop_invalid_header_fields.enabled"]);
        Assert.Equal("true", attributes["access_logs.s3.enabled"]);
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void The_firewall_lets_the_seeds_load_runs_through_and_any_text(string environment)
    {
        var application = SynthesizedStacks.Of(environment).Application;
        var rules = application.One("AWS::WAFv2::WebACL").List("Rules").ToDictionary(rule => rule["Name"]!.ToString());
        // 10,000 requests, then 1,000 to 5,000, all within five minutes and from one address.
        Assert.True(rules["requests-per-address"]["Statement"]!["RateBasedStatement"]!["Limit"]!.GetValue<int>() > 2 * 26_000);
        var counted = rules["AWSManagedRulesCommonRuleSet"]["Statement"]!["ManagedRuleGroupStatement"]!["RuleActionOverrides"]!.AsArray();
        Assert.Contains(counted, rule => rule!["Name"]!.ToString() == "SizeRestrictions_BODY");
        Assert.All(counted, rule => Assert.NotNull(rule!["ActionToUse"]!["Count"]));
        Assert.Contains("AWSManagedRulesKnownBadInputsRuleSet", rules.Keys);
        Assert.NotNull(application.One("AWS::WAFv2::WebACLAssociation")["ResourceArn"]);
    }

    [Theory]
    [InlineData("dev", "database-cpu-credits")]
    [InlineData("staging")]
    [InlineData("prod")]
    public void What_can_go_wrong_has_an_alarm_that_somebody_hears(string environment, params string[] besides)
    {
        var application = SynthesizedStacks.Of(environment).Application;
        var nodes = Enumerable.Range(1, SynthesizedStacks.Of(environment).Settings.CacheReplicas + 1);
        string[] expected =
        [
            "cpu", "memory", "running-tasks", "service-5xx", "load-balancer-5xx", "latency-p95", "unhealthy-tasks", "requests-limited",
            "database-cpu", "database-connections", "database-storage", "database-memory", "database-disk-queue",
            "database-transaction-ids", "cache-lost", "event-outbox", "telemetry-missing",
            "events-parked", "jobs-failing", "database-dead-rows",
            "first-image-failed", "credentials-rotation-failed", "certificate-expiry", "firewall-blocks",
            .. Enumerable.Range(1, SynthesizedStacks.Of(environment).Settings.NatGateways).Select(gateway => $"nat-ports-{gateway}"),
            .. nodes.SelectMany(node => new[] { $"cache-memory-{node}", $"cache-evictions-{node}", $"cache-cpu-{node}" }),
            .. nodes.Where(_ => nodes.Count() > 1).Select(node => $"cache-replication-lag-{node}"),
            .. besides,
        ];
        var alarms = application.All("AWS::CloudWatch::Alarm")
            .Where(alarm => !alarm.Text("AlarmName")!.Contains("-deployment-", StringComparison.Ordinal)).ToArray();
        Assert.Equal(
            expected.Select(name => $"opportunity-management-service-{name}").Order(StringComparer.Ordinal),
            alarms.Select(alarm => alarm.Text("AlarmName")!).Order(StringComparer.Ordinal));
        Assert.All(alarms, alarm => Assert.Single(alarm.List("AlarmActions")));
        application.One("AWS::SNS::Subscription").Has("Endpoint", SynthesizedStacks.Of(environment).Settings.AlarmEmail);
    }

    [Theory]
    [InlineData("events-parked", "opportunities.events.parked", "Maximum", 0, 60, 1)]
    [InlineData("jobs-failing", "opportunities.jobs.failures", "Sum", 0, 900, 3)]
    [InlineData("database-dead-rows", "opportunities.database.dead_rows", "Maximum", 500_000, 60, 5)]
    public void What_runs_in_the_background_has_its_alarms(
        string name, string metric, string statistic, int threshold, int seconds, int periods)
    {
        var alarm = Assert.Single(
            SynthesizedStacks.Of("prod").Application.All("AWS::CloudWatch::Alarm"),
            alarm => alarm.Text("AlarmName") == $"opportunity-management-service-{name}");
        alarm.Has("MetricName", metric);
        alarm.Has("Statistic", statistic);
        alarm.Has("Threshold", threshold);
        alarm.Has("Period", seconds);
        alarm.Has("EvaluationPeriods", periods);
        alarm.Has("ComparisonOperator", "GreaterThanThreshold");
    }

    [Fact]
    public void Every_alarm_has_a_row_in_the_runbook()
    {
        var table = File.ReadAllText(RepositoryRoot.Combine("docs/runbook.md")).Split("## When an alarm rings")[1].Split("\n## ")[0];
        var rows = table.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => NamePattern().Matches(line.Split('|')[1])).Select(match => match.Groups["name"].Value).ToArray();
        var alarms = EnvironmentSettings.Names
            .Select(name => SynthesizedStacks.Of(name).Settings)
            .Append(SynthesizedStacks.Of("prod").Settings with { EventConsumers = 1, DatabaseReplicas = 1 })
            .SelectMany(settings => SynthesizedStacks.Of(settings).Application.All("AWS::CloudWatch::Alarm"))
            .Select(alarm => alarm.Text("AlarmName")!["opportunity-management-service-".Length..])
            .Distinct().ToArray();
        Assert.DoesNotContain(alarms, alarm => !rows.Any(row => Fits(row, alarm)));
        Assert.DoesNotContain(rows, row => !alarms.Any(alarm => Fits(row, alarm)));

        static bool Fits(string row, string alarm) =>
            row.EndsWith('…') ? alarm.StartsWith(row[..^1], StringComparison.Ordinal) : alarm == row;
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void Events_that_nobody_is_said_to_read_are_nobodys_alarm(string environment)
    {
        var stacks = SynthesizedStacks.Of(environment);
        Assert.Equal(0, stacks.Settings.EventConsumers);
        Assert.Empty(Of(stacks));
        Assert.Equal(
            ["opportunity-management-service-event-age", "opportunity-management-service-event-dead-letters"],
            Of(SynthesizedStacks.Of(stacks.Settings with { EventConsumers = 1 })).Order(StringComparer.Ordinal));

        static IEnumerable<string> Of(SynthesizedEnvironment stacks) => stacks.Application.All("AWS::CloudWatch::Alarm")
            .Select(alarm => alarm.Text("AlarmName")!)
            .Where(name => name.Contains("event-age", StringComparison.Ordinal) || name.Contains("dead-letters", StringComparison.Ordinal));
    }

    [Fact]
    public void A_read_replica_has_an_alarm_where_there_is_one()
    {
        var stacks = SynthesizedStacks.Of(SynthesizedStacks.Of("prod").Settings with { DatabaseReplicas = 1 });
        Assert.Equal(2, stacks.State.All("AWS::RDS::DBInstance").Count);
        Assert.Contains(
            stacks.Application.All("AWS::CloudWatch::Alarm"),
            alarm => alarm.Text("AlarmName") == "opportunity-management-service-database-replica-lag-1");
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void ECS_takes_a_deployment_back_when_one_of_its_alarms_rings(string environment)
    {
        var application = SynthesizedStacks.Of(environment).Application;
        var service = application.One("AWS::ECS::Service");
        var names = service.List("DeploymentConfiguration.Alarms.AlarmNames").Select(name => name.ToString()).ToArray();
        string[] expected = ["5xx", "hung-up", "latency", "unhealthy"];
        Assert.Equal(expected.Select(name => $"opportunity-management-service-deployment-{name}"), names);
        service.Has("DeploymentConfiguration.Alarms.Enable", true);
        service.Has("DeploymentConfiguration.Alarms.Rollback", true);
        // They are there before the service, which ECS would refuse otherwise.
        var dependencies = service.Json["DependsOn"]!.AsArray().Select(name => name!.ToString()).ToArray();
        Assert.All(names, name => Assert.Contains(
            Assert.Single(application.All("AWS::CloudWatch::Alarm"), alarm => alarm.Text("AlarmName") == name).LogicalId, dependencies));
    }

    /// <summary>The event names the service as its resource; its detail has neither cluster nor service.</summary>
    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void A_failed_deployment_is_told_to_the_operators(string environment)
    {
        var rule = Rule(environment, "deployment-failed");
        Assert.Equal(["eventName"], rule["EventPattern.detail"]!.AsObject().Select(entry => entry.Key));
        rule.Has("EventPattern.detail.eventName.0", "SERVICE_DEPLOYMENT_FAILED");
        Assert.Contains(
            $":service/opportunity-management-service-{environment}/opportunity-management-service",
            rule["EventPattern.resources.0"]!.ToJsonString(), StringComparison.Ordinal);
        rule.Has("Targets.0.Arn.Ref", SynthesizedStacks.Of(environment).Application.One("AWS::SNS::Topic").LogicalId);
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void The_API_gets_another_database_user_every_month_without_a_trail_in_the_account(string environment)
    {
        Assert.DoesNotContain("CloudTrail", SynthesizedStacks.Of(environment).Application.Json.ToJsonString(), StringComparison.Ordinal);
        var rule = Rule(environment, "credentials-rotation");
        rule.Has("ScheduleExpression", "rate(30 days)");
        var machine = Assert.Single(
            SynthesizedStacks.Of(environment).Application.All("AWS::StepFunctions::StateMachine"),
            machine => machine.Text("StateMachineName") == "opportunity-management-service-credentials-rotation");
        rule.Has("Targets.0.Arn.Ref", machine.LogicalId);
        var states = Definition(machine)["States"]!;
        Assert.Equal("Name the other user", Definition(machine)["StartAt"]!.ToString());
        Assert.Equal("Make the user", states["Name the other user"]!["Next"]!.ToString());
        Assert.EndsWith(":states:::ecs:runTask.sync", states["Make the user"]!["Resource"]!.ToString(), StringComparison.Ordinal);
        Assert.Equal("Replace the tasks", states["Make the user"]!["Next"]!.ToString());
        Assert.Equal("Name the user before", states["Make the user"]!["Catch"]![0]!["Next"]!.ToString());
        Assert.Equal("The rotation failed", states["Name the user before"]!["Next"]!.ToString());
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void The_first_image_starts_the_first_tasks_and_no_other_one_changes_their_number(string environment)
    {
        var rule = Rule(environment, "image-pushed");
        rule.Has("EventPattern.detail.repository-name.0", "opportunity-management-service");
        rule.Has("EventPattern.detail.image-tag.0", environment);
        var machine = Assert.Single(
            SynthesizedStacks.Of(environment).Application.All("AWS::StepFunctions::StateMachine"),
            machine => machine.Text("StateMachineName") == "opportunity-management-service-first-image");
        var states = Definition(machine)["States"]!;
        Assert.Equal("None?", states["Ask how many are wanted"]!["Next"]!.ToString());
        Assert.Equal("They run", states["None?"]!["Default"]!.ToString());
        var choice = Assert.Single(states["None?"]!["Choices"]!.AsArray())!;
        Assert.Equal(
            ("$.Services[0].DesiredCount", "0", "Start the minimum"),
            (choice["Variable"]!.ToString(), choice["NumericEquals"]!.ToString(), choice["Next"]!.ToString()));
        Assert.Equal(
            SynthesizedStacks.Of(environment).Settings.MinTasks,
            states["Start the minimum"]!["Parameters"]!["DesiredCount"]!.GetValue<int>());
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void Logs_survive_a_burst(string environment) => Assert.All(
        SynthesizedStacks.Of(environment).Application.All("AWS::ECS::TaskDefinition").SelectMany(task => task.List("ContainerDefinitions")),
        container => Assert.Equal(("non-blocking", "26214400b"), (Option(container, "mode"), Option(container, "max-buffer-size"))));

    private static string? Option(JsonNode container, string name) => container["LogConfiguration"]!["Options"]![name]?.ToString();

    private static Resource Rule(string environment, string name) => Assert.Single(
        SynthesizedStacks.Of(environment).Application.All("AWS::Events::Rule"),
        rule => rule.Text("Name") == $"opportunity-management-service-{name}");

    /// <summary>A state machine's definition, with a word for each thing that only a deployment knows.</summary>
    private static JsonNode Definition(Resource machine) => JsonNode.Parse(machine["DefinitionString"] is JsonValue text
        ? text.ToString()
        : string.Concat(
            machine["DefinitionString.Fn::Join.1"]!.AsArray().Select(part => part is JsonValue ? part.ToString() : "deployed")))!;

    private static string[] Names(JsonNode? entries) =>
        [.. entries!.AsArray().Select(entry => entry!["Name"]!.ToString()).Order(StringComparer.Ordinal)];

    private static JsonNode Container(string environment, string family, string name)
    {
        var task = Assert.Single(
            SynthesizedStacks.Of(environment).Application.All("AWS::ECS::TaskDefinition"), task => task.Text("Family") == family);
        return Assert.Single(task.List("ContainerDefinitions"), container => container["Name"]!.ToString() == name);
    }

    [GeneratedRegex("`(?<name>[a-z0-9…-]+)`")]
    private static partial Regex NamePattern();

    private static bool IsRead(string section, string key) => section is "Database" or "Cache"
        ? Connection(section, key, "true") != Connection(section, "Host", "elsewhere")
        : Assembly.Load("Opportunities.Api").GetTypes().Concat(Assembly.Load("Opportunities.MigrationService").GetTypes())
            .Any(type => type.GetField("Section")?.GetRawConstantValue() as string == section && type.GetProperty(key) is not null);

    /// <summary>The connection string that a service makes of the host, and of one setting more.</summary>
    private static string? Connection(string section, string key, string value)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?> { [$"{section}:Host"] = "elsewhere", [$"{section}:{key}"] = value });
        builder.AddDeployedConnections();
        return builder.Configuration.GetConnectionString(section == "Cache" ? "cache" : "opportunitiesdb");
    }
}
