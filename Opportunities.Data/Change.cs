using System.ComponentModel.DataAnnotations;
using System.ComponentModel.DataAnnotations.Schema;

namespace Opportunities.Data;

/// <summary>One line of an opportunity's history: written in the transaction of the change, never altered.</summary>
[Table("changes")]
[Index(nameof(OpportunityId), nameof(Version), nameof(Ordinal), IsUnique = true)]
public sealed class Change
{
    /// <summary>The <see cref="FieldName"/> of a change of status, creation included.</summary>
    internal const string Status = "status";

    /// <summary>The <see cref="FieldName"/> of a change of owner.</summary>
    internal const string Owner = "owner";

    /// <summary>The <see cref="FieldName"/> of a deletion and of its reversal.</summary>
    internal const string Deleted = "deleted";

    private Change()
    {
    }

    [DatabaseGenerated(DatabaseGeneratedOption.None)]
    public Guid Id { get; private init; }

    public Guid OpportunityId { get; private init; }

    /// <summary>The opportunity's version that the change made.</summary>
    public int Version { get; private init; }

    /// <summary>The place among the changes that made the same version, from 0.</summary>
    public int Ordinal { get; private init; }

    /// <summary>The member (<c>title</c>), or the requirement or attachment (<c>problem_statements/{id}</c>).</summary>
    [MaxLength(100)]
    public string FieldName { get; private init; } = null!;

    /// <summary>The value before, as text or JSON; null where there was none.</summary>
    public string? OldValue { get; private init; }

    /// <summary>The value after, as text or JSON; null where there is none.</summary>
    public string? NewValue { get; private init; }

    public string? Reason { get; private init; }
    public DateTime ChangedAt { get; private init; }
    public string ChangedBy { get; private init; } = null!;

    internal static Change Create(
        Opportunity opportunity, int ordinal, string fieldName, string? oldValue, string? newValue, ChangeContext context) => new()
        {
            Id = Guid.CreateVersion7(),
            OpportunityId = opportunity.Id,
            Version = opportunity.Version,
            Ordinal = ordinal,
            FieldName = fieldName,
            OldValue = oldValue,
            NewValue = newValue,
            Reason = context.Reason,
            ChangedAt = context.At,
            ChangedBy = context.By,
        };
}
