using System.Buffers.Binary;
using System.Text;

namespace Opportunities.Testing;

/// <summary>A span as a service exported it; ids are hexadecimal, and empty where there is none.</summary>
public sealed record ReceivedSpan(
    string Name,
    DateTimeOffset StartedAt,
    string TraceId,
    string SpanId,
    string ParentId,
    IReadOnlyList<string> LinkedTraces,
    IReadOnlyDictionary<string, string> Tags)
{
    public bool IsRoot => ParentId.Length == 0;
}

/// <summary>Reads the spans out of an ExportTraceServiceRequest of OTLP, by the numbers of its fields.</summary>
internal static class OtlpSpans
{
    public static IEnumerable<ReceivedSpan> Read(byte[] request) =>
        from resource in Fields(request).Where(static field => field.Number == 1)
        from scope in Fields(resource.Bytes).Where(static field => field.Number == 2)
        from span in Fields(scope.Bytes).Where(static field => field.Number == 2)
        select Span(Fields(span.Bytes).ToList());

    private static ReceivedSpan Span(List<(int Number, byte[] Bytes)> fields)
    {
        return new ReceivedSpan(
            Encoding.UTF8.GetString(First(fields, 5)),
            DateTimeOffset.UnixEpoch.AddTicks((long)(BinaryPrimitives.ReadUInt64LittleEndian(First(fields, 7)) / 100)),
            Hex(First(fields, 1)), Hex(First(fields, 2)), Hex(First(fields, 4)),
            [.. All(13).Select(static link => Hex(First(link, 1)))],
            All(9).ToDictionary(
                static tag => Encoding.UTF8.GetString(First(tag, 1)),
                static tag => Encoding.UTF8.GetString(First([.. Fields(First(tag, 2))], 1))));

        IEnumerable<List<(int Number, byte[] Bytes)>> All(int number) =>
            fields.Where(field => field.Number == number).Select(static field => Fields(field.Bytes).ToList());
    }

    internal static byte[] First(List<(int Number, byte[] Bytes)> fields, int number) =>
        fields.FirstOrDefault(field => field.Number == number).Bytes ?? [];

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    /// <summary>The fields that have a length, and numbers; those of four bytes are passed over.</summary>
    internal static List<(int Number, byte[] Bytes)> Fields(byte[] message)
    {
        var fields = new List<(int, byte[])>();
        for (var at = 0; at < message.Length;)
        {
            var tag = Number();
            switch (tag & 7)
            {
                case 0:
                    fields.Add(((int)(tag >> 3), [(byte)Number()]));
                    break;
                case 1:
                    fields.Add(((int)(tag >> 3), message[at..(at + 8)]));
                    at += 8;
                    break;
                case 2:
                    var length = (int)Number();
                    fields.Add(((int)(tag >> 3), message[at..(at + length)]));
                    at += length;
                    break;
                default:
                    at += 4;
                    break;
            }

            ulong Number()
            {
                ulong value = 0;
                for (var shift = 0; ; shift += 7)
                {
                    var next = message[at++];
                    value |= (ulong)(next & 127) << shift;
                    if (next < 128) return value;
                }
            }
        }

        return fields;
    }
}
