using System.Text.Json;
using Opportunities.Data;

namespace Opportunities.UnitTests.Data;

/// <summary>A member that people write is kept, compared and recorded, whatever members there are.</summary>
public sealed class ContentTests
{
    private static readonly DateTime _now = new(2026, 6, 1, 0, 0, 0, DateTimeKind.Utc);

    private static readonly string[] _properties =
        [.. typeof(OpportunityContent).GetProperties().Where(property => property.CanWrite).Select(property => property.Name)];

    public static TheoryData<string> Members => [.. _properties];

    [Fact]
    public void Every_member_has_its_name_outside() => Assert.Equal(
        _properties.Select(JsonNamingPolicy.SnakeCaseLower.ConvertName), OpportunityContent.Members.Select(member => member.Name));

    [Theory]
    [MemberData(nameof(Members))]
    public void A_member_is_kept_and_its_change_is_in_the_history(string member)
    {
        var changed = Sample.Change(Build.Content, member);
        Assert.Equal(changed, Opportunity.Create(changed, new ChangeContext("owner", _now)).Content);

        var opportunity = Build.Draft(_now);
        opportunity.Update(changed, new ChangeContext("owner", _now));
        Assert.Equal(changed, opportunity.Content);
        var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(member);
        var text = OpportunityContent.Members.Single(known => known.Name == name).Text;
        Assert.Equal(
            [(name, text(Build.Content), text(changed))],
            opportunity.Changes.Where(change => change.Version == 2)
                .Select(change => (change.FieldName, change.OldValue, change.NewValue)));
    }
}
