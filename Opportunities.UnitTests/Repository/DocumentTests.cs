using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Opportunities.Api;

namespace Opportunities.UnitTests.Repository;

/// <summary>What the documents say of the code is so.</summary>
public sealed partial class DocumentTests
{
    public static TheoryData<string> Documents() => [.. Sources.Named("*.md")];

    public static TheoryData<string> Decisions() =>
        [.. Sources.Named("*.md").Where(path => path.StartsWith("docs/decisions/0", StringComparison.Ordinal))];

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
    [MemberData(nameof(Documents))]
    public void A_link_to_a_section_leads_to_its_heading(string document)
    {
        foreach (Match link in SectionLink().Matches(Sources.Read(document)))
        {
            var path = link.Groups["path"].Value;
            var target = path.Length == 0 ? document : Path.Combine(Path.GetDirectoryName(document)!, path);
            var headings = Names(Heading(), Sources.Read(target)).Select(Anchor);
            Assert.Contains(link.Groups["section"].Value, headings);
        }
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

    [Theory]
    [MemberData(nameof(Decisions))]
    public void A_decision_is_listed_under_its_title(string path)
    {
        var (number, title) = Title().Match(Sources.Read(path)) is { Success: true } heading
            ? (heading.Groups["number"].Value, heading.Groups["title"].Value)
            : throw new InvalidOperationException($"{path} begins with no number and title.");
        Assert.StartsWith($"{int.Parse(number, CultureInfo.InvariantCulture):D4}-", Path.GetFileName(path), StringComparison.Ordinal);
        Assert.Matches(
            $@"(?m)^- {Regex.Escape($"[{number}]({Path.GetFileName(path)}) {title}")}( \(replaced .*\))?$",
            Sources.Read("docs/decisions/README.md"));
    }

    [Theory]
    [MemberData(nameof(Decisions))]
    public void A_decision_that_was_replaced_leads_to_its_successor(string path)
    {
        foreach (var line in Sources.Read(path).Split('\n').Where(line => line.StartsWith("*Replaced", StringComparison.Ordinal)))
        {
            var successors = Names(Link(), line).ToList();
            Assert.True(successors.Count > 0, $"{path} names no successor.");
            Assert.All(successors, successor => Assert.True(string.CompareOrdinal(successor, Path.GetFileName(path)) > 0, path));
        }
    }

    [Theory]
    [MemberData(nameof(Decisions))]
    public void A_decision_that_replaces_another_is_named_by_it(string path)
    {
        foreach (var replaced in Names(Replaces(), Sources.Read(path)).SelectMany(sentence => Names(Link(), sentence)))
            Assert.Matches($@"(?m)^\*Replaced .*{Regex.Escape(Path.GetFileName(path))}", Sources.Read($"docs/decisions/{replaced}"));
    }

    private static string TimeLimitTable() => Section("docs/reliability.md", "Time limits");

    private static string CodeSection() => Section("docs/architecture.md", "The code");

    private static string Section(string document, string title) =>
        Sources.Read(document).Split("\n## ").Single(section => section.StartsWith(title + "\n", StringComparison.Ordinal));

    /// <summary>What a heading is called in an address, as GitHub does it.</summary>
    private static string Anchor(string heading) =>
        NoAnchor().Replace(heading.ToLowerInvariant(), "").Replace(' ', '-');

    private static IEnumerable<string> Names(Regex pattern, string text) =>
        pattern.Matches(text).Select(match => match.Groups["name"].Value);

    [GeneratedRegex(@"\]\((?!https?:|mailto:|#)(?<name>[^)#\s]+)(#[^)]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\]\((?!https?:)(?<path>[^)#\s]*)#(?<section>[^)\s]+)\)")]
    private static partial Regex SectionLink();

    [GeneratedRegex(@"^#+ (?<name>.+?)\s*$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoAnchor();

    [GeneratedRegex(@"^# (?<number>\d+)\. (?<title>.+)")]
    private static partial Regex Title();

    [GeneratedRegex(@"\b(?:This r|R)eplaces (?<name>.*?\.)(?:\s|$)", RegexOptions.Singleline)]
    private static partial Regex Replaces();

    [GeneratedRegex(@"`(?<name>[A-Z]\w+)` [\d.]+ s")]
    private static partial Regex LimitName();

    [GeneratedRegex("`(?<name>[A-Z]\\w+)`")]
    private static partial Regex FolderName();

    [GeneratedRegex(@"ProjectReference Include=""[^""]*[\\/]Opportunities\.(?<name>\w+)\.csproj""")]
    private static partial Regex Reference();
}
