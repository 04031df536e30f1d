using Opportunities.Infrastructure;

namespace Opportunities.SystemTests.Infrastructure;

/// <summary>What a deployment is refused for before anything is created. Who has no credentials cannot deploy and may synthesize.</summary>
public sealed class GuardTests
{
    private static readonly EnvironmentSettings _real = SettingsReader.Of("prod") with
    {
        Account = "111122223333",
        ApiDomain = "api.acme.test",
        ApiZone = "acme.test",
        ApiZoneId = "Z0123456789ABCDEFGHIJ",
        AuthDomain = "auth.acme.test",
        AuthZone = "acme.test",
        AuthZoneId = "Z0123456789ABCDEFGHIJ",
        AlarmEmail = "on-call@acme.test",
        GitHubRepository = "acme/opportunities",
    };

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void The_shipped_settings_synthesize_and_are_not_deployed(string environment)
    {
        var settings = SettingsReader.Of(environment);
        DeploymentGuard.Check(settings, _ => null, deploying: false);
        var problem = Assert.Throws<SettingsException>(
            () => DeploymentGuard.Check(settings, Variables(("CDK_DEFAULT_ACCOUNT", "000000000000")), deploying: true));
        string[] placeholders = ["account", "apiDomain", "apiZoneId", "authDomain", "authZoneId", "alarmEmail", "gitHubRepository"];
        Assert.All(placeholders, key => Assert.Contains($"{key} (", problem.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Real_settings_are_deployed_with_the_credentials_of_their_account() =>
        DeploymentGuard.Check(_real, Variables(("CDK_DEFAULT_ACCOUNT", "111122223333"), ("AWS_REGION", "us-east-1")), deploying: true);

    [Theory]
    [InlineData("AlarmEmail", "operations@example.com")]
    [InlineData("ApiZoneId", "Z00000000000000000000")]
    [InlineData("AuthZoneId", "Z0")]
    [InlineData("GitHubRepository", "example/opportunities")]
    public void One_placeholder_is_enough_to_refuse(string property, string value)
    {
        var settings = _real with { };
        typeof(EnvironmentSettings).GetProperty(property)!.SetValue(settings, value);
        Assert.Contains(
            $"({value})", Assert.Throws<SettingsException>(() => DeploymentGuard.Check(settings, _ => null, deploying: true)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void No_pipeline_is_no_placeholder() => DeploymentGuard.Check(_real with { GitHubRepository = "" }, _ => null, deploying: true);

    [Fact]
    public void Another_accounts_credentials_are_refused() => Assert.Equal(
        "environments/prod.json says account 111122223333, and the credentials are those of 444455556666.",
        Assert.Throws<SettingsException>(
            () => DeploymentGuard.Check(_real, Variables(("CDK_DEFAULT_ACCOUNT", "444455556666")), deploying: true)).Message);

    [Theory]
    [InlineData("AWS_REGION")]
    [InlineData("AWS_DEFAULT_REGION")]
    public void Another_region_is_refused_even_for_a_look(string variable) => Assert.StartsWith(
        $"{variable} is eu-west-1, and environments/prod.json says region us-east-1",
        Assert.Throws<SettingsException>(() => DeploymentGuard.Check(_real, Variables((variable, "eu-west-1")), deploying: false)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Credentials_are_what_makes_a_deployment_possible()
    {
        Assert.False(DeploymentGuard.CanDeploy(Variables()));
        Assert.False(DeploymentGuard.CanDeploy(Variables(("CDK_DEFAULT_ACCOUNT", ""))));
        Assert.True(DeploymentGuard.CanDeploy(Variables(("CDK_DEFAULT_ACCOUNT", "111122223333"))));
    }

    private static Func<string, string?> Variables(params (string Name, string Value)[] variables) =>
        name => variables.Where(variable => variable.Name == name).Select(variable => variable.Value).FirstOrDefault();
}
