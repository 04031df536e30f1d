using Opportunities.Data.Events;

namespace Opportunities.Data;

/// <summary>Saves many rows by COPY, in a transaction: a statement a table instead of one a row.</summary>
public static class Copying
{
    /// <summary>Saves new opportunities, which have no parts yet, each with its history and event.</summary>
    public static async Task CreateManyAsync(
        this OpportunitiesDbContext database, IReadOnlyCollection<Opportunity> opportunities, CancellationToken cancellationToken)
    {
        await database.CopyAsync(opportunities, cancellationToken);
        await database.CopyChangesAsync(opportunities, cancellationToken);
    }

    /// <summary>Saves the history that opportunities got, and their events.</summary>
    public static async Task CopyChangesAsync(
        this OpportunitiesDbContext database, IReadOnlyCollection<Opportunity> opportunities, CancellationToken cancellationToken)
    {
        await database.CopyAsync(opportunities.SelectMany(opportunity => opportunity.Changes), cancellationToken);
        await database.CopyAsync(
            opportunities.SelectMany(opportunity => OutboxEvent.From(opportunity, opportunity.Changes)), cancellationToken);
    }

    private static async Task CopyAsync<T>(this OpportunitiesDbContext database, IEnumerable<T> rows, CancellationToken cancellationToken)
    {
        var table = Table.Of<T>(database);
        await using var writer = await database.Connection.BeginBinaryImportAsync(table.Copy, cancellationToken);
        foreach (var row in rows)
        {
            await writer.StartRowAsync(cancellationToken);
            foreach (var (value, type) in table.Values(row!))
            {
                if (value is null) await writer.WriteNullAsync(cancellationToken);
                else await writer.WriteAsync(value, type, cancellationToken);
            }
        }

        await writer.CompleteAsync(cancellationToken);
    }
}
