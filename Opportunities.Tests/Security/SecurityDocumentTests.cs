using System.Text.RegularExpressions;
using Opportunities.LocalServers;

namespace Opportunities.Tests.Security;

/// <summary>What docs/security.md says is tested, is.</summary>
public sealed partial class SecurityDocumentTests
{
    public static TheoryData<string> Named() =>
        [.. TestName().Matches(File.ReadAllText(RepositoryRoot.Combine("docs/security.md"))).Select(match => match.Groups["name"].Value).Distinct()];

    [Theory]
    [MemberData(nameof(Named))]
    public void A_test_that_the_document_names_exists(string name)
    {
        var parts = name.Split('.');
        var type = typeof(SecurityDocumentTests).Assembly.GetTypes().SingleOrDefault(type => type.Name == parts[0]);
        Assert.True(type is not null, $"There is no {parts[0]}.");
        if (parts.Length > 1) Assert.Contains(parts[1], type.GetMethods().Select(method => method.Name));
    }

    [GeneratedRegex(@"`(?<name>\w+Tests(\.\w+)?)`")]
    private static partial Regex TestName();
}
