using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Opportunities.LocalServers;
using Opportunities.SystemTests.Infrastructure;

namespace Opportunities.SystemTests.Deployed;

/// <summary>The paths in the task definitions are paths of the image, which the other tests replace by this machine's.</summary>
[Collection(InfrastructureCollection.Name)]
public sealed partial class ImagePathTests
{
    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void The_database_authorities_are_where_the_image_has_them(string environment)
    {
        var copied = CertificatesCopied().Match(Dockerfile());
        Assert.True(copied.Success, "The Dockerfile copies no certificates.");
        var containers = Containers(environment).ToList();
        Assert.Equal(2, containers.Count);
        Assert.All(containers, container =>
        {
            var path = container["Environment"]!.AsArray()
                .Single(entry => entry!["Name"]!.ToString() == "Database__RootCertificate")!["Value"]!.ToString();
            Assert.StartsWith(copied.Groups["to"].Value, path, StringComparison.Ordinal);
            var file = path[copied.Groups["to"].Length..];
            Assert.True(
                File.Exists(RepositoryRoot.Combine(copied.Groups["from"].Value + file)),
                $"There is no {file} in {copied.Groups["from"].Value}.");
        });
    }

    [Theory]
    [MemberData(nameof(SynthesizedStacks.Names), MemberType = typeof(SynthesizedStacks))]
    public void The_migrations_start_in_the_directory_to_which_the_image_publishes_them(string environment)
    {
        var migrations = Containers(environment).Single(container => container["Name"]!.ToString() == "migrations");
        Assert.Contains($" MigrationService:{migrations["WorkingDirectory"]};", Dockerfile(), StringComparison.Ordinal);
    }

    /// <summary>The containers of our image.</summary>
    private static IEnumerable<JsonNode> Containers(string environment) => SynthesizedStacks.Of(environment).Application
        .All("AWS::ECS::TaskDefinition")
        .SelectMany(task => task.List("ContainerDefinitions"))
        .Where(container => container["Name"]!.ToString() is "api" or "migrations");

    private static string Dockerfile() => File.ReadAllText(RepositoryRoot.Combine("Dockerfile"));

    [GeneratedRegex(@"^COPY (?<from>deploy/certificates/) (?<to>/\S+/)$", RegexOptions.Multiline)]
    private static partial Regex CertificatesCopied();
}
