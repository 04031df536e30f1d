using System.Text.RegularExpressions;

namespace Opportunities.UnitTests.Repository;

/// <summary>The folders of the API depend on each other in one direction.</summary>
public sealed partial class ApiDependencyTests
{
    /// <summary>Each knows only those before it: what all build on, how opportunities are written, and the features.</summary>
    internal static readonly string[] Order =
    [
        "Errors", "Input", "Auth", "Http", "Caching", "OpenApi", "Background", "Events", "Writing", "Idempotency",
        "Opportunities", "Changes", "Requirements", "Attachments", "Transfer", "Health",
    ];

    [Fact]
    public void Every_folder_has_its_place() => Assert.Equal(Order.Order(), Files().Select(file => file.Folder).Distinct().Order());

    [Fact]
    public void A_folder_knows_only_those_before_it()
    {
        var wrong = from file in Files()
                    from Match reference in Reference().Matches(Sources.Read(file.Path))
                    let known = reference.Groups["folder"].Value
                    where Array.IndexOf(Order, known) > Array.IndexOf(Order, file.Folder)
                    select $"{file.Path} knows {known}";
        Assert.Empty(wrong);
    }

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
