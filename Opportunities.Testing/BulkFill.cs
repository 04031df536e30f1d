using Npgsql;

namespace Opportunities.Testing;

/// <summary>Fills the table of opportunities past the API, as fast as PostgreSQL can.</summary>
internal static class BulkFill
{
    /// <summary>
    /// Runs statements without triggers, foreign keys' among them, and without the table's indexes; what these would have made is
    /// made afterwards.
    /// </summary>
    /// <param name="system">The system.</param>
    /// <param name="insert">Inserts the rows, and what belongs to them.</param>
    public static async Task FillAsync(this RunningSystem system, string insert)
    {
        await using var connection = new NpgsqlConnection(system.ConnectionString);
        await connection.OpenAsync();
        await using var fill = new NpgsqlCommand(
            $"""
             DO $$
             DECLARE
               definitions text[];
               definition text;
               names text;
             BEGIN
               SELECT array_agg(indexdef), string_agg(indexname, ', ') INTO definitions, names FROM pg_indexes
               WHERE tablename = 'opportunities' AND indexname NOT LIKE 'pk%';
               EXECUTE 'DROP INDEX ' || names;
               SET LOCAL session_replication_role = replica;
               SET LOCAL maintenance_work_mem = '256MB';
               {insert};
               SET LOCAL session_replication_role = origin;
               PERFORM recount_opportunities();
               FOREACH definition IN ARRAY definitions LOOP EXECUTE definition; END LOOP;
             END
             $$;
             """, connection)
        {
            CommandTimeout = 0,
        };
        await fill.ExecuteNonQueryAsync();
        await using var analyze = new NpgsqlCommand("VACUUM ANALYZE opportunities, changes", connection) { CommandTimeout = 0 };
        await analyze.ExecuteNonQueryAsync();
    }
}
