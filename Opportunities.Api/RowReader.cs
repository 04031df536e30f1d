using System.Data.Common;
using System.Text.Json.Serialization.Metadata;

namespace Opportunities.Api;

/// <summary>Reads a row's columns one after the other. The same reading of no row tells which columns there are.</summary>
/// <param name="only">The columns that are selected: of the others there is no value. Null: all.</param>
internal sealed class RowReader(DbDataReader? row, IReadOnlySet<string>? only = null)
{
    private readonly List<string>? _columns = row is null ? [] : null;
    private int _next;

    /// <summary>The columns that a reading asks for, in turn.</summary>
    public static ColumnList Describe(Action<RowReader> read, IReadOnlySet<string>? only = null)
    {
        var reader = new RowReader(null, only);
        read(reader);
#pragma warning disable CA1857 // Each of them is a constant.
        return new(string.Join(", ", reader._columns!), reader._columns!.Count);
#pragma warning restore CA1857
    }

    /// <summary>A value; null only where its type can be, or the column is not selected.</summary>
    public T Value<T>([ConstantExpected] string column) =>
        Next(column) && !(default(T) is null && row!.IsDBNull(_next - 1)) ? row!.GetFieldValue<T>(_next - 1) : default!;

    public T Name<T>([ConstantExpected] string column)
        where T : struct, Enum => Next(column) ? WireName<T>.Parse(row!.GetString(_next - 1)) : default;

    /// <summary>The rows of an opportunity in another table, oldest first. They come as JSON, in the answer's own member names.</summary>
    public IReadOnlyList<T> Many<T>([ConstantExpected] string table, JsonTypeInfo<IReadOnlyList<T>> type)
    {
        // Only the reading of no row needs the text.
        var isThere = Next(row is not null ? ""
            : $"(SELECT json_agg(p ORDER BY p.created_at, p.id)::text FROM {table} p WHERE p.opportunity_id = opportunities.id)");
        return isThere && !row!.IsDBNull(_next - 1) ? JsonSerializer.Deserialize(row!.GetString(_next - 1), type)! : [];
    }

    private bool Next(string column)
    {
        if (only?.Contains(column) == false) return false;
        _columns?.Add(column);
        _next++;
        return row is not null;
    }
}

internal sealed record ColumnList([ConstantExpected] string Sql, int Count);
