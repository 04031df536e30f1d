using Amazon.CDK;
using Amazon.CDK.AWS.Events;
using Amazon.CDK.AWS.Events.Targets;
using Amazon.CDK.AWS.StepFunctions;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>
/// Starts the first tasks when the first image is pushed: the infrastructure is deployed before there is one, and scaling by load never
/// begins at none. Where tasks are wanted already it changes nothing, so that what somebody on call has set stays.
/// </summary>
public sealed class FirstImage : Construct
{
    private static readonly string[] _push = ["PUSH"];
    private static readonly string[] _success = ["SUCCESS"];

    internal FirstImage(Construct scope, string id, EnvironmentSettings settings)
        : base(scope, id)
    {
        var start = StateMachines.UpdateService(this, "Start the minimum", settings, new() { ["DesiredCount"] = settings.MinTasks });
        var steps = StateMachines.DescribeService(this, "Ask how many are wanted", settings).Next(
            new Choice(this, "None?")
                .When(Condition.NumberEquals("$.Services[0].DesiredCount", 0), start)
                .Otherwise(new Succeed(this, "They run")));
        Machine = StateMachines.Create(this, "first-image", settings, steps, Duration.Minutes(5));
        _ = new Rule(this, "Pushed", new RuleProps
        {
            RuleName = $"{Names.Service}-image-pushed",
            Description = $"An image was given the tag {settings.Name}",
            EventPattern = new EventPattern
            {
                Source = ["aws.ecr"],
                DetailType = ["ECR Image Action"],
                Detail = new Dictionary<string, object>
                {
                    ["action-type"] = _push,
                    ["result"] = _success,
                    ["repository-name"] = new[] { Names.Service },
                    ["image-tag"] = new[] { settings.Name },
                },
            },
            Targets = [new SfnStateMachine(Machine)],
        });
    }

    /// <summary>The state machine.</summary>
    public StateMachine Machine { get; }
}
