using System.Text.RegularExpressions;

namespace Opportunities.UnitTests.Repository;

/// <summary>What docs/security.md says is tested, is.</summary>
public sealed partial class SecurityDocumentTests
{
    public static TheoryData<string> Named() =>
        [.. TestName().Matches(Sources.Read("docs/security.md")).Select(match => match.Groups["name"].Value).Distinct()];

    [Theory]
    [MemberData(nameof(Named))]
    public void A_test_that_the_document_names_exists(string name)
    {
        var parts = name.Split('.');
        var sources = Sources.Named($"{parts[0]}.cs").Select(Sources.Read).ToList();
        Assert.Contains(sources, source => Regex.IsMatch(source, $@"\bclass {parts[0]}\b"));
        if (parts.Length > 1) Assert.Contains(sources, source => Regex.IsMatch(source, $@"\b{parts[1]}\("));
    }

    [GeneratedRegex(@"`(?<name>\w+Tests(\.\w+)?)`")]
    private static partial Regex TestName();
}
