using Opportunities.Api.Opportunities;
using Opportunities.Data.Events;

namespace Opportunities.Api.Changes;

/// <summary>What happened to an opportunity by one request.</summary>
/// <param name="Id">The same however often it is told; also the id of the first of its records in the history.</param>
/// <param name="Type">What happened. <c>hidden</c>: the opportunity left the caller's sight, which is told no more of it.</param>
/// <param name="OpportunityId">The opportunity.</param>
/// <param name="Version">Its version since.</param>
/// <param name="Status">Its state since; null where it is hidden.</param>
/// <param name="ChangedAt">When, UTC.</param>
/// <param name="ChangedBy">The subject that made the change; null where it is hidden.</param>
/// <param name="Reason">Why, where it was said.</param>
/// <param name="Changes">What changed, as the history has it; nothing where it is hidden.</param>
public sealed record ChangeItem(
    Guid Id,
    [property: MaxLength(20), RegularExpression("^(created|updated|status_changed|deleted|restored|hidden)$")] string Type,
    Guid OpportunityId,
    int Version,
    OpportunityStatus? Status,
    DateTime ChangedAt,
    [property: MaxLength(OpportunityLimits.Subject)] string? ChangedBy,
    [property: MaxLength(OpportunityLimits.Reason)] string? Reason,
    [property: MaxLength(ChangeItem.MaxChanges)] IReadOnlyList<ChangedField> Changes)
{
    /// <summary>What stands before each type's name in an event.</summary>
    public const string TypePrefix = "opportunity.";

    private const int MaxChanges = 1000;

    /// <param name="isHidden">Whether the caller is told only that it sees the opportunity no more.</param>
    /// <param name="changes">The records of the history, where the event was too long for their values.</param>
    /// <returns>Null: it is none of this service.</returns>
    internal static ChangeItem? From(string content, bool isHidden, string? changes)
    {
        if (Parse(content) is not { Type: { } type, Data: { Changes: not null } data } happened) return null;
        if (isHidden) return new(happened.Id, "hidden", data.Id, data.Version, null, happened.Time, null, null, []);
        return new(
            happened.Id, type.StartsWith(TypePrefix, StringComparison.Ordinal) ? type[TypePrefix.Length..] : type, data.Id, data.Version,
            WireName<OpportunityStatus>.Parse(data.Status), happened.Time, data.ChangedBy, data.Reason,
            changes is null
                ? [.. data.Changes.Select(static change => new ChangedField(change.FieldName, change.OldValue, change.NewValue))]
                : JsonSerializer.Deserialize(changes, ApiJson.Wire.ListChangedField)!);
    }

    // A row that was written by hand keeps nobody from those behind it.
    private static CloudEvent? Parse(string content)
    {
        try
        {
            return CloudEvent.Parse(content);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>A change of one member, requirement or attachment.</summary>
/// <param name="FieldName">The member, or the requirement or attachment (<c>problem_statements/{id}</c>).</param>
/// <param name="OldValue">The value before; null where there was none.</param>
/// <param name="NewValue">The value after; null where there is none.</param>
public sealed record ChangedField(
    [property: MaxLength(100)] string FieldName,
    [property: MaxLength(ChangeResponse.MaxValueLength)] string? OldValue,
    [property: MaxLength(ChangeResponse.MaxValueLength)] string? NewValue);

/// <summary>The changes after a position.</summary>
/// <param name="Items">The changes; those of one opportunity in the order of its versions.</param>
/// <param name="NextCursor">Where to go on: <c>after</c> of the next request.</param>
/// <param name="HasMore">Whether there is more already.</param>
public sealed record ChangesPage(
    [property: MaxLength(GetChanges.MaxSize)] IReadOnlyList<ChangeItem> Items,
    [property: MaxLength(FeedCursors.MaxLength)] string NextCursor,
    bool HasMore);
