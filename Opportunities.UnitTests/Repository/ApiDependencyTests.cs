using System.Text.RegularExpressions;

namespace Opportunities.UnitTests.Repository;

/// <summary>The folders of the API depend on each other in one direction.</summary>
public sealed partial class ApiDependencyTests
{
    /// <summary>What knows no feature; each knows those before it.</summary>
    private static readonly string[] _foundation =
        ["Errors", "Input", "Background", "Auth", "Http", "OpenApi", "Caching", "Idempotency"];

    /// <summary>Those that know the foundation, and each other only through Opportunities.Data.</summary>
    private static readonly string[] _features =
        ["Attachments", "Events", "Health", "Opportunities", "Requirements", "Transfer"];

    /// <summary>What is not so yet. One that is no longer needed fails the test.</summary>
    private static readonly string[] _exceptions =
    [
        "Attachments knows Opportunities",
        "Attachments knows Requirements",
        "Health knows Attachments",
        "Health knows Events",
        "Http knows OpenApi",
        "Http knows Opportunities",
        "OpenApi knows Idempotency",
        "OpenApi knows Opportunities",
        "Opportunities knows Requirements",
        "Opportunities knows Transfer",
        "Requirements knows Opportunities",
        "Transfer knows Opportunities",
    ];

    [Fact]
    public void Every_folder_is_foundation_or_feature() =>
        Assert.Equal(_foundation.Concat(_features).Order(), Files().Select(file => file.Folder).Distinct().Order());

    [Fact]
    public void The_foundation_knows_no_feature_and_features_know_the_foundation_alone()
    {
        var wrong = from file in Files()
                    from Match reference in Reference().Matches(Sources.Read(file.Path))
                    let known = reference.Groups["folder"].Value
                    where known != file.Folder && _foundation.Concat(_features).Contains(known) && !Before(file.Folder).Contains(known)
                    select $"{file.Folder} knows {known}";
        Assert.Equal(_exceptions, wrong.Distinct().Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Before(string folder) => _foundation.TakeWhile(other => other != folder);

    /// <summary>The files in folders; what is beside them (Program, the set-up) knows all.</summary>
    private static IEnumerable<(string Path, string Folder)> Files() =>
        from path in Sources.Named("*.cs")
        let parts = path.Split('/')
        where parts is ["Opportunities.Api", not "Properties", _, ..]
        select (path, parts[1]);

    /// <summary>A using, or a name in full.</summary>
    [GeneratedRegex(@"\bOpportunities\.Api\.(?<folder>[A-Z]\w*)[.;]")]
    private static partial Regex Reference();
}
