using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Npgsql;
using NpgsqlTypes;

namespace Opportunities.Bench;

/// <summary>
/// One prepared statement through a multiplexed data source, the same JSON as the API's, and the token's signature checked on every
/// request; the list without any count, the insert of the one row without its history; the update of one by its id; the
/// COPY of a batch's rows.
/// </summary>
internal sealed class RawFloor : Floor
{
    private const string Columns =
        """
        id, title, description, client_name, estimated_budget, estimated_start_date, estimated_end_date, priority, status,
        created_by, updated_by, created_at, updated_at, submitted_at, completed_at, cancelled_at, version
        """;

    private const string ItemStatement =
        $"""
         SELECT {Columns},
                (SELECT json_agg(p ORDER BY p.created_at, p.id)::text FROM problem_statements p WHERE p.opportunity_id = o.id),
                (SELECT json_agg(s ORDER BY s.created_at, s.id)::text FROM skill_requirements s WHERE s.opportunity_id = o.id),
                (SELECT json_agg(t ORDER BY t.created_at, t.id)::text FROM timeline_requirements t WHERE t.opportunity_id = o.id),
                (SELECT json_agg(a ORDER BY a.created_at, a.id)::text FROM attachments a WHERE a.opportunity_id = o.id)
         FROM opportunities o WHERE id = $1
         """;

    private const string ListStatement =
        $"SELECT {Columns} FROM opportunities WHERE deleted_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 20";

    private const string InsertStatement =
        """
        INSERT INTO opportunities (id, title, description, client_name, estimated_budget, estimated_start_date, estimated_end_date, priority, status,
          created_by, updated_by, created_at, updated_at, version)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'DRAFT', $9, $9, $10, $10, 1)
        """;

    private const string UpdateStatement =
        $"UPDATE opportunities SET title = $2, updated_by = $3, updated_at = $4, version = version + 1 WHERE id = $1 RETURNING {Columns}";

    private const string CopyStatement =
        """
        COPY opportunities (id, title, description, client_name, estimated_budget, estimated_start_date, estimated_end_date, priority, status,
          created_by, owner, updated_by, created_at, updated_at, version) FROM STDIN (FORMAT BINARY)
        """;

    private static readonly string[] _priorities = ["", "LOW", "MEDIUM", "HIGH", "CRITICAL"];

    private static readonly JsonEncodedText[] _members =
        [.. new[]
        {
            "id", "title", "description", "client_name", "estimated_budget", "estimated_start_date", "estimated_end_date", "priority",
            "status", "created_by", "updated_by", "created_at", "updated_at", "submitted_at", "completed_at", "cancelled_at", "version",
            "problem_statements", "skill_requirements", "timeline_requirements", "attachments",
        }.Select(name => JsonEncodedText.Encode(name))];

    private readonly NpgsqlDataSource _database;
    private readonly TokenCheck _tokens;

    private RawFloor(NpgsqlDataSource database, TokenCheck tokens) => (_database, _tokens) = (database, tokens);

    public static async Task<RawFloor> OpenAsync(string connectionString, string issuer)
    {
        var source = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Multiplexing = true,
            MaxAutoPrepare = 20,
            AutoPrepareMinUsages = 1,
            NoResetOnClose = true,
        };
        return new RawFloor(NpgsqlDataSource.Create(source), await TokenCheck.OpenAsync(issuer));
    }

    protected override async ValueTask<(int Status, ReadOnlyMemory<byte> Body)> AnswerAsync(IHttpRequestFeature request)
    {
        if (await _tokens.SubjectAsync(request) is not { } subject) return (401, default);
        if (request.Path.EndsWith("/batch", StringComparison.Ordinal)) return await CopyAsync(request, subject);
        if (request.Method == "POST") return await InsertAsync(request, subject);
        if (request.Path.Length <= 30) return await ListAsync();
        var id = Guid.Parse(request.Path.AsSpan(request.Path.LastIndexOf('/') + 1));
        return request.Method == "PUT" ? await UpdateAsync(request, id, subject) : await FindAsync(id);
    }

    private async Task<(int Status, ReadOnlyMemory<byte> Body)> UpdateAsync(IHttpRequestFeature request, Guid id, string subject)
    {
        using var sent = await JsonDocument.ParseAsync(request.Body);
        await using var command = _database.CreateCommand(UpdateStatement);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = sent.RootElement.GetProperty("title").GetString()! });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = subject });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = DateTime.UtcNow, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        await using var reader = await command.ExecuteReaderAsync();
        if (!await reader.ReadAsync()) return (404, default);
        return (200, Item(reader));
    }

    private async Task<(int Status, ReadOnlyMemory<byte> Body)> FindAsync(Guid id)
    {
        await using var command = _database.CreateCommand(ItemStatement);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        await using var reader = await command.ExecuteReaderAsync();
        if (!await reader.ReadAsync()) return (404, default);
        return (200, Item(reader));
    }

    // A row without its parts has none.
    private static ReadOnlyMemory<byte> Item(NpgsqlDataReader reader)
    {
        var body = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        WriteMembers(json, reader);
        for (var column = 17; column < 21; column++)
        {
            json.WritePropertyName(_members[column]);
            var isEmpty = column >= reader.FieldCount || reader.IsDBNull(column);
            json.WriteRawValue(isEmpty ? "[]" : reader.GetString(column), skipInputValidation: true);
        }

        json.WriteEndObject();
        json.Flush();
        return body.WrittenMemory;
    }

    private async Task<(int Status, ReadOnlyMemory<byte> Body)> ListAsync()
    {
        await using var command = _database.CreateCommand(ListStatement);
        await using var reader = await command.ExecuteReaderAsync();
        var body = new ArrayBufferWriter<byte>(16384);
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteStartArray("items"u8);
        while (await reader.ReadAsync())
        {
            json.WriteStartObject();
            WriteMembers(json, reader);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("page"u8, 0);
        json.WriteNumber("size"u8, 20);
        json.WriteEndObject();
        json.Flush();
        return (200, body.WrittenMemory);
    }

    private async Task<(int Status, ReadOnlyMemory<byte> Body)> InsertAsync(IHttpRequestFeature request, string subject)
    {
        using var sent = await JsonDocument.ParseAsync(request.Body);
        var input = sent.RootElement;
        var id = Guid.CreateVersion7();
        var now = DateTime.UtcNow;
        var (title, description, client) = (Text("title"), Text("description"), Text("client_name"));
        var budget = input.GetProperty("estimated_budget").GetDecimal();
        var (start, end) = (Time("estimated_start_date"), Time("estimated_end_date"));
        var priority = (short)Array.IndexOf(_priorities, Text("priority"));
        await using var command = _database.CreateCommand(InsertStatement);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = title });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = description });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = client });
        command.Parameters.Add(new NpgsqlParameter<decimal> { TypedValue = budget });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = start, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = end, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = priority });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = subject });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now, NpgsqlDbType = NpgsqlDbType.TimestampTz });
        await command.ExecuteNonQueryAsync();

        var body = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteString(_members[0], id);
        json.WriteString(_members[1], title);
        json.WriteString(_members[2], description);
        json.WriteString(_members[3], client);
        json.WriteNumber(_members[4], budget);
        json.WriteString(_members[5], start);
        json.WriteString(_members[6], end);
        json.WriteString(_members[7], _priorities[priority]);
        json.WriteString(_members[8], "DRAFT"u8);
        json.WriteString(_members[9], subject);
        json.WriteString(_members[10], subject);
        json.WriteString(_members[11], now);
        json.WriteString(_members[12], now);
        for (var member = 13; member < 16; member++) json.WriteNull(_members[member]);
        json.WriteNumber(_members[16], 1);
        for (var member = 17; member < 21; member++)
        {
            json.WriteStartArray(_members[member]);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.Flush();
        return (201, body.WrittenMemory);

        string Text(string name) => input.GetProperty(name).GetString()!;
        DateTime Time(string name) => DateTime.Parse(Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);
    }

    private async Task<(int Status, ReadOnlyMemory<byte> Body)> CopyAsync(IHttpRequestFeature request, string subject)
    {
        using var sent = await JsonDocument.ParseAsync(request.Body);
        var now = DateTime.UtcNow;
        await using var connection = await _database.OpenConnectionAsync();
        await using var rows = await connection.BeginBinaryImportAsync(CopyStatement);
        foreach (var operation in sent.RootElement.GetProperty("operations").EnumerateArray())
        {
            var input = operation.GetProperty("body");
            await rows.StartRowAsync();
            await rows.WriteAsync(Guid.CreateVersion7());
            foreach (var name in (string[])["title", "description", "client_name"])
                await rows.WriteAsync(input.GetProperty(name).GetString()!);
            await rows.WriteAsync(input.GetProperty("estimated_budget").GetDecimal());
            foreach (var name in (string[])["estimated_start_date", "estimated_end_date"])
                await rows.WriteAsync(input.GetProperty(name).GetDateTimeOffset().UtcDateTime, NpgsqlDbType.TimestampTz);
            await rows.WriteAsync((short)Array.IndexOf(_priorities, input.GetProperty("priority").GetString()!));
            foreach (var text in (string[])["DRAFT", subject, subject, subject]) await rows.WriteAsync(text);
            foreach (var time in (DateTime[])[now, now]) await rows.WriteAsync(time, NpgsqlDbType.TimestampTz);
            await rows.WriteAsync(1);
        }

        await rows.CompleteAsync();
        return (200, "{}"u8.ToArray());
    }

    private static void WriteMembers(Utf8JsonWriter json, NpgsqlDataReader row)
    {
        json.WriteString(_members[0], row.GetGuid(0));
        json.WriteString(_members[1], row.GetString(1));
        json.WriteString(_members[2], row.GetString(2));
        json.WriteString(_members[3], row.GetString(3));
        json.WriteNumber(_members[4], row.GetDecimal(4));
        json.WriteString(_members[5], row.GetDateTime(5));
        json.WriteString(_members[6], row.GetDateTime(6));
        json.WriteString(_members[7], _priorities[row.GetInt16(7)]);
        json.WriteString(_members[8], row.GetString(8));
        json.WriteString(_members[9], row.GetString(9));
        json.WriteString(_members[10], row.GetString(10));
        json.WriteString(_members[11], row.GetDateTime(11));
        json.WriteString(_members[12], row.GetDateTime(12));
        for (var column = 13; column < 16; column++)
        {
            if (row.IsDBNull(column)) json.WriteNull(_members[column]);
            else json.WriteString(_members[column], row.GetDateTime(column));
        }

        if (row.IsDBNull(15)) json.WriteNull("reactivation_deadline"u8);
        else json.WriteString("reactivation_deadline"u8, row.GetDateTime(15).AddDays(90));
        json.WriteNumber(_members[16], row.GetInt32(16));
    }
}
