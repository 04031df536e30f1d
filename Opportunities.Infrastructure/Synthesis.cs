using System.Security.Cryptography;
using Amazon.CDK;
using Amazon.CDK.CXAPI;

namespace Opportunities.Infrastructure;

/// <summary>The templates of one environment.</summary>
/// <param name="Stacks">The stacks that they were made of.</param>
/// <param name="Assembly">Where they are.</param>
public sealed record Synthesis(OpportunitiesStacks Stacks, CloudAssembly Assembly)
{
    /// <summary>The templates' files by the names of their stacks.</summary>
    public IReadOnlyDictionary<string, string> Templates => Stacks.All.ToDictionary(
        stack => stack.StackName,
        stack => System.IO.Path.Combine(Assembly.Directory, stack.TemplateFile));

    /// <summary>Makes the templates: the same ones, whoever asks, on every machine.</summary>
    /// <param name="settings">The environment's settings.</param>
    /// <param name="directory">Where to; null for where the CDK's command line wants them.</param>
    public static Synthesis Of(EnvironmentSettings settings, string? directory = null)
    {
        var app = new App(new AppProps
        {
            Outdir = directory,
            AnalyticsReporting = false,
            TreeMetadata = false,
            // The command line asks for paths in the templates, and nobody else does.
            PostCliContext = new Dictionary<string, object>
            {
                ["aws:cdk:enable-path-metadata"] = false,
                ["aws:cdk:enable-asset-metadata"] = false,
            },
        });
        CdkBehaviours.Apply(app);
        var stacks = OpportunitiesStacks.Create(app, settings);
        var first = new Synthesis(stacks, app.Synth());
        // What CloudFormation asks about the service has to be asked anew whenever the template changes, and so depends on all of it.
        stacks.Application.Api.TaskCount.SetRevision(Hash(first.Templates[stacks.Application.StackName])[..16]);
        return new Synthesis(stacks, app.Synth(new StageSynthesisOptions { Force = true }));
    }

    /// <summary>The SHA-256 of a file.</summary>
    internal static string Hash(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
}
