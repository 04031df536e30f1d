using System.Text.Json;
using System.Text.Json.Serialization;

namespace Opportunities.Client;

/// <summary>What another system calls it.</summary>
[JsonConverter(typeof(Converter))]
public partial class ExternalIdInput
{
    /// <summary>That no other system knows it any more. A member without a value is not sent, and stays as it is.</summary>
    public static ExternalIdInput None { get; } = new();

    private sealed class Converter : JsonConverter<ExternalIdInput>
    {
        public override ExternalIdInput Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("It is sent, and never answered.");

        public override void Write(Utf8JsonWriter writer, ExternalIdInput value, JsonSerializerOptions options)
        {
            if (ReferenceEquals(value, None))
            {
                writer.WriteNullValue();
                return;
            }

            writer.WriteStartObject();
            writer.WriteString("source", value.Source);
            writer.WriteString("id", value.Id);
            writer.WriteEndObject();
        }
    }
}
