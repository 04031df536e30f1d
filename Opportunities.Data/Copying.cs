using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using Opportunities.Data.Events;

namespace Opportunities.Data;

/// <summary>Saves many rows by COPY, in a transaction: a statement a table instead of one a row.</summary>
public static class Copying
{
    /// <summary>Saves new opportunities, each with its history and event.</summary>
    /// <param name="database">The database.</param>
    /// <param name="opportunities">The opportunities, without parts.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task CreateManyAsync(
        this OpportunitiesDbContext database, IReadOnlyCollection<Opportunity> opportunities, CancellationToken cancellationToken)
    {
        await database.CopyAsync(opportunities, cancellationToken);
        await database.CopyChangesAsync(opportunities, cancellationToken);
    }

    /// <summary>Saves the history that opportunities got, and their events.</summary>
    internal static async Task CopyChangesAsync(
        this OpportunitiesDbContext database, IReadOnlyCollection<Opportunity> opportunities, CancellationToken cancellationToken)
    {
        await database.CopyAsync(opportunities.SelectMany(opportunity => opportunity.Changes), cancellationToken);
        await database.CopyAsync(
            opportunities.SelectMany(opportunity => OutboxEvent.From(opportunity, opportunity.Changes)), cancellationToken);
    }

    private static async Task CopyAsync<T>(this OpportunitiesDbContext database, IEnumerable<T> rows, CancellationToken cancellationToken)
    {
        var type = database.Model.FindEntityType(typeof(T))!;
        (IProperty Property, RelationalTypeMapping Type)[] columns =
        [
            .. type.GetProperties().Where(property => property.ValueGenerated == ValueGenerated.Never)
                .Select(property => (property, property.GetRelationalTypeMapping())),
        ];
        var names = string.Join(", ", columns.Select(column => column.Property.GetColumnName()));
        await using var writer = await ((NpgsqlConnection)database.Database.GetDbConnection()).BeginBinaryImportAsync(
            $"COPY {type.GetTableName()} ({names}) FROM STDIN (FORMAT BINARY)", cancellationToken);
        foreach (var row in rows)
        {
            await writer.StartRowAsync(cancellationToken);
            foreach (var (property, mapping) in columns)
            {
                var value = property.PropertyInfo!.GetValue(row);
                if (value is null) await writer.WriteNullAsync(cancellationToken);
                else await writer.WriteAsync(Stored(value, mapping), mapping.StoreTypeNameBase, cancellationToken);
            }
        }

        await writer.CompleteAsync(cancellationToken);

        static object Stored(object value, RelationalTypeMapping mapping) => mapping.Converter?.ConvertToProvider(value) ?? value;
    }
}
