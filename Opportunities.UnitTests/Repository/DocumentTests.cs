using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Opportunities.Api;

namespace Opportunities.UnitTests.Repository;

/// <summary>What the documents say of the code is so.</summary>
public sealed partial class DocumentTests
{
    public static TheoryData<string> Documents() => [.. Sources.Named("*.md")];

    public static TheoryData<string> TimeLimit() =>
        [.. typeof(TimeLimits).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.Name)];

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_link_leads_to_a_file(string document)
    {
        var folder = Path.GetDirectoryName(document)!;
        Assert.DoesNotContain(Names(Link(), Sources.Read(document)), path => !Sources.Exists(Path.Combine(folder, path)));
    }

    [Theory]
    [MemberData(nameof(TimeLimit))]
    public void A_time_limit_is_in_the_table_with_its_value(string name)
    {
        var seconds = ((TimeSpan)typeof(TimeLimits).GetField(name)!.GetValue(null)!).TotalSeconds;
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"`{name}` {seconds} s"), TimeLimitTable());
    }

    [Fact]
    public void The_table_names_no_time_limit_that_there_is_not() =>
        Assert.DoesNotContain(
            Names(LimitName(), TimeLimitTable()), name => typeof(TimeLimits).GetField(name) is null);

    [Fact]
    public void The_C_sharp_of_the_guide_is_that_of_a_test()
    {
        var tested = Sources.Read("Opportunities.Tests/Api/ClientTests.cs").Split('\n').Select(line => line.Trim()).ToHashSet();
        var blocks = Sources.Read("docs/guide.md").Split("```csharp\n").Skip(1);
        var shown = blocks.SelectMany(block => block.Split("```")[0].Split('\n')).ToList();
        Assert.NotEmpty(shown);
        Assert.DoesNotContain(shown, line => !tested.Contains(line.Trim()));
    }

    [Fact]
    public void The_folders_of_the_API_are_listed_in_the_order_in_which_they_know_each_other()
    {
        var list = CodeSection().Split("knows only those before it:")[1];
        Assert.Equal(ApiDependencyTests.Order, Names(FolderName(), list));
    }

    [Fact]
    public void The_diagram_of_the_code_has_the_references_of_the_projects()
    {
        string[] product =
            ["Api", "AppHost", "Client", "Data", "Identity", "Infrastructure", "LocalServers", "MigrationService", "ServiceDefaults"];
        var references = from project in product
                         from reference in Names(Reference(), Sources.Read($"Opportunities.{project}/Opportunities.{project}.csproj"))
                         select $"{project} --> {reference}";
        var diagram = CodeSection().Split('\n').Where(line => line.Contains("-->")).Select(line => line.Trim());
        Assert.Equal(references.Order(), diagram.Order());
    }

    [Fact]
    public void A_decision_that_was_replaced_leads_to_its_successor()
    {
        foreach (var path in Sources.Named("*.md").Where(path => path.StartsWith("docs/decisions/0", StringComparison.Ordinal)))
        {
            foreach (var line in Sources.Read(path).Split('\n').Where(line => line.StartsWith("*Replaced", StringComparison.Ordinal)))
            {
                var successors = Names(Link(), line).ToList();
                Assert.True(successors.Count > 0, $"{path} names no successor.");
                Assert.All(successors, successor => Assert.True(string.CompareOrdinal(successor, Path.GetFileName(path)) > 0, path));
            }
        }
    }

    private static string TimeLimitTable() => Section("docs/reliability.md", "Time limits");

    private static string CodeSection() => Section("docs/architecture.md", "The code");

    private static string Section(string document, string title) =>
        Sources.Read(document).Split("\n## ").Single(section => section.StartsWith(title + "\n", StringComparison.Ordinal));

    private static IEnumerable<string> Names(Regex pattern, string text) =>
        pattern.Matches(text).Select(match => match.Groups["name"].Value);

    [GeneratedRegex(@"\]\((?!https?:|mailto:|#)(?<name>[^)#\s]+)(#[^)]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`(?<name>[A-Z]\w+)` [\d.]+ s")]
    private static partial Regex LimitName();

    [GeneratedRegex("`(?<name>[A-Z]\\w+)`")]
    private static partial Regex FolderName();

    [GeneratedRegex(@"ProjectReference Include=""[^""]*[\\/]Opportunities\.(?<name>\w+)\.csproj""")]
    private static partial Regex Reference();
}
