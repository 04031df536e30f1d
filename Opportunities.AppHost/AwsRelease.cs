using Aspire.Hosting.Pipelines;
using CliWrap;
using Microsoft.Extensions.Logging;

namespace Opportunities.AppHost;

/// <summary>
/// What <c>aspire publish</c>, <c>deploy</c> and <c>destroy</c> do: the stacks of Opportunities.Infrastructure by the CDK's command line,
/// and the steps of a release by <c>deploy/deploy.sh</c>. Both are processes of their own, so that one CDK library makes every template
/// and there is one way to release.
/// </summary>
internal static partial class AwsRelease
{
    /// <summary>Names the environment: <c>--Deployment:env=staging</c>, or <c>Deployment__env</c> in the process's environment.</summary>
    private const string EnvironmentSetting = "Deployment:env";

    private static readonly string[] _environments = ["dev", "staging", "prod"];

    public static void AddAwsRelease(this IDistributedApplicationBuilder builder)
    {
        var environment = builder.Configuration[EnvironmentSetting] ?? _environments[0];
        if (!_environments.Contains(environment))
        {
            throw new DistributedApplicationException(
                $"There is no environment '{environment}': --{EnvironmentSetting} takes one of {string.Join(", ", _environments)}.");
        }
        string[] cdkContext = ["--context", $"env={environment}"];

        // The stacks take their image from the registry, where a release has pushed it; Aspire would build one for each project.
        foreach (var resource in builder.Resources)
        {
            foreach (var step in resource.Annotations.OfType<PipelineStepAnnotation>().ToArray()) resource.Annotations.Remove(step);
        }

        builder.Pipeline.AddStep(
            "aws-templates",
            context => RunAsync(context, Cdk, ["synth", .. cdkContext, "--quiet", "--output", OutputOf(context)]),
            requiredBy: WellKnownPipelineSteps.Publish);

        string? before = null;
        foreach (var name in ReleaseSteps())
        {
            builder.Pipeline.AddStep(
                $"aws-{name}",
                context => RunAsync(context, RepositoryRoot.Combine("deploy/deploy.sh"), environment, "--step", name, "--yes"),
                dependsOn: before,
                requiredBy: WellKnownPipelineSteps.Deploy);
            before = $"aws-{name}";
        }

        builder.Pipeline.AddStep(
            "aws-destroy",
            context => RunAsync(context, Cdk, ["destroy", "--all", "--force", .. cdkContext]),
            requiredBy: WellKnownPipelineSteps.Destroy);
    }

    /// <summary>The CDK's command line in the version of package.json.</summary>
    private static string Cdk => RepositoryRoot.Combine("node_modules/.bin/cdk");

    private static string OutputOf(PipelineStepContext context) =>
        Path.Combine(context.Services.GetRequiredService<IPipelineOutputService>().GetOutputDirectory(), "cdk.out");

    /// <summary>The names in <c>deploy/steps</c>, in their order.</summary>
    private static IEnumerable<string> ReleaseSteps() => File.ReadLines(RepositoryRoot.Combine("deploy/steps"))
        .Where(line => line is [not '#', ..]).Select(line => line.Split('\t')[0]);

    private static async Task RunAsync(PipelineStepContext context, string program, params string[] arguments)
    {
        if (!File.Exists(program))
            throw new DistributedApplicationException($"There is no {program}: run `npm ci` in {RepositoryRoot.Path} first.");

        var last = "";
        var output = PipeTarget.ToDelegate(line =>
        {
            if (!string.IsNullOrWhiteSpace(line)) last = line;
            LogOutput(context.Logger, line);
        });
        var result = await Cli.Wrap(program)
            .WithArguments(arguments)
            .WithWorkingDirectory(RepositoryRoot.Path)
            .WithStandardOutputPipe(output)
            .WithStandardErrorPipe(output)
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync(context.CancellationToken);
        if (!result.IsSuccess)
        {
            throw new DistributedApplicationException(
                $"{Path.GetFileName(program)} {string.Join(' ', arguments)} ended with exit code {result.ExitCode}. {last}");
        }
    }

    [LoggerMessage(LogLevel.Information, "{Line}")]
    private static partial void LogOutput(ILogger logger, string line);
}
