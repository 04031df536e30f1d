using System.Text.RegularExpressions;
using Opportunities.LocalServers;

namespace Opportunities.Tests.Api;

/// <summary>Runs docs/guide.md as a reader would paste it, so that it cannot rot.</summary>
[Collection(SystemCollection.Name)]
public sealed partial class GuideTests(TestSystem system)
{
    private static readonly string _guide = File.ReadAllText(RepositoryRoot.Combine("docs/guide.md"));

    public static TheoryData<string> Recipes() => [.. Sections().Skip(1).Select(section => section.Split('\n')[0])];

    [Theory]
    [MemberData(nameof(Recipes))]
    public async Task A_recipe_prints_what_it_says(string title)
    {
        var recipe = Sections().Single(section => section.StartsWith(title + "\n", StringComparison.Ordinal));
        var script = string.Join('\n', Blocks(Sections()[0], "sh").Concat(Blocks(recipe, "sh")));
        var folder = Directory.CreateTempSubdirectory("opportunities-guide-");
        try
        {
            var output = await MachineTool.RunAsync(
                "env", "-C", folder.FullName, $"API={system.Api.ToString().TrimEnd('/')}",
                $"ISSUER={system.Local.IdentityAddress.ToString().TrimEnd('/')}", $"SECRET={system.ClientSecret}",
                "bash", "-euo", "pipefail", "-c", script);
            var expected = string.Join('\n', Blocks(recipe, "text")).TrimEnd();
            Assert.Matches("^" + Regex.Escape(expected).Replace("…", ".*", StringComparison.Ordinal) + "$", output.TrimEnd());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task The_first_requests_of_the_README_lead_to_another_system_that_is_kept_in_step()
    {
        var readme = await File.ReadAllTextAsync(RepositoryRoot.Combine("README.md"));
        var section = readme.Split("\n## ").Single(section => section.StartsWith("A first request\n", StringComparison.Ordinal));
        var script = string.Join('\n', Blocks(section, "bash"))
            .Replace("http://127.0.0.1:5180", system.Api.ToString().TrimEnd('/'), StringComparison.Ordinal)
            .Replace("http://127.0.0.1:5181", system.Local.IdentityAddress.ToString().TrimEnd('/'), StringComparison.Ordinal)
            .Replace("client_secret=development-only", $"client_secret={system.ClientSecret}", StringComparison.Ordinal);
        var output = await MachineTool.RunAsync("bash", "-euo", "pipefail", "-c", script);
        Assert.Contains("\"items\":[", output, StringComparison.Ordinal);
        Assert.EndsWith("created 1", output.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void There_are_ten_recipes() => Assert.Equal(10, Recipes().Count);

    private static string[] Sections() => _guide.Split("\n## ");

    private static IEnumerable<string> Blocks(string text, string language) =>
        Block().Matches(text).Where(match => match.Groups["language"].Value == language).Select(match => match.Groups["code"].Value);

    [GeneratedRegex("^```(?<language>\\w+)\\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
