using System.ComponentModel.DataAnnotations;

namespace Opportunities.Data;

/// <summary>What another system calls an opportunity. Of those that are not deleted no two have the same.</summary>
/// <param name="Source">The other system: 1–50 of <c>a-z 0-9 . _ -</c>.</param>
/// <param name="Id">Its id there: 1–100 code points.</param>
public sealed record ExternalId(
    [property: MaxLength(OpportunityLimits.ExternalSource)] string Source, [property: MaxLength(OpportunityLimits.ExternalId)] string Id)
{
    /// <summary>One text, as the history has it. A source has no slash.</summary>
    public override string ToString() => $"{Source}/{Id}";
}
