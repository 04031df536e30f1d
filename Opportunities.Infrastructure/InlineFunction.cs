using Amazon.CDK;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.Lambda;
using Amazon.CDK.AWS.Logs;
using Constructs;

namespace Opportunities.Infrastructure;

/// <summary>A function whose code stands in the template, with a log that ends and permissions that are given one by one.</summary>
internal static class InlineFunction
{
    public static Function Create(Construct scope, string id, EnvironmentSettings settings, string file, string description)
    {
        var logs = new LogGroup(
            scope, "Logs", new LogGroupProps { Retention = Retention.Of(settings.LogDays), RemovalPolicy = RemovalPolicy.DESTROY });
        var role = new Role(scope, "Role", new RoleProps { AssumedBy = new ServicePrincipal("lambda.amazonaws.com") });
        logs.GrantWrite(role);
        return new Function(scope, id, new FunctionProps
        {
            Description = description,
            Runtime = new Runtime("nodejs24.x", RuntimeFamily.NODEJS, new LambdaRuntimeProps { SupportsInlineCode = true }),
            Handler = "index.handler",
            Code = Code.FromInline(Read(file)),
            Timeout = Duration.Seconds(30),
            Role = role,
            LogGroup = logs,
        });
    }

    public static void Allow(Function function, string[] actions, string resource) =>
        function.AddToRolePolicy(new PolicyStatement(new PolicyStatementProps { Actions = actions, Resources = [resource] }));

    private static string Read(string file)
    {
        using var stream = typeof(InlineFunction).Assembly.GetManifestResourceStream(file)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
