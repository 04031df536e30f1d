using System.Reflection;
using System.Text.RegularExpressions;
using Opportunities.Infrastructure;

namespace Opportunities.SystemTests.Infrastructure;

/// <summary>Each thing that a command of the deployment document names is in the templates, under that name.</summary>
[Collection(InfrastructureCollection.Name)]
public sealed partial class SeedCommandsTests
{
    private static readonly Dictionary<string, string> _options = new()
    {
        ["--cluster"] = "cluster",
        ["--service"] = "service",
        ["--services"] = "service",
        ["--task-definition"] = "task family",
        ["--db-instance-identifier"] = "database instance",
        ["--log-group-name"] = "log group",
        ["--alarm-name-prefix"] = "alarm prefix",
        ["--dashboard-name"] = "dashboard",
        ["--stack-name"] = "stack",
    };

    /// <summary>Kind and name of everything named, once.</summary>
    public static TheoryData<string, string> Named
    {
        get
        {
            var commands = Commands();
            var named = OptionPattern().Matches(commands)
                .Where(match => _options.ContainsKey(match.Groups["option"].Value))
                .Select(match => (Kind: _options[match.Groups["option"].Value], Name: match.Groups["value"].Value))
                .Concat(RepositoryPattern().Matches(commands).Select(match => (Kind: "repository tag", Name: match.Groups["name"].Value)))
                .Concat(HostPattern().Matches(commands).Select(match => (Kind: "host", Name: match.Groups["host"].Value)))
                .Concat(ContextPattern().Matches(commands).Select(match => (Kind: "environment", Name: match.Groups["env"].Value)))
                .Where(named => !named.Name.StartsWith('$'))
                .Distinct();
            var data = new TheoryData<string, string>();
            foreach (var (kind, name) in named) data.Add(kind, name);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Named))]
    public void What_a_command_names_is_in_the_template(string kind, string name)
    {
        var environments = EnvironmentSettings.Names.ToArray();
        // A name that ends in an environment's is of that environment; any other is the same in all of them.
        var where = Array.FindAll(environments, environment => name.EndsWith($"-{environment}", StringComparison.Ordinal));
        foreach (var environment in kind is "repository tag" or "host" or "environment" || where.Length == 0 ? environments : where)
            Check(kind, name, SynthesizedStacks.Of(environment));
    }

    [Fact]
    public void The_list_is_read_whole()
    {
        Assert.Equal(
            [
                "alarm prefix opportunity-management-service",
                "cluster opportunity-management-service-dev",
                "cluster opportunity-management-service-prod",
                "cluster opportunity-management-service-staging",
                "dashboard OpportunityManagementService",
                "database instance opportunity-management-service",
                "database instance opportunity-management-service-restored",
                "environment dev",
                "environment prod",
                "environment staging",
                "host api.example.com",
                "host auth.example.com",
                "host dev-api.example.com",
                "host staging-api.example.com",
                "log group /aws/ecs/opportunity-management-service",
                "repository tag opportunity-management-service:dev",
                "repository tag opportunity-management-service:prod",
                "repository tag opportunity-management-service:staging",
                "service opportunity-management-service",
                "stack opportunity-management-service-prod",
                "task family opportunity-management-service",
            ],
            Named.Select(row => $"{row[0]} {row[1]}").Order(StringComparer.Ordinal));
    }

    private static void Check(string kind, string name, SynthesizedEnvironment environment)
    {
        var application = environment.Application;
        switch (kind)
        {
            case "cluster":
                application.Names("AWS::ECS::Cluster", "ClusterName", name);
                break;
            case "service":
                application.Names("AWS::ECS::Service", "ServiceName", name);
                break;
            case "task family":
                application.Names("AWS::ECS::TaskDefinition", "Family", name);
                break;
            case "database instance" when name.EndsWith("-restored", StringComparison.Ordinal):
                // The command itself makes that one, so nothing else may bear its name.
                Assert.DoesNotContain(
                    environment.State.All("AWS::RDS::DBInstance"), database => database.Text("DBInstanceIdentifier") == name);
                break;
            case "database instance":
                environment.State.Names("AWS::RDS::DBInstance", "DBInstanceIdentifier", name);
                break;
            case "log group":
                environment.State.Names("AWS::Logs::LogGroup", "LogGroupName", name);
                break;
            case "alarm prefix":
                Assert.All(
                    application.All("AWS::CloudWatch::Alarm"),
                    alarm => Assert.StartsWith(name, alarm.Text("AlarmName"), StringComparison.Ordinal));
                break;
            case "dashboard":
                application.Names("AWS::CloudWatch::Dashboard", "DashboardName", name);
                break;
            case "stack":
                Assert.Equal(name, application.StackName);
                break;
            case "repository tag":
                var (repository, tag) = (name.Split(':')[0], name.Split(':')[1]);
                environment.State.Names("AWS::ECR::Repository", "RepositoryName", repository);
                CheckTag(tag, SynthesizedStacks.Of(tag));
                break;
            case "host":
                Assert.Contains(
                    EnvironmentSettings.Names.SelectMany(name => SynthesizedStacks.Of(name).Templates)
                        .SelectMany(template => template.All("AWS::Route53::RecordSet")),
                    record => record.Text("Name")?.TrimEnd('.') == name);
                break;
            case "environment":
                Assert.NotNull(SynthesizedStacks.Of(name));
                break;
            default:
                Assert.Fail($"Nothing checks a {kind}.");
                break;
        }
    }

    private static void CheckTag(string tag, SynthesizedEnvironment environment) => Assert.All(
        environment.Application.All("AWS::ECS::TaskDefinition"),
        task => Assert.Contains($":{tag}\"", task["ContainerDefinitions"]!.ToJsonString(), StringComparison.Ordinal));

    private static string Commands()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("seed-commands.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"(?<option>--[a-z-]+) (?<value>\S+)")]
    private static partial Regex OptionPattern();

    [GeneratedRegex(@"amazonaws\.com/(?<name>[a-z-]+:[a-z]+)")]
    private static partial Regex RepositoryPattern();

    [GeneratedRegex(@"(?<host>[a-z-]+\.example\.com)")]
    private static partial Regex HostPattern();

    [GeneratedRegex(@"--context env=(?<env>[a-z]+)")]
    private static partial Regex ContextPattern();
}
