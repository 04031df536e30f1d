namespace Opportunities.Tests.Infrastructure;

/// <summary>The stacks as a whole.</summary>
[Collection(InfrastructureCollection.Name)]
public sealed class SynthesisTests
{
    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void Nothing_is_warned_of(string environment) => Assert.Empty(SynthesizedStacks.Of(environment).Messages);

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void Nothing_looked_up_is_missing(string environment)
    {
        // Without credentials the CDK puts dummies where it would look something up.
        foreach (var template in SynthesizedStacks.Of(environment).Templates)
        {
            var text = template.Json.ToJsonString();
            Assert.DoesNotContain("dummy", text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("vpc-12345", text, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void What_must_survive_is_not_in_the_application_stack(string environment)
    {
        string[] state =
        [
            "AWS::RDS::DBInstance", "AWS::ElastiCache::ReplicationGroup", "AWS::S3::Bucket", "AWS::Cognito::UserPool", "AWS::ECR::Repository",
            "AWS::SQS::Queue", "AWS::SecretsManager::Secret", "AWS::EC2::VPC",
        ];
        Assert.DoesNotContain(SynthesizedStacks.Of(environment).Application.Resources, resource => state.Contains(resource.Type));
        Assert.Equal(state.Order(), SynthesizedStacks.Of(environment).State.Resources.Select(resource => resource.Type).Where(state.Contains).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void The_state_stack_takes_nothing_from_the_application_stack(string environment)
    {
        var (state, application) = (SynthesizedStacks.Of(environment).State, SynthesizedStacks.Of(environment).Application);
        Assert.DoesNotContain("Fn::ImportValue", state.Json.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains($"\"Fn::ImportValue\":\"{state.StackName}:", application.Json.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void Every_value_that_scripts_ask_for_is_an_output(string environment)
    {
        string[] state =
        [
            "AttachmentsBucket", "DatabaseIdentifier", "DatabaseSecretArn", "DeploymentRoleArn", "EventsQueueUrl", "Issuer", "LimitedClientId", "MachineClientId",
            "RepositoryUri", "TokenEndpoint", "UserPoolId", "UsersClientId",
        ];
        string[] application =
        [
            "AlarmPrefix", "ApiUrl", "ClusterName", "DashboardName", "LogGroupName", "MigrationTaskFamily", "OperationsTopicArn", "ServiceName", "TaskFamily",
        ];
        Assert.Equal(state, SynthesizedStacks.Of(environment).State.Outputs.Where(name => !name.StartsWith("Exports", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(application, SynthesizedStacks.Of(environment).Application.Outputs.Order(StringComparer.Ordinal));
    }
}
