using System.Reflection;
using Opportunities.Data;

namespace Opportunities.UnitTests.Data;

/// <summary>Content in which one member is another than before, whatever members there are.</summary>
internal static class Sample
{
    public static OpportunityContent Change(OpportunityContent content, string member)
    {
        var property = typeof(OpportunityContent).GetProperty(member)!;
        var changed = content with { };
        property.SetValue(changed, Other(property, property.GetValue(content)));
        return changed;
    }

    /// <summary>Content of which no member is as in the other.</summary>
    public static OpportunityContent ChangeAll(OpportunityContent content) => typeof(OpportunityContent).GetProperties()
        .Where(property => property.CanWrite).Aggregate(content, (changed, property) => Change(changed, property.Name));

    private static object Other(PropertyInfo property, object? value) => value switch
    {
        null when property.PropertyType == typeof(ExternalId) => new ExternalId("crm", "4711"),
        null or string => $"{property.Name}!",
        decimal amount => amount + 0.01m,
        DateTime time => time.AddDays(1),
        Priority => Priority.Critical,
        _ => throw new NotSupportedException($"How is {property.Name} another one?"),
    };
}
