namespace Opportunities.UnitTests.Repository;

/// <summary>A line of code has at most 140 characters, as .editorconfig says, which no tool of the build looks at.</summary>
public sealed class LineLengthTests
{
    private const int Longest = 140;

    /// <summary>Files that have longer ones still. One that has none any more fails the test.</summary>
    private static readonly string[] _exceptions =
        [.. Sources.Read(".ci/long-lines").Split('\n').Where(line => line.Length > 0 && line[0] != '#')];

    [Fact]
    public void No_line_is_longer_than_140_characters()
    {
        var files = from path in Sources.Named("*.cs")
                    where !path.StartsWith("Opportunities.Data/Migrations/", StringComparison.Ordinal)
                    where Sources.Read(path).Split('\n').Any(line => line.TrimEnd('\r').Length > Longest)
                    select path;
        Assert.Equal(_exceptions, files.Order(StringComparer.Ordinal));
    }
}
