using Amazon.CDK;

namespace Opportunities.Infrastructure;

/// <summary>The values that scripts and procedures ask a stack for, by name.</summary>
internal static class Outputs
{
    public static void Add(Stack stack, string name, string value, string description) =>
        _ = new CfnOutput(stack, name, new CfnOutputProps { Value = value, Description = description });
}
