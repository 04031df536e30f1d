namespace Opportunities.SystemTests.Infrastructure;

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
            "AWS::RDS::DBInstance", "AWS::ElastiCache::ReplicationGroup", "AWS::S3::Bucket", "AWS::ECR::Repository",
            "AWS::SQS::Queue", "AWS::SecretsManager::Secret", "AWS::EC2::VPC",
        ];
        Assert.DoesNotContain(SynthesizedStacks.Of(environment).Application.Resources, resource => state.Contains(resource.Type));
        Assert.Equal(
            state.Order(),
            SynthesizedStacks.Of(environment).State.Resources.Select(resource => resource.Type).Where(state.Contains).Distinct().Order());
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
        string[] account =
            ["DeploymentRoleArn", "Issuer", "LimitedClientId", "MachineClientId", "TokenEndpoint", "UserPoolId", "UsersClientId"];
        string[] state =
        [
            "AttachmentsBucket", "DatabaseIdentifier", "DatabaseOwnerSecretArn", "DatabaseSecretArn", "EventsQueueUrl", "OperatorPolicyArn",
            "RepositoryUri",
        ];
        string[] application =
        [
            "AlarmPrefix", "ApiUrl", "ClusterName", "DashboardName", "LogGroupName", "MigrationTaskDefinitionArn", "MigrationTaskFamily",
            "OperationsTopicArn", "ServiceName", "TaskDefinitionArn", "TaskFamily",
        ];
        Assert.Equal(account, Own(SynthesizedStacks.Of(environment).Account));
        Assert.Equal(state, Own(SynthesizedStacks.Of(environment).State));
        Assert.Equal(application, Own(SynthesizedStacks.Of(environment).Application));

        static IEnumerable<string> Own(Template template) =>
            template.Outputs.Where(name => !name.StartsWith("Exports", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void Nothing_is_made_by_a_transform_of_CloudFormations(string environment) => Assert.All(
        SynthesizedStacks.Of(environment).Templates,
        template => Assert.Null(template.Json["Transform"]));

    /// <summary>The application can be deleted and created again: no name of it is taken by something that stayed.</summary>
    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void Nothing_of_the_application_stack_stays_when_it_goes(string environment) => Assert.DoesNotContain(
        SynthesizedStacks.Of(environment).Application.Resources,
        resource => resource.DeletionPolicy is not null and not "Delete");
}
