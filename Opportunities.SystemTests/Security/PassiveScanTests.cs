using Xunit.Abstractions;

namespace Opportunities.SystemTests.Security;

/// <summary>ZAP's passive rules, asked of the running API.</summary>
[Collection(SystemCollection.Name)]
public sealed class PassiveScanTests(PassiveScan scan, ITestOutputHelper output) : IClassFixture<PassiveScan>
{
    public static TheoryData<string> Rules() => [.. PassiveRules.All.Select(rule => rule.ToString())];

    [Theory]
    [MemberData(nameof(Rules))]
    public void No_answer_breaks_the_rule(string name) =>
        Assert.Empty(scan.Answers.Where(Rule(name).IsBroken).Select(answer => $"{answer.Request}: {answer.Status}"));

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_bad_answer_breaks_the_rule(string name) => Assert.True(Rule(name).IsBroken(Rule(name).Bad));

    [Theory]
    [InlineData(200)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(406)]
    [InlineData(412)]
    [InlineData(415)]
    public void The_answers_that_are_looked_at_have_every_status(int status) =>
        Assert.Contains(scan.Answers, answer => answer.Status == status);

    [Fact]
    public void The_page_is_looked_at()
    {
        output.WriteLine($"{scan.Answers.Count} answers, {PassiveRules.All.Count} rules");
        Assert.Contains(scan.Answers, answer => answer is { IsHtml: true, Status: 200 });
    }

    private static PassiveRule Rule(string name) => PassiveRules.All.Single(rule => rule.ToString() == name);
}
