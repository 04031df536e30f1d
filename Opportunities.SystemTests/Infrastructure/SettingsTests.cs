using System.Text.Json;
using System.Text.Json.Nodes;
using Opportunities.Infrastructure;
using Opportunities.LocalServers;

namespace Opportunities.SystemTests.Infrastructure;

/// <summary>Settings are committed files, the only source, and refused in one sentence.</summary>
public sealed class SettingsTests
{
    [Fact]
    public void Each_environment_has_a_file_with_every_setting()
    {
        foreach (var name in EnvironmentSettings.Names)
        {
            Assert.Equal(name, Read(("env", name)).Name);
            Assert.Equal(EnvironmentSettings.Keys.Order(), File(name).Select(entry => entry.Key).Order());
        }
    }

    [Fact]
    public void No_two_environments_have_one_account_or_overlapping_networks()
    {
        var all = EnvironmentSettings.Names.Select(SettingsReader.Of).ToArray();
        Assert.All(
            all.Where(settings => settings.Account.Trim('0').Length > 0).CountBy(settings => settings.Account),
            account => Assert.Equal(1, account.Value));
        Assert.Equal(all.Length, all.Select(settings => settings.VpcCidr).Distinct().Count());
    }

    public static TheoryData<string> Keys => new(EnvironmentSettings.Keys);

    [Theory]
    [MemberData(nameof(Keys))]
    public void Context_chooses_the_environment_and_sets_nothing(string key) => Assert.Equal(
        $"{key} is a setting of environments/prod.json, and not given by --context: the next deployment would take it back.",
        Assert.Throws<SettingsException>(() => Read(("env", "prod"), (key, "1"))).Message);

    [Theory]
    [InlineData("", "", "Say which environment is meant: --context env=X, where X is one of dev, staging, prod.")]
    [InlineData("env", "test", "There is no environment 'test': --context env=X takes one of dev, staging, prod.")]
    [InlineData("env", "../dev", "There is no environment '../dev': --context env=X takes one of dev, staging, prod.")]
    public void An_unknown_environment_is_refused(string key, string value, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<SettingsException>(() => Read((key, value))).Message);

    [Theory]
    [InlineData("""{"maxTasks": "many"}""", "maxTasks")]
    [InlineData("""{"databaseMultiAz": "yes"}""", "databaseMultiAz")]
    [InlineData("""{"maxTask": 3}""", "maxTask")]
    [InlineData("""{"maxTasks": null}""", "maxTasks")]
    [InlineData("""{"-maxTasks": 0}""", "maxTasks")]
    [InlineData("""{"apiDomain": null}""", "apiDomain")]
    [InlineData("""{"browserOrigins": null}""", "browserOrigins")]
    [InlineData("no JSON", "JSON")]
    [InlineData("null", "null")]
    [InlineData("", "JSON")]
    public void A_file_that_is_not_whole_names_what_is_wrong(string change, string named)
    {
        var message = Assert.Throws<SettingsException>(
            () => SettingsReader.Parse("dev", change.StartsWith('{') ? Changed(change) : change)).Message;
        Assert.StartsWith("environments/dev.json: ", message, StringComparison.Ordinal);
        Assert.Contains(named, message, StringComparison.Ordinal);

        static string Changed(string change)
        {
            var file = File("dev");
            foreach (var (key, value) in JsonNode.Parse(change)!.AsObject())
            {
                if (key.StartsWith('-')) file.Remove(key[1..]);
                else file[key] = value?.DeepClone();
            }

            return file.ToJsonString();
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void No_text_may_end_with_a_line_break(string key)
    {
        if (File("prod")[key] is not JsonValue value || value.GetValueKind() != JsonValueKind.String || value.ToString().Length == 0)
            return;
        Assert.Throws<SettingsException>(() => Checked("prod", (key, value + "\n")));
    }

    [Fact]
    public void A_setting_that_a_file_has_twice_is_refused()
    {
        var twice = File("dev").ToJsonString()[..^1] + ",\"maxTasks\":400}";
        var problem = Assert.Throws<SettingsException>(() => SettingsReader.Parse("dev", twice));
        Assert.Contains("maxTasks", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("account", "12", "The setting account takes an AWS account of twelve digits, and '12' is not that.")]
    [InlineData("region", "us-west-1", "The setting region takes a region with three zones, and 'us-west-1' is not that.")]
    [InlineData("region", "cn-north-1", "The setting region takes an AWS region such as us-east-1, and 'cn-north-1' is not that.")]
    [InlineData("vpcCidr", "10.0.0.0/8", "The setting vpcCidr takes an address range between /16 and /20, and '10.0.0.0/8' is not that.")]
    [InlineData("maxTasks", 0, "The setting maxTasks takes at least minTasks (1), and '0' is not that.")]
    [InlineData(
        "taskMemoryMiB", 1000, "The setting taskMemoryMiB takes 2048 to 8192 in steps of 1024 with taskCpu=1024, and '1000' is not that.")]
    [InlineData(
        "apiDomain", "api.example.org",
        "The setting apiDomain takes a domain name in the zone dev-api.example.com, and 'api.example.org' is not that.")]
    [InlineData(
        "authZone", "auth.example.org",
        "The setting authDomain takes a domain name in the zone auth.example.org, and 'dev-auth.example.com' is not that.")]
    [InlineData(
        "authDomain", "dev-api.example.com",
        "The setting authDomain takes a domain name in the zone dev-auth.example.com, and 'dev-api.example.com' is not that.")]
    [InlineData(
        "apiZoneId", "example.com",
        "The setting apiZoneId takes the id of a Route 53 zone, which begins with Z, and 'example.com' is not that.")]
    [InlineData("architecture", "MIPS", "The setting architecture takes ARM64 or X86_64, and 'MIPS' is not that.")]
    [InlineData("alarmEmail", "nobody", "The setting alarmEmail takes an e-mail address, and 'nobody' is not that.")]
    [InlineData("browserOrigins", new[] { "*" },
        "The setting browserOrigins takes origins such as https://app.example.com, and '*' is not that.")]
    [InlineData("browserOrigins", new string?[] { null },
        "The setting browserOrigins takes origins such as https://app.example.com, and '' is not that.")]
    [InlineData("logDays", 31, "The setting logDays takes one of 7, 14, 30, 90, 180, 365, and '31' is not that.")]
    [InlineData(
        "gitHubRepositoryId", "12",
        "The setting gitHubOwnerId takes a number, and with gitHubRepositoryId or not at all, and '' is not that.")]
    [InlineData(
        "gitHubProviderArn", "arn:aws:iam::1:role/x",
        "The setting gitHubProviderArn takes the ARN of the identity provider token.actions.githubusercontent.com, and "
        + "'arn:aws:iam::1:role/x' is not that.")]
    public void What_cannot_work_is_refused_in_one_sentence(string key, object value, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<SettingsException>(() => Checked("dev", (key, value))).Message);

    [Fact]
    public void A_domain_may_be_the_zone_itself_or_lie_in_a_zone_of_several()
    {
        Assert.Equal("api.example.com", Checked("prod", ("apiZone", "api.example.com")).ApiZone);
        Assert.Equal("example.com", Checked("prod", ("apiZone", "example.com"), ("authZone", "example.com")).AuthZone);
        var ids = Assert.Throws<SettingsException>(
            () => Checked("prod", ("apiZone", "example.com"), ("authZone", "example.com"), ("apiZoneId", "Z1")));
        Assert.StartsWith(
            "The setting authZoneId takes the id of the zone example.com, which is Z1 in apiZoneId", ids.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_region_needs_a_certificate_for_the_user_pools_domain()
    {
        Assert.Contains(
            "authCertificateArn", Assert.Throws<SettingsException>(() => Checked("dev", ("region", "eu-central-1"))).Message,
            StringComparison.Ordinal);
        var settings = Checked(
            "dev", ("region", "eu-central-1"), ("authCertificateArn", "arn:aws:acm:us-east-1:123456789012:certificate/x"));
        Assert.Equal("eu-central-1", settings.Region);
    }

    [Theory]
    [InlineData("dev", 4, 20)]
    [InlineData("staging", 10, 20)]
    [InlineData("prod", 20, 20)]
    public void Connections_add_up_while_a_release_replaces_every_task(string environment, int tasks, int pool)
    {
        var settings = SettingsReader.Of(environment);
        Assert.Equal((tasks, pool), (settings.MaxTasks, settings.ConnectionsPerTask));
        // Two of each task; beside the pool a task has two listeners; and twenty are for others.
        Assert.True(settings.DatabaseConnections >= (2 * tasks * (pool + 2)) + 20);
        var problem = Assert.Throws<SettingsException>(() => Checked(environment, ("maxTasks", tasks * 2)));
        Assert.StartsWith("The setting databaseConnections takes at least ", problem.Message, StringComparison.Ordinal);
    }

    private static EnvironmentSettings Checked(string environment, params (string Key, object Value)[] changes)
    {
        var file = File(environment);
        foreach (var (key, value) in changes) file[key] = JsonSerializer.SerializeToNode(value);
        var settings = SettingsReader.Parse(environment, file.ToJsonString());
        SettingsReader.Check(settings);
        return settings;
    }

    private static JsonObject File(string environment) => JsonNode.Parse(
        System.IO.File.ReadAllText(RepositoryRoot.Combine($"Opportunities.Infrastructure/environments/{environment}.json")))!.AsObject();

    private static EnvironmentSettings Read(params (string Key, string Value)[] context) =>
        SettingsReader.Read(key => context.Where(entry => entry.Key == key).Select(entry => entry.Value).FirstOrDefault());
}
