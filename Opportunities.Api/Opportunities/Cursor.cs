using Microsoft.AspNetCore.DataProtection;
using Opportunities.Api.Errors;
using Opportunities.Api.Input;

namespace Opportunities.Api.Opportunities;

/// <summary>
/// Where a walk through the list stands, with the filter and order that it began with. One of another build that has a member which this
/// one does not know, or lacks one, is refused: to leave a filter aside would show other rows.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record Cursor(
    [property: JsonPropertyName("f")] OpportunityFilter Filter,
    [property: JsonPropertyName("s")] string SortBy,
    [property: JsonPropertyName("d")] bool Descending,
    [property: JsonPropertyName("v")] string Value,
    [property: JsonPropertyName("i")] Guid Id,
    // Not written where there are none: the release before goes on with such a cursor.
    [property: JsonPropertyName("m"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Fields = null)
{
    [JsonIgnore]
    public bool IsUsable => Filter is not null && Value is not null && SortKey.Find(SortBy)?.Takes(Value) == true
        && Fields?.All(ItemFields.All.Contains) != false;
}

/// <summary>Makes cursors opaque and unforgeable, with keys that all replicas share.</summary>
internal sealed class CursorProtector(IDataProtectionProvider protection)
{
    /// <summary>Longest cursor, in characters.</summary>
    public const int MaxLength = 8192;

    public static readonly OpaqueMember Member = new("cursor", MaxLength);

    private readonly IDataProtector _protector = protection.CreateProtector("list-cursor");

    public string Protect(Cursor cursor) => _protector.Write(JsonSerializer.SerializeToUtf8Bytes(cursor, ApiJson.Wire.Cursor));

    /// <exception cref="ApiException">400: the text is no cursor of ours, or one of a build that this one does not understand.</exception>
    public Cursor Unprotect(string text) =>
        _protector.Read(text, static bytes => JsonSerializer.Deserialize(bytes, ApiJson.Wire.Cursor)) is { IsUsable: true } cursor
            ? cursor
            : throw InputErrors.Only(Member.Name, "is not a cursor that this service gave out. Begin the walk again.");
}
