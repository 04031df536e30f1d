using Opportunities.Api.Opportunities;

namespace Opportunities.UnitTests.Opportunities;

/// <summary>Which terms of a search the index is asked for, and which the found rows are looked at for.</summary>
public sealed class WordFrequenciesTests
{
    // As PostgreSQL has them: the least and the greatest frequency, and a missing one, follow.
    private static readonly WordFrequencies.Sample _sample = new(
        ["number", "cloud", "clown", "c", "zurich", "50", "51"], [0.9f, 0.6f, 0.005f, 0.004f, 0.02f, 0.006f, 0.007f, 0.004f, 0.9f, 0]);

    [Theory]
    [InlineData("number 5077", "5077", "number", true)]
    [InlineData("5077 NUMBER nowhere", "5077,nowhere", "NUMBER", true)]
    [InlineData("number cloud zurich", "zurich", "number,cloud", false)]
    [InlineData("clo rare", "rare", "clo", true)]
    [InlineData("clow", "clow", "", true)]
    [InlineData("x rare", "rare", "x", true)]
    [InlineData("number", "number", "", false)]
    [InlineData("5", "5", "", false)]
    [InlineData("ｎｕｍｂｅｒ rare", "rare", "ｎｕｍｂｅｒ", true)]
    [InlineData("rare/number other", "other", "rare/number", true)]
    [InlineData("number\u3000rare\tother", "rare,other", "number", true)]
    [InlineData("🚀 number", "🚀", "number", true)]
    [InlineData("京", "京", "", true)]
    public void The_index_is_asked_for_the_rare_ones(string query, string indexed, string filtered, bool areRare)
    {
        var terms = _sample.Part(query);
        Assert.Equal((indexed, filtered, areRare), (string.Join(',', terms.Indexed), string.Join(',', terms.Filtered), terms.AreRare));
    }

    [Theory]
    [InlineData("number 5077", "number,5077")]
    [InlineData("a", "a")]
    public void Without_statistics_the_index_is_asked_for_all_but_single_letters(string query, string indexed) =>
        Assert.Equal(indexed, string.Join(',', new WordFrequencies.Sample([], []).Part(query).Indexed));
}
