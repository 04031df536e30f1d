using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Opportunities.LocalServers;

namespace Opportunities.SystemTests.Deploy;

/// <summary>What the image and the pipelines are made of cannot change by itself.</summary>
public sealed partial class PinningTests
{
    [Fact]
    public void Actions_are_pinned_by_commit()
    {
        var workflows = Directory.GetFiles(RepositoryRoot.Combine(".github/workflows"), "*.yml");
        Assert.NotEmpty(workflows);
        foreach (var line in workflows.SelectMany(File.ReadLines).Where(line => line.Contains("uses:", StringComparison.Ordinal)))
            Assert.Matches(PinnedAction(), line);
    }

    [Fact]
    public void Workflows_hold_no_key_and_begin_without_permissions()
    {
        foreach (var workflow in Directory.GetFiles(RepositoryRoot.Combine(".github/workflows"), "*.yml").Select(File.ReadAllText))
        {
            Assert.Contains("\npermissions: {}\n", workflow, StringComparison.Ordinal);
            Assert.DoesNotContain("aws-access-key-id", workflow, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("secrets.", workflow, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Base_images_are_pinned_by_exact_version_and_the_same_in_both_builds()
    {
        var dockerfile = File.ReadAllText(RepositoryRoot.Combine("Dockerfile"));
        var bases = From().Matches(dockerfile).Select(match => match.Groups["image"].Value).ToArray();
        Assert.Equal(2, bases.Length);
        Assert.All(bases, image => Assert.Matches(@":\d+\.\d+\.\d+-", image));
        // No shell and no root; "extra" has the tables by which text is normalized.
        Assert.EndsWith("-chiseled-extra", bases[^1], StringComparison.Ordinal);
        Assert.Contains(
            $"<ContainerBaseImage>{bases[^1]}</ContainerBaseImage>", File.ReadAllText(RepositoryRoot.Combine("build/Container.targets")),
            StringComparison.Ordinal);
        Assert.Contains("USER $APP_UID", dockerfile, StringComparison.Ordinal);
        Assert.Contains("HEALTHCHECK", dockerfile, StringComparison.Ordinal);
    }

    [Fact]
    public void The_databases_authorities_are_roots_of_every_region_and_good_for_years()
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(RepositoryRoot.Combine("deploy/certificates/rds-global-bundle.pem"));
        Assert.Equal(81, authorities.Count);
        Assert.All(authorities, authority =>
        {
            Assert.Matches("CN=Amazon RDS [a-z0-9-]+ Root CA (RSA2048|RSA4096|ECC384) G1", authority.Subject);
            Assert.Equal(authority.Subject, authority.Issuer);
            Assert.True(authority.NotAfter > DateTime.UtcNow.AddYears(2), authority.Subject);
        });
    }

    [GeneratedRegex(@"uses: (\./|[a-z-]+/[a-z-]+(/[a-z-]+)?@[0-9a-f]{40} # v\d+\.\d+\.\d+$)")]
    private static partial Regex PinnedAction();

    [GeneratedRegex(@"^FROM (--platform=\S+ )?(?<image>\S+)", RegexOptions.Multiline)]
    private static partial Regex From();
}
