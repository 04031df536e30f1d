using System.Globalization;
using System.Linq.Expressions;
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Opportunities.Data;

namespace Opportunities.Api.Opportunities;

/// <summary>A column by which the list can be sorted. Ties end in the id, so that the order is total.</summary>
internal abstract class SortKey(string name)
{
    public static readonly SortKey CreatedAt = new SortKey<DateTime>("created_at", o => o.CreatedAt, row => row.CreatedAt, Write, Time);

    /// <summary>Every key that the list offers.</summary>
    public static readonly IReadOnlyList<SortKey> All =
    [
        CreatedAt,
        new SortKey<DateTime>("updated_at", o => o.UpdatedAt, row => row.UpdatedAt, Write, Time),
        new SortKey<string>("title", o => o.Title, row => row.Title, text => text, text => text),
        new SortKey<string>("client_name", o => o.ClientName, row => row.ClientName, text => text, text => text),
        new SortKey<decimal>(
            "estimated_budget", o => o.EstimatedBudget, row => row.EstimatedBudget,
            value => value.ToString(CultureInfo.InvariantCulture), text => decimal.Parse(text, CultureInfo.InvariantCulture)),
        new SortKey<DateTime>("estimated_start_date", o => o.EstimatedStartDate, row => row.EstimatedStartDate, Write, Time),
        new SortKey<Priority>("priority", o => o.Priority, row => row.Priority, WireName<Priority>.Of, WireName<Priority>.Parse),
    ];

    public string Name => name;

    /// <summary>Orders the rows.</summary>
    public abstract IQueryable<Opportunity> Order(IQueryable<Opportunity> rows, bool descending);

    /// <summary>Keeps the rows after a position in the order.</summary>
    public abstract IQueryable<Opportunity> After(IQueryable<Opportunity> rows, bool descending, string value, Guid id);

    /// <summary>A row's value in this column, as a cursor keeps it.</summary>
    public abstract string ValueOf(OpportunitySummary row);

    private static string Write(DateTime time) => time.ToString("O", CultureInfo.InvariantCulture);

    private static DateTime Time(string text) => DateTime.ParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
}

/// <inheritdoc />
internal sealed class SortKey<T>(
    string name, Expression<Func<Opportunity, T>> column, Func<OpportunitySummary, T> value, Func<T, string> write, Func<string, T> parse)
    : SortKey(name)
{
    private static readonly MethodInfo _lessThan = typeof(NpgsqlDbFunctionsExtensions).GetMethod(nameof(NpgsqlDbFunctionsExtensions.LessThan))!;
    private static readonly MethodInfo _greaterThan = typeof(NpgsqlDbFunctionsExtensions).GetMethod(nameof(NpgsqlDbFunctionsExtensions.GreaterThan))!;
    private static readonly MethodInfo _tuple =
        ((Func<T, Guid, ValueTuple<T, Guid>>)ValueTuple.Create).Method.GetGenericMethodDefinition().MakeGenericMethod(typeof(T), typeof(Guid));

    public override IQueryable<Opportunity> Order(IQueryable<Opportunity> rows, bool descending) => descending
        ? rows.OrderByDescending(column).ThenByDescending(o => o.Id)
        : rows.OrderBy(column).ThenBy(o => o.Id);

    // (column, id) < (value, id): a row comparison, which PostgreSQL answers by continuing inside the index.
    public override IQueryable<Opportunity> After(IQueryable<Opportunity> rows, bool descending, string value, Guid id)
    {
        var row = column.Parameters[0];
        Expression<Func<ValueTuple<T, Guid>>> position = PositionOf(parse(value), id);
        var current = Expression.Call(_tuple, column.Body, Expression.Property(row, nameof(Opportunity.Id)));
        var comparison = Expression.Call(
            descending ? _lessThan : _greaterThan,
            Expression.Constant(EF.Functions),
            Expression.Convert(current, typeof(System.Runtime.CompilerServices.ITuple)),
            Expression.Convert(position.Body, typeof(System.Runtime.CompilerServices.ITuple)));
        return rows.Where(Expression.Lambda<Func<Opportunity, bool>>(comparison, row));
    }

    public override string ValueOf(OpportunitySummary row) => write(value(row));

    // Written by the compiler, so that the values become parameters of the statement and not part of its text.
    private static Expression<Func<ValueTuple<T, Guid>>> PositionOf(T value, Guid id) => () => ValueTuple.Create(value, id);
}
