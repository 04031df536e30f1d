using System.Text.Encodings.Web;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.Json;
using Opportunities.Api.Attachments;
using Opportunities.Api.Changes;
using Opportunities.Api.Errors;
using Opportunities.Api.Health;
using Opportunities.Api.Opportunities;
using Opportunities.Api.Requirements;
using Opportunities.Api.Transfer;

namespace Opportunities.Api;

/// <summary>How answers are written: <c>snake_case</c> members, <c>UPPER_SNAKE_CASE</c> enum values, everything precompiled.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.Strict)]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(DetailedHealthResponse))]
[JsonSerializable(typeof(ServiceDefaults.HealthStatusResponse))]
[JsonSerializable(typeof(OpportunityResponse))]
[JsonSerializable(typeof(OpportunityPage))]
[JsonSerializable(typeof(HistoryPage))]
[JsonSerializable(typeof(StatusSummary))]
[JsonSerializable(typeof(ChangesPage))]
[JsonSerializable(typeof(List<ChangedField>))]
[JsonSerializable(typeof(ImportResult))]
[JsonSerializable(typeof(ReassignResult))]
[JsonSerializable(typeof(BatchResult))]
[JsonSerializable(typeof(PartList<AttachmentResponse>))]
[JsonSerializable(typeof(AttachmentUpload))]
[JsonSerializable(typeof(AttachmentDownload))]
[JsonSerializable(typeof(FileGrant))]
[JsonSerializable(typeof(Cursor))]
[JsonSerializable(typeof(ListQuery))]
[JsonSerializable(typeof(PartList<ProblemStatementResponse>))]
[JsonSerializable(typeof(PartList<SkillRequirementResponse>))]
[JsonSerializable(typeof(PartList<TimelineRequirementResponse>))]
[JsonSerializable(typeof(NotePage))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>The context that answers are written with: letters of every language as they are, and not as escapes.</summary>
    public static ApiJson Wire => field ??= new ApiJson(new JsonSerializerOptions(GeneratedOptions)
    {
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        Converters = { new WireNameJsonConverter() },
    });

    public static JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)Wire.GetTypeInfo(typeof(T))!;

    /// <summary>
    /// The context that reads rows which PostgreSQL gives as JSON. Their times have a numeric offset, and become UTC; an enum's name may be
    /// of a later build. A member that the rows do not have is an error.
    /// </summary>
    public static ApiJson Stored => field ??= new ApiJson(new JsonSerializerOptions(GeneratedOptions)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new UtcJsonConverter(), new WireNameJsonConverter(takesLater: true) },
    });

    /// <summary>Has the framework write answers so, and make the schemas of the OpenAPI document from that.</summary>
    public static void Configure(JsonOptions json)
    {
        json.SerializerOptions.TypeInfoResolverChain.Insert(0, Wire);
        json.SerializerOptions.PropertyNamingPolicy = GeneratedOptions.PropertyNamingPolicy;
        json.SerializerOptions.NumberHandling = GeneratedOptions.NumberHandling;
        json.SerializerOptions.Encoder = Wire.Options.Encoder;
        foreach (var converter in Wire.Options.Converters) json.SerializerOptions.Converters.Add(converter);
    }

    private static JsonSerializerOptions GeneratedOptions => Default.Options;
}

/// <summary>Writes and reads every enum under its <see cref="WireName{T}"/>.</summary>
/// <param name="takesLater">Whether a name that this build does not know is one of a later build, and no error.</param>
internal sealed class WireNameJsonConverter(bool takesLater = false) : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeToConvert), [takesLater])!;

    private sealed class Of<T>(bool takesLater) : JsonConverter<T>
        where T : struct, Enum
    {
        private static readonly Dictionary<T, JsonEncodedText> _names = Enum.GetValues<T>().ToDictionary(value => value, Encode);

        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var name = reader.GetString()!;
            if (takesLater) return WireName<T>.Parse(name);
            return WireName<T>.TryParse(name, out var value) ? value : throw new JsonException($"Not a {typeof(T).Name}.");
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(_names.TryGetValue(value, out var name) ? name : Encode(value));

        private static JsonEncodedText Encode(T value) => JsonEncodedText.Encode(WireName<T>.Format(value));
    }
}

internal sealed class UtcJsonConverter : JsonConverter<DateTime>
{
    public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetDateTimeOffset().UtcDateTime;

    public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
