namespace Opportunities.SystemTests.Contract;

/// <summary>What the database keeps of a change is one value: in the history, in the event, and where it is read from.</summary>
internal static class StoredValues
{
    /// <summary>What was a value before is what became of it last.</summary>
    private const string BrokenChains =
        """
        SELECT opportunity_id, version, field_name, old_value, before FROM (
          SELECT *, lag(new_value) OVER field AS before, row_number() OVER field AS number FROM changes WHERE opportunity_id IN (SELECT id FROM theirs)
          WINDOW field AS (PARTITION BY opportunity_id, field_name ORDER BY version, ordinal)) AS c
        WHERE number > 1 AND old_value IS DISTINCT FROM before LIMIT 20
        """;

    /// <summary>An event says what the history says, in its order.</summary>
    private const string OtherEvents =
        """
        SELECT c.opportunity_id, c.version, c.field_name, c.old_value, c.new_value, e.change
        FROM changes AS c LEFT JOIN (
          SELECT opportunity_id, (content::json #>> '{data,version}')::int AS version, content::json -> 'data' -> 'changes' AS changes,
            content::json #> '{data,values_omitted}' IS NOT NULL AS omitted
          FROM outbox_events) AS events ON events.opportunity_id = c.opportunity_id AND events.version = c.version
        CROSS JOIN LATERAL (SELECT events.changes -> c.ordinal AS change) AS e
        WHERE c.opportunity_id IN (SELECT id FROM theirs) AND ((e.change ->> 'field_name') IS DISTINCT FROM c.field_name
          OR (NOT events.omitted AND ((e.change ->> 'old_value') IS DISTINCT FROM c.old_value OR (e.change ->> 'new_value') IS DISTINCT FROM c.new_value)))
        LIMIT 20
        """;

    /// <summary>What became of a member last is what is read.</summary>
    private const string OtherMembers =
        """
        SELECT c.opportunity_id, c.field_name, c.new_value, kept.value FROM opportunities AS o
        JOIN (SELECT DISTINCT ON (opportunity_id, field_name) * FROM changes ORDER BY opportunity_id, field_name, version DESC, ordinal DESC) AS c ON c.opportunity_id = o.id
        CROSS JOIN LATERAL (SELECT CASE c.field_name
          WHEN 'title' THEN o.title WHEN 'description' THEN o.description WHEN 'client_name' THEN o.client_name WHEN 'status' THEN o.status
          WHEN 'estimated_budget' THEN o.estimated_budget::text WHEN 'priority' THEN (ARRAY['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'])[o.priority]
          WHEN 'estimated_start_date' THEN rtrim(rtrim(to_char(o.estimated_start_date AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '0'), '.') || 'Z'
          WHEN 'estimated_end_date' THEN rtrim(rtrim(to_char(o.estimated_end_date AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '0'), '.') || 'Z'
          ELSE c.new_value END AS value) AS kept
        WHERE o.id IN (SELECT id FROM theirs) AND c.new_value IS DISTINCT FROM kept.value LIMIT 20
        """;

    /// <summary>Looks at all opportunities, or at those of the clients whose name begins with a text.</summary>
    public static async Task AssertAreOneAsync(RunningSystem system, string clientName = "")
    {
        foreach (var query in new[] { BrokenChains, OtherEvents, OtherMembers })
        {
            var differences = await system.QueryAsync(
                $"WITH theirs AS (SELECT id FROM opportunities WHERE starts_with(client_name, '{clientName}')) {query}");
            Assert.True(differences.Count == 0, $"{query}\n{string.Join("\n", differences)}");
        }
    }
}
