namespace Opportunities.Api.Opportunities;

/// <summary>A column by which the list can be sorted. Ties end in the id, so that the order is total.</summary>
internal abstract class SortKey([ConstantExpected] string name)
{
    public static readonly SortKey CreatedAt = new SortKey<DateTime>("created_at", row => row.CreatedAt, Write, Time);

    public static readonly IReadOnlyList<SortKey> All =
    [
        CreatedAt,
        new SortKey<DateTime>("updated_at", row => row.UpdatedAt, Write, Time),
        new SortKey<string>("title", row => row.Title, text => text, text => text),
        new SortKey<string>("client_name", row => row.ClientName, text => text, text => text),
        new SortKey<decimal>(
            "estimated_budget", row => row.EstimatedBudget,
            value => value.ToString(CultureInfo.InvariantCulture), text => decimal.Parse(text, CultureInfo.InvariantCulture)),
        new SortKey<DateTime>("estimated_start_date", row => row.EstimatedStartDate, Write, Time),
        new SortKey<short>(
            "priority", row => (short)row.Priority, rank => WireName<Priority>.Format((Priority)rank), Rank),
    ];

    public string Name => name;

    public static SortKey? Find(string? name) => All.FirstOrDefault(key => key.Name == name);

    /// <summary>Whether a text is a value of this column, as a cursor keeps it.</summary>
    public abstract bool Takes(string value);

    public SqlBuilder AddOrder(SqlBuilder statement, bool descending)
    {
        AddColumn(statement.Add(" ORDER BY "));
        return descending ? statement.Add(" DESC, id DESC") : statement.Add(", id");
    }

    /// <summary>Keeps the rows after a position in the order, (column, id) &lt; (value, id), by going on inside the index.</summary>
    /// <exception cref="FormatException">The value is none of this column.</exception>
    public abstract SqlBuilder AddAfter(SqlBuilder statement, bool descending, string value, Guid id);

    public abstract string ValueOf(OpportunitySummary row);

    protected SqlBuilder AddColumn(SqlBuilder statement) => statement.Add(name);

    private static short Rank(string text) => WireName<Priority>.TryParse(text, out var priority)
        ? (short)priority
        : short.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static string Write(DateTime time) => time.ToString("O", CultureInfo.InvariantCulture);

    private static DateTime Time(string text) => DateTime.ParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
}

internal sealed class SortKey<T>(
    [ConstantExpected] string name, Func<OpportunitySummary, T> value, Func<T, string> write, Func<string, T> parse) : SortKey(name)
{
    public override SqlBuilder AddAfter(SqlBuilder statement, bool descending, string value, Guid id)
    {
        AddColumn(statement.Add(" AND ("));
        return (descending ? statement.Add(", id) < ") : statement.Add(", id) > ")).Add($"({parse(value)}, {id})");
    }

    public override string ValueOf(OpportunitySummary row) => write(value(row));

    public override bool Takes(string value)
    {
        try
        {
            parse(value);
            return true;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            return false;
        }
    }
}
