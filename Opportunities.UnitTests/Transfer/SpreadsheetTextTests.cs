using CsCheck;
using Opportunities.Api.Transfer;

namespace Opportunities.UnitTests.Transfer;

/// <summary>No text is a formula in a spreadsheet, and every text comes back as it was.</summary>
public sealed class SpreadsheetTextTests
{
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@A1", "'@A1")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\r=1", "'\r=1")]
    [InlineData("\n=1", "'\n=1")]
    [InlineData("＝1", "'＝1")]
    [InlineData("＋1", "'＋1")]
    [InlineData("－1", "'－1")]
    [InlineData("＠A", "'＠A")]
    [InlineData("'=1", "''=1")]
    [InlineData("''=1", "'''=1")]
    [InlineData("'a", "'a")]
    [InlineData("a=1", "a=1")]
    [InlineData("'", "'")]
    [InlineData("", "")]
    public void A_text_that_would_run_gets_an_apostrophe(string text, string cell)
    {
        Assert.Equal(cell, SpreadsheetText.Protect(text));
        Assert.Equal(text, SpreadsheetText.Unprotect(cell));
    }

    [Fact]
    public void Every_text_comes_back_and_none_can_run() => Gen.OneOf('\'', '=', '+', '-', '@', '\t', '\r', '\n', '＝', 'a', ' ').Array[0, 6]
        .Sample(letters =>
        {
            var text = new string(letters);
            var cell = SpreadsheetText.Protect(text);
            Assert.Equal(text, SpreadsheetText.Unprotect(cell));
            Assert.DoesNotContain(cell.FirstOrDefault(), "=+-@\t\r\n＝");
        });
}
