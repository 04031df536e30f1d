using System.Text.RegularExpressions;

namespace Opportunities.UnitTests.Repository;

/// <summary>A statement stands on the line of its <c>if</c>, <c>else</c> or loop where both fit.</summary>
public sealed partial class OneLineStatementTests
{
    [Fact]
    public void A_statement_stands_on_the_line_of_its_condition_where_both_fit() =>
        Assert.Empty(Sources.Find(Apart));

    [Theory]
    [InlineData("if (a)\n    return;")]
    [InlineData("    else\n        b();")]
    [InlineData("foreach (var a in b())\n    c(a);")]
    public void One_that_stands_apart_is_found(string text) => Assert.Equal([1], Apart(text));

    [Theory]
    [InlineData("if (a) return;")]
    [InlineData("if (a)\n    if (b) return;")]
    [InlineData("if (a\n    && b)\n{\n    return;\n}")]
    [InlineData("if (a)\n{\n    return;\n}")]
    public void Others_are_not(string text) => Assert.Empty(Apart(text));

    [Fact]
    public void Neither_is_one_that_would_make_the_line_too_long() => Assert.Empty(Apart($"if ({new string('a', 140)})\n    return;"));

    /// <summary>The numbers of the lines whose statement could stand on them.</summary>
    private static IEnumerable<int> Apart(string text)
    {
        var lines = Sources.LinesOf(text).ToArray();
        for (var n = 0; n + 1 < lines.Length; n++)
        {
            var (condition, statement) = (Condition().Match(lines[n]), lines[n + 1].Trim());
            if (condition.Success && lines[n].Count(static c => c == '(') == lines[n].Count(static c => c == ')')
                && statement.EndsWith(';') && !Nested().IsMatch(statement)
                && lines[n].Length + 1 + statement.Length <= LineLengthTests.Longest)
            {
                yield return n + 1;
            }
        }
    }

    [GeneratedRegex(@"^\s*((else )?(if|foreach|for|while) \(.*\)|else)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Condition();

    [GeneratedRegex(@"^(if|foreach|for|while) \(", RegexOptions.ExplicitCapture)]
    private static partial Regex Nested();
}
