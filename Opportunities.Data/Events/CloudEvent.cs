using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Opportunities.Data.Events;

/// <summary>What happened to an opportunity, for other systems: CloudEvents 1.0 in structured JSON.</summary>
/// <param name="Id">The event's id; the same however often it is published.</param>
/// <param name="Type">What happened: one of the names below.</param>
/// <param name="Traceparent">The trace of the request that did it, as W3C Trace Context has it, where there was one.</param>
public sealed record CloudEvent(
    Guid Id, string Type, Guid Subject, DateTime Time,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Traceparent, EventData Data)
{
    public const string Created = "opportunity.created";
    public const string Updated = "opportunity.updated";
    public const string StatusChanged = "opportunity.status_changed";
    public const string Deleted = "opportunity.deleted";
    public const string Restored = "opportunity.restored";

    /// <summary>Above, values are left out: every event fits into a message of SQS, and a character takes up to four bytes.</summary>
    private const int MaxLength = 60_000;

    public string Specversion { get; } = "1.0";

    /// <summary>With the subject, the opportunity's path.</summary>
    public string Source { get; } = "/api/v1/opportunities";

    public string Datacontenttype { get; } = "application/json";

    /// <summary>Reads an event as it was published; what it lacks is null.</summary>
    public static CloudEvent? Parse(string json) => JsonSerializer.Deserialize(json, CloudEventJson.Wire.CloudEvent);

    /// <summary>The event of a version's history records.</summary>
    internal static CloudEvent From(Change[] records, string status)
    {
        var first = records[0];
        return new CloudEvent(
            first.Id,
            first switch
            {
                { Version: 1 } => Created,
                { FieldName: Change.Status } => StatusChanged,
                { FieldName: Change.Deleted, NewValue: "false" } => Restored,
                { FieldName: Change.Deleted } => Deleted,
                _ => Updated,
            },
            first.OpportunityId,
            first.ChangedAt,
            Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null,
            new EventData(
                first.OpportunityId, first.Version, status, first.ChangedBy, first.Reason,
                [.. records.Select(record => new EventChange(record.FieldName, record.OldValue, record.NewValue))]));
    }

    /// <summary>The event as it is published.</summary>
    internal string ToJson()
    {
        var json = JsonSerializer.Serialize(this, CloudEventJson.Wire.CloudEvent);
        return json.Length <= MaxLength
            ? json
            : JsonSerializer.Serialize(
                this with
                {
                    Data = Data with
                    {
                        Changes = [.. Data.Changes.Select(change => new EventChange(change.FieldName, null, null))],
                        ValuesOmitted = true,
                    }
                },
                CloudEventJson.Wire.CloudEvent);
    }
}

/// <summary>What happened, in terms of the API.</summary>
/// <param name="Version">Its version since: of one opportunity 1, 2, 3 … without a gap.</param>
/// <param name="ValuesOmitted">Whether the values were left out of <paramref name="Changes"/>, because the event would be too large; the
/// history has them.</param>
public sealed record EventData(
    Guid Id, int Version, string Status, string ChangedBy, string? Reason, IReadOnlyList<EventChange> Changes,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool ValuesOmitted = false);

/// <summary>A change of one thing.</summary>
/// <param name="FieldName">The member, or the requirement or attachment.</param>
/// <param name="OldValue">The value before, as text or JSON; null where there was none.</param>
/// <param name="NewValue">The value after, as text or JSON; null where there is none.</param>
public sealed record EventChange(string FieldName, string? OldValue, string? NewValue);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CloudEvent))]
internal sealed partial class CloudEventJson : JsonSerializerContext
{
    /// <summary>Letters of every language as they are: the text is no part of a page.</summary>
    public static CloudEventJson Wire =>
        field ??= new CloudEventJson(new JsonSerializerOptions(GeneratedOptions) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static JsonSerializerOptions GeneratedOptions => Default.Options;
}
