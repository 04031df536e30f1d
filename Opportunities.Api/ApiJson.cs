using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Json;
using Opportunities.Api.Attachments;
using Opportunities.Api.Errors;
using Opportunities.Api.Health;
using Opportunities.Api.Opportunities;
using Opportunities.Api.Transfer;
using Opportunities.Data;
using Opportunities.Data.Requirements;

namespace Opportunities.Api;

/// <summary>How answers are written: <c>snake_case</c> members, <c>UPPER_SNAKE_CASE</c> enum values, everything precompiled.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.Strict,
    Converters =
    [
        typeof(WireNameJsonConverter<OpportunityStatus>), typeof(WireNameJsonConverter<Priority>), typeof(WireNameJsonConverter<SkillType>),
        typeof(WireNameJsonConverter<ExperienceLevel>), typeof(WireNameJsonConverter<Importance>), typeof(WireNameJsonConverter<TimelineType>),
    ])]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(DetailedHealthResponse))]
[JsonSerializable(typeof(ServiceDefaults.HealthStatusResponse))]
[JsonSerializable(typeof(OpportunityResponse))]
[JsonSerializable(typeof(OpportunitySummary))]
[JsonSerializable(typeof(OpportunityPage))]
[JsonSerializable(typeof(HistoryPage))]
[JsonSerializable(typeof(StatusSummary))]
[JsonSerializable(typeof(ImportResult))]
[JsonSerializable(typeof(AttachmentResponse))]
[JsonSerializable(typeof(PartList<AttachmentResponse>))]
[JsonSerializable(typeof(AttachmentUpload))]
[JsonSerializable(typeof(AttachmentDownload))]
[JsonSerializable(typeof(FileGrant))]
[JsonSerializable(typeof(Cursor))]
[JsonSerializable(typeof(ListQuery))]
[JsonSerializable(typeof(OpportunityFilter))]
[JsonSerializable(typeof(PartList<ProblemStatementResponse>))]
[JsonSerializable(typeof(PartList<SkillRequirementResponse>))]
[JsonSerializable(typeof(PartList<TimelineRequirementResponse>))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>The context that answers are written with: letters of every language as they are, and not as escapes.</summary>
    public static ApiJson Wire => field ??= new ApiJson(new JsonSerializerOptions(GeneratedOptions) { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) });

    /// <summary>Tells the framework the same, of which it makes the schemas in the OpenAPI document.</summary>
    public static void Configure(JsonOptions json)
    {
        json.SerializerOptions.TypeInfoResolverChain.Insert(0, Wire);
        json.SerializerOptions.PropertyNamingPolicy = GeneratedOptions.PropertyNamingPolicy;
        json.SerializerOptions.NumberHandling = GeneratedOptions.NumberHandling;
    }

    private static JsonSerializerOptions GeneratedOptions => Default.Options;
}

/// <summary>Writes and reads an enum under its <see cref="WireName{T}"/>.</summary>
internal class WireNameJsonConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    private static readonly Dictionary<T, JsonEncodedText> _names =
        Enum.GetValues<T>().ToDictionary(value => value, value => JsonEncodedText.Encode(WireName<T>.Format(value), JavaScriptEncoder.Default));

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        WireName<T>.TryParse(reader.GetString()!, out var value) ? value : throw new JsonException($"Not a {typeof(T).Name}.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(_names.TryGetValue(value, out var name) ? name : JsonEncodedText.Encode(WireName<T>.Format(value)));
}

/// <summary>Reads a stored enum, which may be of a later build.</summary>
internal sealed class StoredNameJsonConverter<T> : WireNameJsonConverter<T>
    where T : struct, Enum
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => WireName<T>.Parse(reader.GetString()!);
}
