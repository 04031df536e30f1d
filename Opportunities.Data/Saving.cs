using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;
using Opportunities.Data.Events;
using Opportunities.Data.Requirements;

namespace Opportunities.Data;

/// <summary>Locks and saves one opportunity, each in one round trip.</summary>
public static class Saving
{
    /// <summary>Adds the statements that create an opportunity, which has no parts yet, with its history and event.</summary>
    /// <param name="request">The answer that is kept for a repeat; null where none is.</param>
    public static void AddCreation(
        this NpgsqlBatch batch, OpportunitiesDbContext database, Opportunity opportunity, IdempotentRequest? request)
    {
        batch.Insert(database, opportunity);
        foreach (var change in opportunity.Changes) batch.Insert(database, change);
        batch.AddEvents(database, opportunity);
        if (request is not null) batch.Insert(database, request);
    }

    /// <summary>Adds the statements that save what was changed of an opportunity and of its parts, with its history and event.</summary>
    /// <param name="opportunity">The only one that is tracked.</param>
    public static void AddChanges(this NpgsqlBatch batch, OpportunitiesDbContext database, Opportunity opportunity)
    {
        foreach (var entry in database.ChangeTracker.Entries())
        {
            var table = Table.Of(entry.Metadata);
            var statement = entry.State switch
            {
                EntityState.Added => table.Insert(entry.Entity),
                EntityState.Modified => table.Update(entry.Entity, property => entry.Property(property).IsModified),
                EntityState.Deleted => table.Delete(entry.Entity),
                _ => null,
            };
            if (statement is not null) batch.BatchCommands.Add(statement);
        }

        batch.AddEvents(database, opportunity);
    }

    /// <summary>Locks an opportunity, in a transaction, and tracks it with its parts. Writers of one take turns here.</summary>
    /// <param name="where">Which one, with <c>$1</c> … for the values.</param>
    /// <returns>The opportunity, and its status before the statement waited for the lock; null where there is none.</returns>
    public static async Task<(Opportunity Opportunity, OpportunityStatus SeenStatus)?> LockAsync(
        this OpportunitiesDbContext database, string where, object[] values, CancellationToken cancellationToken)
    {
        var table = Table.Of<Opportunity>(database);
        // The locked row is the newest one. All else is read as it was when the statement began, before it waited for the lock.
        await using var command = new NpgsqlCommand(
            $"""
            SELECT {table.Columns}, seen_status, seen_version = version AND NOT ({HasParts(database.Model)})
            FROM (SELECT * FROM opportunities WHERE {where} FOR UPDATE) AS o
            CROSS JOIN LATERAL (SELECT status, version FROM opportunities WHERE id = o.id) AS seen (seen_status, seen_version)
            """,
            database.Connection);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        (Opportunity Opportunity, OpportunityStatus SeenStatus) locked;
        bool hasNoParts;
        await using (var row = await command.ExecuteReaderAsync(cancellationToken))
        {
            if (!await row.ReadAsync(cancellationToken)) return null;
            locked = (table.Read<Opportunity>(row), WireName<OpportunityStatus>.Parse(row.GetString(table.Count)));
            hasNoParts = row.GetBoolean(table.Count + 1);
        }

        database.Attach(locked.Opportunity);
        // Another version than the one seen: who had the lock before may have added parts.
        if (!hasNoParts) await database.LoadPartsAsync([locked.Opportunity.Id], cancellationToken);
        return locked;
    }

    /// <summary>Tracks the parts of opportunities, but for their notes: there may be many, and no rule asks for them.</summary>
    public static Task LoadPartsAsync(this OpportunitiesDbContext database, Guid[] opportunities, CancellationToken cancellationToken) =>
        database.Set<OpportunityPart>().Where(part => opportunities.Contains(part.OpportunityId) && !(part is Note))
            .LoadAsync(cancellationToken);

    /// <summary>The condition that a row <c>o</c> has a part that <see cref="LoadPartsAsync"/> would load. Most have none.</summary>
    private static string HasParts(IModel model) => model.GetOrAddRuntimeAnnotationValue(
        "Opportunities:HasParts",
        static model => string.Join(
            " OR ",
            model!.FindEntityType(typeof(OpportunityPart))!.GetDerivedTypes().Where(static type => type.ClrType != typeof(Note))
                .Select(static type => $"EXISTS (SELECT 1 FROM {type.GetTableName()} WHERE opportunity_id = o.id)")),
        model);

    private static void AddEvents(this NpgsqlBatch batch, OpportunitiesDbContext database, Opportunity opportunity)
    {
        foreach (var told in OutboxEvent.From(opportunity, opportunity.Changes)) batch.Insert(database, told);
    }

    private static void Insert<T>(this NpgsqlBatch batch, OpportunitiesDbContext database, T row)
        where T : class => batch.BatchCommands.Add(Table.Of<T>(database).Insert(row));
}
