using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Opportunities.Api;

namespace Opportunities.UnitTests.Repository;

/// <summary>What the documents say of the code is so.</summary>
public sealed partial class DocumentTests
{
    public static TheoryData<string> Documents() => [.. Sources.Named("*.md")];

    public static TheoryData<string> TimeLimit() => [.. typeof(TimeLimits).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.Name)];

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_link_leads_to_a_file(string document)
    {
        var folder = Path.GetDirectoryName(document)!;
        Assert.DoesNotContain(
            Link().Matches(Sources.Read(document)).Select(match => match.Groups["path"].Value), path => !Sources.Exists(Path.Combine(folder, path)));
    }

    [Theory]
    [MemberData(nameof(TimeLimit))]
    public void A_time_limit_is_in_the_table_with_its_value(string name)
    {
        var seconds = ((TimeSpan)typeof(TimeLimits).GetField(name)!.GetValue(null)!).TotalSeconds;
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"`{name}` {seconds} s"), Section("docs/reliability.md", "Time limits"));
    }

    [Fact]
    public void The_table_names_no_time_limit_that_there_is_not() =>
        Assert.DoesNotContain(
            LimitName().Matches(Section("docs/reliability.md", "Time limits")).Select(match => match.Groups["name"].Value),
            name => typeof(TimeLimits).GetField(name) is null);

    [Fact]
    public void The_folders_of_the_API_are_listed_in_the_order_in_which_they_know_each_other()
    {
        var list = Section("docs/architecture.md", "The code").Split("knows only those before it:")[1];
        Assert.Equal(ApiDependencyTests.Order, FolderName().Matches(list).Select(match => match.Groups["name"].Value));
    }

    [Fact]
    public void The_diagram_of_the_code_has_the_references_of_the_projects()
    {
        string[] product = ["Api", "AppHost", "Client", "Data", "Identity", "Infrastructure", "LocalServers", "MigrationService", "ServiceDefaults"];
        var references = from project in product
                         from Match match in Reference().Matches(Sources.Read($"Opportunities.{project}/Opportunities.{project}.csproj"))
                         select $"{project} --> {match.Groups["project"].Value}";
        var diagram = Section("docs/architecture.md", "The code").Split('\n').Select(line => line.Trim()).Where(line => line.Contains("-->"));
        Assert.Equal(references.Order(), diagram.Order());
    }

    [Fact]
    public void A_decision_that_was_replaced_leads_to_its_successor()
    {
        foreach (var path in Sources.Named("*.md").Where(path => path.StartsWith("docs/decisions/0", StringComparison.Ordinal)))
        {
            foreach (var line in Sources.Read(path).Split('\n').Where(line => line.StartsWith("*Replaced", StringComparison.Ordinal)))
            {
                var successors = Link().Matches(line).Select(match => match.Groups["path"].Value).ToList();
                Assert.True(successors.Count > 0, $"{path} names no successor.");
                Assert.All(successors, successor => Assert.True(string.CompareOrdinal(successor, Path.GetFileName(path)) > 0, path));
            }
        }
    }

    private static string Section(string document, string title) =>
        Regex.Match(Sources.Read(document), $@"^#+ {title}\n(?<text>.*?)(?=^#|\z)", RegexOptions.Multiline | RegexOptions.Singleline).Groups["text"].Value;

    [GeneratedRegex(@"\]\((?!https?:|mailto:|#)(?<path>[^)#\s]+)(#[^)]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`(?<name>[A-Z]\w+)` [\d.]+ s")]
    private static partial Regex LimitName();

    [GeneratedRegex("`(?<name>[A-Z]\\w+)`")]
    private static partial Regex FolderName();

    [GeneratedRegex(@"ProjectReference Include=""[^""]*[\\/]Opportunities\.(?<project>\w+)\.csproj""")]
    private static partial Regex Reference();
}
