using Npgsql;
using NpgsqlTypes;
using Opportunities.Data.Events;

namespace Opportunities.Data;

/// <summary>
/// Hands many opportunities over: each by the rule of one, with its history record and event, and all saved by three statements instead of
/// three for each. Whoever waits for one of their rows waits for all.
/// </summary>
public static class OwnerChanges
{
    /// <summary>Gives opportunities to an owner, in a transaction that has locked their rows.</summary>
    /// <param name="database">The database.</param>
    /// <param name="opportunities">Their outlines.</param>
    /// <param name="owner">Whose they shall be, of none of which it is the owner.</param>
    /// <param name="context">Who gives them, when and why.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ConflictException">One is completed.</exception>
    public static async Task ChangeOwnersAsync(
        this OpportunitiesDbContext database, IReadOnlyCollection<Opportunity> opportunities, string owner, ChangeContext context,
        CancellationToken cancellationToken)
    {
        foreach (var opportunity in opportunities) opportunity.ChangeOwner(owner, context);
        var connection = (NpgsqlConnection)database.Database.GetDbConnection();
        await using (var update = new NpgsqlCommand(
            "UPDATE opportunities SET owner = $1, version = version + 1, updated_at = $2, updated_by = $3 WHERE id = ANY ($4)", connection))
        {
            update.Parameters.Add(new() { Value = owner });
            update.Parameters.Add(new() { Value = context.At });
            update.Parameters.Add(new() { Value = context.By });
            update.Parameters.Add(new() { Value = opportunities.Select(opportunity => opportunity.Id).ToArray() });
            await update.ExecuteNonQueryAsync(cancellationToken);
        }

        await CopyAsync(
            connection,
            "COPY changes (id, opportunity_id, version, ordinal, field_name, old_value, new_value, reason, changed_at, changed_by) "
            + "FROM STDIN (FORMAT BINARY)",
            opportunities.SelectMany(opportunity => opportunity.Changes),
            static change =>
            [
                (change.Id, NpgsqlDbType.Uuid), (change.OpportunityId, NpgsqlDbType.Uuid), (change.Version, NpgsqlDbType.Integer),
                (change.Ordinal, NpgsqlDbType.Integer), (change.FieldName, NpgsqlDbType.Text), (change.OldValue, NpgsqlDbType.Text),
                (change.NewValue, NpgsqlDbType.Text), (change.Reason, NpgsqlDbType.Text), (change.ChangedAt, NpgsqlDbType.TimestampTz),
                (change.ChangedBy, NpgsqlDbType.Text),
            ],
            cancellationToken);
        await CopyAsync(
            connection,
            "COPY outbox_events (id, opportunity_id, occurred_at, content, owner, previous_owner) FROM STDIN (FORMAT BINARY)",
            opportunities.SelectMany(opportunity => OutboxEvent.From(opportunity, opportunity.Changes)),
            static happened =>
            [
                (happened.Id, NpgsqlDbType.Uuid), (happened.OpportunityId, NpgsqlDbType.Uuid),
                (happened.OccurredAt, NpgsqlDbType.TimestampTz), (happened.Content, NpgsqlDbType.Json),
                (happened.Owner, NpgsqlDbType.Text), (happened.PreviousOwner, NpgsqlDbType.Text),
            ],
            cancellationToken);
    }

    private static async Task CopyAsync<T>(
        NpgsqlConnection connection, string copy, IEnumerable<T> rows, Func<T, (object? Value, NpgsqlDbType Type)[]> cells,
        CancellationToken cancellationToken)
    {
        await using var writer = await connection.BeginBinaryImportAsync(copy, cancellationToken);
        foreach (var row in rows)
        {
            await writer.StartRowAsync(cancellationToken);
            foreach (var (value, type) in cells(row))
            {
                if (value is null) await writer.WriteNullAsync(cancellationToken);
                else await writer.WriteAsync(value, type, cancellationToken);
            }
        }

        await writer.CompleteAsync(cancellationToken);
    }
}
