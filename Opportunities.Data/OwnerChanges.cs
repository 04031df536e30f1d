using Npgsql;

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
        await using (var update = new NpgsqlCommand(
            "UPDATE opportunities SET owner = $1, version = version + 1, updated_at = $2, updated_by = $3 WHERE id = ANY ($4)",
            database.Connection))
        {
            update.Parameters.Add(new() { Value = owner });
            update.Parameters.Add(new() { Value = context.At });
            update.Parameters.Add(new() { Value = context.By });
            update.Parameters.Add(new() { Value = opportunities.Select(opportunity => opportunity.Id).ToArray() });
            await update.ExecuteNonQueryAsync(cancellationToken);
        }

        await database.CopyChangesAsync(opportunities, cancellationToken);
    }
}
