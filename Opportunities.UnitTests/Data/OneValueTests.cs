using System.Globalization;
using System.Text;
using Opportunities.Api;
using Opportunities.Api.Opportunities;
using Opportunities.Data;
using Opportunities.Data.Requirements;

namespace Opportunities.UnitTests.Data;

/// <summary>What is answered, kept in the history and published is the same value, byte for byte.</summary>
public sealed class OneValueTests
{
    private static readonly DateTime _now = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);
    private static readonly ChangeContext _stamp = new("owner", _now);

    [Theory]
    [InlineData("5", "5.00")]
    [InlineData("5.0", "5.00")]
    [InlineData("5.000", "5.00")]
    [InlineData("5.5000", "5.50")]
    [InlineData("9999999999999.990", "9999999999999.99")]
    public void An_amount_has_two_decimals_wherever_it_stands(string sent, string amount)
    {
        var budget = decimal.Parse(sent, CultureInfo.InvariantCulture);
        var opportunity = Opportunity.Create(Build.Content with { EstimatedBudget = budget }, _stamp);
        Assert.Contains($"\"estimated_budget\":{amount},", Answer(opportunity), StringComparison.Ordinal);
        opportunity.Update(opportunity.Content with { EstimatedBudget = 1m }, _stamp);
        Assert.Equal(amount, opportunity.Changes[^1].OldValue);
        opportunity.Update(opportunity.Content with { EstimatedBudget = budget }, _stamp);
        Assert.Equal(("1.00", amount), (opportunity.Changes[^1].OldValue, opportunity.Changes[^1].NewValue));
    }

    [Fact]
    public void A_replacement_that_is_refused_leaves_everything_as_it_was()
    {
        var opportunity = Build.Draft(_now);
        opportunity.Add(Build.Skill("Go"), _stamp);
        var skill = Build.Skill("Rust");
        opportunity.Add(skill, _stamp);
        Assert.Throws<ConflictException>(
            () => opportunity.Replace(skill, new("GO", SkillType.Soft, ExperienceLevel.Expert, Importance.NiceToHave), _stamp));
        Assert.Equal(("Rust", SkillType.Technical), (skill.SkillName, skill.SkillType));
        Assert.Equal(3, opportunity.Version);
    }

    private static string Answer(Opportunity opportunity) =>
        Encoding.UTF8.GetString(
            System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(OpportunityResponse.From(opportunity), ApiJson.Wire.OpportunityResponse));
}
