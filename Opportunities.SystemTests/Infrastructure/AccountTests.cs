using Opportunities.Infrastructure;

namespace Opportunities.SystemTests.Infrastructure;

/// <summary>What can fail for reasons of the account stands apart, comes first, and can be repeated.</summary>
[Collection(InfrastructureCollection.Name)]
public sealed class AccountTests
{
    private const string Issuer = "token.actions.githubusercontent.com";

    private static readonly string[] _ofTheAccount =
        ["AWS::CertificateManager::Certificate", "AWS::Cognito::UserPoolDomain", "AWS::IAM::OIDCProvider"];

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void Certificates_token_domain_and_identity_provider_are_in_the_stack_that_comes_first(string environment)
    {
        var stacks = SynthesizedStacks.Of(environment);
        Assert.Equal(_ofTheAccount, stacks.Account.Resources.Select(resource => resource.Type)
            .Where(_ofTheAccount.Contains).Distinct()
            .Order(StringComparer.Ordinal));
        Assert.DoesNotContain(
            stacks.State.Resources.Concat(stacks.Application.Resources), resource => _ofTheAccount.Contains(resource.Type));
        Assert.DoesNotContain("Fn::ImportValue", stacks.Account.Json.ToJsonString(), StringComparison.Ordinal);
        // Cheap: nothing that takes many minutes or costs by the hour.
        Assert.DoesNotContain(stacks.Account.Resources, resource => resource.Type.StartsWith("AWS::RDS::", StringComparison.Ordinal)
            || resource.Type.StartsWith("AWS::EC2::", StringComparison.Ordinal));
    }

    [Fact]
    public void The_state_waits_for_it()
    {
        using var directory = new TestDirectory();
        Synthesis.Of(SettingsReader.Of("dev"), directory.Path);
        var manifest = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(directory["manifest.json"]))!["artifacts"]!;
        Assert.Contains(
            "opportunity-management-service-dev-account",
            manifest["opportunity-management-service-dev-state"]!["dependencies"]!.AsArray().Select(name => name!.ToString()));
        Assert.Contains(
            "opportunity-management-service-dev-state",
            manifest["opportunity-management-service-dev"]!["dependencies"]!.AsArray().Select(name => name!.ToString()));
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void Names_are_proven_and_written_in_their_own_zones(string environment)
    {
        var shipped = SynthesizedStacks.Of(environment).Settings;
        var stacks = SynthesizedStacks.Of(
            shipped with { ApiZone = shipped.ApiDomain, ApiZoneId = "Z1", AuthZone = "example.com", AuthZoneId = "Z2" });
        var zones = stacks.Account.All("AWS::CertificateManager::Certificate")
            .ToDictionary(
                certificate => certificate.Text("DomainName")!, certificate => certificate.Text("DomainValidationOptions.0.HostedZoneId"));
        Assert.Equal(("Z1", "Z2"), (zones[shipped.ApiDomain], zones[shipped.AuthDomain]));
        var records = stacks.All("AWS::Route53::RecordSet")
            .ToDictionary(record => record.Text("Name")!.TrimEnd('.'), record => record.Text("HostedZoneId"));
        Assert.Equal(("Z1", "Z2"), (records[shipped.ApiDomain], records[shipped.AuthDomain]));
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void A_first_deployment_protects_nothing_that_its_own_roll_back_has_to_delete(string environment)
    {
        var stacks = SynthesizedStacks.Of(environment);
        Assert.False(stacks.Settings.Protected);
        Assert.All(stacks.All("AWS::RDS::DBInstance"), database => database.Has("DeletionProtection", false));
        Assert.NotEqual("ACTIVE", stacks.Account.One("AWS::Cognito::UserPool").Text("DeletionProtection"));
        Assert.Equal("false", Attribute(stacks, "deletion_protection.enabled"));
        // Kept when their stack goes, and deleted when they could not be created: else their names are taken when it is repeated.
        Assert.DoesNotContain(stacks.Resources, resource => resource.DeletionPolicy == "Retain");
        Assert.Equal([false, false, false], Protection(stacks.Settings));
    }

    [Theory]
    [InlineData("dev", false)]
    [InlineData("staging", false)]
    [InlineData("prod", true)]
    public void What_was_deployed_once_is_protected(string environment, bool application)
    {
        var settings = SynthesizedStacks.Of(environment).Settings with { Protected = true };
        var stacks = SynthesizedStacks.Of(settings);
        Assert.All(stacks.All("AWS::RDS::DBInstance"), database => database.Has("DeletionProtection", true));
        stacks.Account.One("AWS::Cognito::UserPool").Has("DeletionProtection", "ACTIVE");
        Assert.Equal("true", Attribute(stacks, "deletion_protection.enabled"));
        Assert.Equal([true, true, application], Protection(settings));
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void The_pipelines_role_and_trust_are_in_what_the_committed_settings_come_to(string environment)
    {
        var role = PipelineRole(SynthesizedStacks.Of(environment));
        var condition = role["AssumeRolePolicyDocument.Statement.0.Condition.StringEquals"]!;
        Assert.Equal([$"repo:example/opportunities:environment:{environment}"], Subjects(role));
        Assert.Equal("sts.amazonaws.com", condition[$"{Issuer}:aud"]!.ToString());
        SynthesizedStacks.Of(environment).Account.One("AWS::IAM::OIDCProvider").Has("Url", $"https://{Issuer}");
    }

    [Fact]
    public void A_repository_with_numbers_is_trusted_under_both_of_GitHubs_subjects()
    {
        var settings = SynthesizedStacks.Of("prod").Settings with
        {
            GitHubRepository = "acme/opps",
            GitHubOwnerId = "123",
            GitHubRepositoryId = "456",
        };
        Assert.Equal(
            ["repo:acme/opps:environment:prod", "repo:acme@123/opps@456:environment:prod"],
            Subjects(PipelineRole(SynthesizedStacks.Of(settings))));
    }

    [Fact]
    public void An_account_that_trusts_GitHub_already_keeps_its_provider()
    {
        const string Arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";
        var stacks = SynthesizedStacks.Of(SynthesizedStacks.Of("dev").Settings with { GitHubProviderArn = Arn });
        Assert.Empty(stacks.All("AWS::IAM::OIDCProvider"));
        PipelineRole(stacks).Has("AssumeRolePolicyDocument.Statement.0.Principal.Federated", Arn);
    }

    [Fact]
    public void Every_role_has_the_boundary_that_the_settings_name()
    {
        var stacks = SynthesizedStacks.Of(SynthesizedStacks.Of("prod").Settings with { PermissionsBoundary = "landing-zone" });
        Assert.All(
            stacks.All("AWS::IAM::Role"),
            role => Assert.Contains(
                "policy/landing-zone", role["PermissionsBoundary"]?.ToJsonString() ?? $"{role} has none", StringComparison.Ordinal));
        Assert.All(SynthesizedStacks.Of("prod").All("AWS::IAM::Role"), role => Assert.Null(role["PermissionsBoundary"]));
    }

    private static Resource PipelineRole(SynthesizedEnvironment stacks) =>
        Assert.Single(stacks.Account.All("AWS::IAM::Role"), role => role.Text("RoleName") == "opportunity-management-service-deployment");

    private static string[] Subjects(Resource role) =>
        [.. role["AssumeRolePolicyDocument.Statement.0.Condition.StringEquals"]![$"{Issuer}:sub"]!.AsArray()
            .Select(subject => subject!.ToString())];

    private static string? Attribute(SynthesizedEnvironment stacks, string key) =>
        stacks.Application.One("AWS::ElasticLoadBalancingV2::LoadBalancer").List("LoadBalancerAttributes")
            .SingleOrDefault(attribute => attribute["Key"]!.ToString() == key)?["Value"]?.ToString();

    private static bool[] Protection(EnvironmentSettings settings)
    {
        using var directory = new TestDirectory();
        return [.. Synthesis.Of(settings, directory.Path).Stacks.All.Select(stack => stack.TerminationProtection)];
    }
}
