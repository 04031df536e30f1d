using Opportunities.Infrastructure;

namespace Opportunities.Tests.Infrastructure;

/// <summary>Settings are found by the environment's name, overridden by context, and refused in one sentence.</summary>
public sealed class SettingsTests
{
    [Fact]
    public void Each_environment_is_found()
    {
        foreach (var settings in EnvironmentSettings.All)
            Assert.Equal(settings, Read(("env", settings.Name)));
    }

    [Fact]
    public void Context_overrides_any_setting()
    {
        var settings = Read(("env", "prod"), ("maxTasks", "40"), ("databaseMultiAz", "false"), ("alarmEmail", "on-call@example.org"), ("account", "123456789012"));
        Assert.Equal((40, false, "on-call@example.org", "123456789012"), (settings.MaxTasks, settings.DatabaseMultiAz, settings.AlarmEmail, settings.Account));
    }

    [Theory]
    [InlineData("", "", "Say which environment is meant: --context env=X, where X is one of dev, staging, prod.")]
    [InlineData("env", "test", "There is no environment 'test': --context env=X takes one of dev, staging, prod.")]
    [InlineData("maxTasks", "many", "The setting maxTasks takes a whole number, and 'many' is none.")]
    [InlineData("maxTasks", "-1", "The setting maxTasks takes a whole number, and '-1' is none.")]
    [InlineData("databaseMultiAz", "yes", "The setting databaseMultiAz takes true or false, and 'yes' is neither.")]
    [InlineData("account", "12", "The setting account takes an AWS account of twelve digits, and '12' is not that.")]
    [InlineData("vpcCidr", "10.0.0.0/8", "The setting vpcCidr takes an address range between /16 and /20, and '10.0.0.0/8' is not that.")]
    [InlineData("maxTasks", "0", "The setting maxTasks takes at least minTasks (1), and '0' is not that.")]
    [InlineData("taskMemoryMiB", "1000", "The setting taskMemoryMiB takes 2048 to 8192 in steps of 1024 with taskCpu=1024, and '1000' is not that.")]
    [InlineData("apiDomain", "api.example.org", "The setting apiDomain takes a domain name in the zone example.com, and 'api.example.org' is not that.")]
    [InlineData("architecture", "MIPS", "The setting architecture takes ARM64 or X86_64, and 'MIPS' is not that.")]
    [InlineData("alarmEmail", "nobody", "The setting alarmEmail takes an e-mail address, and 'nobody' is not that.")]
    [InlineData("logDays", "31", "The setting logDays takes one of 7, 14, 30, 90, 180, 365, and '31' is not that.")]
    public void What_cannot_work_is_refused_in_one_sentence(string key, string value, string sentence)
    {
        (string, string)[] context = key is "" or "env" ? [(key, value)] : [("env", "dev"), (key, value)];
        Assert.Equal(sentence, Assert.Throws<SettingsException>(() => Read(context)).Message);
    }

    [Fact]
    public void Another_region_needs_a_certificate_for_the_user_pools_domain()
    {
        Assert.Contains("authCertificateArn", Assert.Throws<SettingsException>(() => Read(("env", "dev"), ("region", "eu-central-1"))).Message, StringComparison.Ordinal);
        Assert.Equal("eu-central-1", Read(("env", "dev"), ("region", "eu-central-1"), ("authCertificateArn", "arn:aws:acm:us-east-1:123456789012:certificate/x")).Region);
    }

    private static EnvironmentSettings Read(params (string Key, string Value)[] context) =>
        SettingsReader.Read(key => context.Where(entry => entry.Key == key).Select(entry => entry.Value).FirstOrDefault());
}
