using Npgsql;
using NpgsqlTypes;

namespace Opportunities.Bench;

/// <summary>
/// Fills a migrated database by COPY, the same rows every time: spread over states, priorities, 50 owners and 1,000 clients, each with the
/// first line of its history, and every tenth with requirements.
/// </summary>
internal static class Seed
{
    /// <summary>When the first row was created; the others follow, a minute each.</summary>
    private static readonly DateTime _first = new(2023, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private static readonly string[] _statuses =
    [
        "DRAFT", "DRAFT", "DRAFT", "SUBMITTED", "SUBMITTED", "MATCHING_IN_PROGRESS", "MATCHES_FOUND", "ARCHITECT_SELECTED", "COMPLETED",
        "CANCELLED",
    ];

    private static readonly string[] _words =
    [
        "cloud", "migration", "fraud", "portal", "warehouse", "planning", "payments", "network", "identity", "analytics", "mobile",
        "billing", "logistics", "telemetry", "claims", "search", "archive", "catalogue", "pricing", "routing",
    ];

    public static async Task FillAsync(string connectionString, int rows)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { CommandTimeout = 0 }.ConnectionString);
        await connection.OpenAsync();
        var indexes = await IndexesAsync(connection);
        await ExecuteAsync(connection, "TRUNCATE opportunities CASCADE");
        foreach (var (name, _) in indexes) await ExecuteAsync(connection, $"DROP INDEX \"{name}\"");
        // Counted once at the end, and not row by row.
        await ExecuteAsync(connection, "ALTER TABLE opportunities DISABLE TRIGGER count_added_or_removed");
        await CopyOpportunitiesAsync(connection, rows);
        await ExecuteAsync(connection, "ALTER TABLE opportunities ENABLE TRIGGER count_added_or_removed");
        await ExecuteAsync(connection, "SELECT recount_opportunities()");
        await CopyChangesAsync(connection, rows);
        await CopyRequirementsAsync(connection, rows);
        await AddEventsAsync(connection);
        foreach (var (_, definition) in indexes) await ExecuteAsync(connection, definition);
        await ExecuteAsync(connection, "VACUUM ANALYZE");
        await ExecuteAsync(connection, "CHECKPOINT");
    }

    public static async Task ExecuteAsync(NpgsqlConnection connection, string statement)
    {
        await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    // An index that is made once is made faster than one that grows row by row.
    private static async Task<List<(string Name, string Definition)>> IndexesAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT indexname, indexdef FROM pg_indexes
            WHERE tablename IN ('opportunities', 'changes') AND indexname NOT LIKE 'pk\_%'
            """, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var indexes = new List<(string, string)>();
        while (await reader.ReadAsync()) indexes.Add((reader.GetString(0), reader.GetString(1)));
        return indexes;
    }

    private static async Task CopyOpportunitiesAsync(NpgsqlConnection connection, int rows)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            """
            COPY opportunities (id, title, description, client_name, estimated_budget, estimated_start_date, estimated_end_date, priority, status,
              created_by, updated_by, created_at, updated_at, submitted_at, completed_at, cancelled_at, version) FROM STDIN BINARY
            """);
        copy.Timeout = TimeSpan.FromHours(1);
        for (var row = 0; row < rows; row++)
        {
            var random = new Random(row);
            var created = Created(row);
            var status = _statuses[random.Next(_statuses.Length)];
            var start = created.Date.AddDays(random.Next(10, 100));
            var owner = $"owner-{random.Next(50)}";
            await copy.StartRowAsync();
            await copy.WriteAsync(Id(row), NpgsqlDbType.Uuid);
            await copy.WriteAsync($"{Word(random)} {Word(random)} for client {row % 1000}, number {row:D7}", NpgsqlDbType.Text);
            await copy.WriteAsync(
                $"The need in prose: {string.Join(' ', Enumerable.Range(0, 40).Select(_ => Word(random)))}.", NpgsqlDbType.Text);
            await copy.WriteAsync($"Client {row % 1000}", NpgsqlDbType.Text);
            await copy.WriteAsync(random.Next(1_000, 1_000_000) + 0.50m, NpgsqlDbType.Numeric);
            await copy.WriteAsync(start, NpgsqlDbType.TimestampTz);
            await copy.WriteAsync(start.AddDays(random.Next(30, 400)), NpgsqlDbType.TimestampTz);
            await copy.WriteAsync((short)random.Next(1, 5), NpgsqlDbType.Smallint);
            await copy.WriteAsync(status, NpgsqlDbType.Varchar);
            await copy.WriteAsync(owner, NpgsqlDbType.Text);
            await copy.WriteAsync(owner, NpgsqlDbType.Text);
            await copy.WriteAsync(created, NpgsqlDbType.TimestampTz);
            await copy.WriteAsync(created, NpgsqlDbType.TimestampTz);
            await WriteTimeAsync(copy, status is "DRAFT" or "CANCELLED" ? null : created);
            await WriteTimeAsync(copy, status == "COMPLETED" ? created : null);
            await WriteTimeAsync(copy, status == "CANCELLED" ? created : null);
            await copy.WriteAsync(1, NpgsqlDbType.Integer);
        }

        await copy.CompleteAsync();
    }

    private static async Task CopyChangesAsync(NpgsqlConnection connection, int rows)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            "COPY changes (id, opportunity_id, version, ordinal, field_name, new_value, changed_at, changed_by) FROM STDIN BINARY");
        copy.Timeout = TimeSpan.FromHours(1);
        for (var row = 0; row < rows; row++)
        {
            await copy.StartRowAsync();
            await copy.WriteAsync(Id(row, 1), NpgsqlDbType.Uuid);
            await copy.WriteAsync(Id(row), NpgsqlDbType.Uuid);
            await copy.WriteAsync(1, NpgsqlDbType.Integer);
            await copy.WriteAsync(0, NpgsqlDbType.Integer);
            await copy.WriteAsync("status", NpgsqlDbType.Varchar);
            await copy.WriteAsync("DRAFT", NpgsqlDbType.Text);
            await copy.WriteAsync(Created(row), NpgsqlDbType.TimestampTz);
            await copy.WriteAsync("seed", NpgsqlDbType.Text);
        }

        await copy.CompleteAsync();
    }

    /// <summary>The event of each creation, published an hour ago.</summary>
    private static async Task AddEventsAsync(NpgsqlConnection connection)
    {
        await ExecuteAsync(connection, "TRUNCATE outbox_events");
        await ExecuteAsync(
            connection,
            """
            INSERT INTO outbox_events (id, opportunity_id, occurred_at, owner, content)
            SELECT c.id, c.opportunity_id, now() - interval '1 hour', o.owner, format(
              '{"id":"%1$s","type":"opportunity.created","subject":"%2$s","time":"2026-11-24T09:15:02.417311Z",'
              '"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01","data":{"id":"%2$s","version":1,"status":"DRAFT",'
              '"changed_by":"seed","reason":null,"changes":[{"field_name":"status","old_value":null,"new_value":"DRAFT"}]},'
              '"specversion":"1.0","source":"/api/v1/opportunities","datacontenttype":"application/json"}', c.id, c.opportunity_id)::json
            FROM changes AS c JOIN opportunities AS o ON o.id = c.opportunity_id WHERE c.changed_by = 'seed' ORDER BY c.id
            """);
        await ExecuteAsync(connection, "UPDATE outbox_position SET sequence = (SELECT max(sequence) FROM outbox_events), behind = '{}'");
    }

    private static async Task CopyRequirementsAsync(NpgsqlConnection connection, int rows)
    {
        await using (var copy = await connection.BeginBinaryImportAsync(
            "COPY problem_statements (id, description, priority, opportunity_id, created_at, updated_at) FROM STDIN BINARY"))
        {
            for (var row = 0; row < rows; row += 10)
            {
                await copy.StartRowAsync();
                await copy.WriteAsync(Id(row, 2), NpgsqlDbType.Uuid);
                await copy.WriteAsync(string.Concat(Enumerable.Repeat("A problem that the client wants solved. ", 5)), NpgsqlDbType.Text);
                await copy.WriteAsync(1, NpgsqlDbType.Integer);
                await WriteOwnerAsync(copy, row);
            }

            await copy.CompleteAsync();
        }

        await using (var copy = await connection.BeginBinaryImportAsync(
            "COPY skill_requirements (id, skill_name, skill_type, experience_level, importance, skill_key, opportunity_id, created_at, "
            + "updated_at) FROM STDIN BINARY"))
        {
            for (var row = 0; row < rows; row += 10)
            {
                await copy.StartRowAsync();
                await copy.WriteAsync(Id(row, 3), NpgsqlDbType.Uuid);
                await copy.WriteAsync("PostgreSQL", NpgsqlDbType.Text);
                await copy.WriteAsync("TECHNICAL", NpgsqlDbType.Varchar);
                await copy.WriteAsync("EXPERT", NpgsqlDbType.Varchar);
                await copy.WriteAsync("MUST_HAVE", NpgsqlDbType.Varchar);
                await copy.WriteAsync("postgresql", NpgsqlDbType.Text);
                await WriteOwnerAsync(copy, row);
            }

            await copy.CompleteAsync();
        }
    }

    private static async Task WriteOwnerAsync(NpgsqlBinaryImporter copy, int row)
    {
        await copy.WriteAsync(Id(row), NpgsqlDbType.Uuid);
        await copy.WriteAsync(Created(row), NpgsqlDbType.TimestampTz);
        await copy.WriteAsync(Created(row), NpgsqlDbType.TimestampTz);
    }

    private static Task WriteTimeAsync(NpgsqlBinaryImporter copy, DateTime? time) =>
        time is { } value ? copy.WriteAsync(value, NpgsqlDbType.TimestampTz) : copy.WriteNullAsync();

    private static DateTime Created(int row) => _first.AddMinutes(row);

    private static string Word(Random random) => _words[random.Next(_words.Length)];

    /// <summary>A UUID of version 7 with the row's time and number.</summary>
    private static Guid Id(int row, int kind = 0)
    {
        var milliseconds = new DateTimeOffset(Created(row)).ToUnixTimeMilliseconds();
        return Guid.Parse($"{milliseconds >> 16:x8}-{milliseconds & 0xffff:x4}-7{kind:x3}-8000-{row:x12}");
    }
}
