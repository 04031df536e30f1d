using System.Text.Json;
using System.Text.Json.Serialization;
using Opportunities.Data.Requirements;

namespace Opportunities.Api.Opportunities;

/// <summary>
/// Reads rows that PostgreSQL gives as JSON; its times have a numeric offset, and become UTC. A member that the rows do not have is an
/// error.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    Converters =
    [
        typeof(UtcConverter), typeof(StoredNameJsonConverter<SkillType>), typeof(StoredNameJsonConverter<ExperienceLevel>),
        typeof(StoredNameJsonConverter<Importance>), typeof(StoredNameJsonConverter<TimelineType>),
    ])]
[JsonSerializable(typeof(List<ProblemStatementResponse>))]
[JsonSerializable(typeof(List<SkillRequirementResponse>))]
[JsonSerializable(typeof(List<TimelineRequirementResponse>))]
[JsonSerializable(typeof(List<AttachmentResponse>))]
internal sealed partial class StoredJson : JsonSerializerContext
{
    private sealed class UtcConverter : JsonConverter<DateTime>
    {
        public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset().UtcDateTime;

        public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }
}
