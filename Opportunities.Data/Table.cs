using System.Data.Common;
using System.Globalization;
using System.Reflection;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Npgsql;
using NpgsqlTypes;

namespace Opportunities.Data;

/// <summary>
/// A table of EF Core's model, for statements that are put together here. EF Core takes longer to plan such a statement than PostgreSQL to
/// run it.
/// </summary>
internal sealed class Table
{
    private readonly string _name;
    private readonly Column[] _columns;
    private readonly Column _key;
    private readonly string _insert;

    private Table(IEntityType type)
    {
        _name = type.GetTableName()!;
        var table = StoreObjectIdentifier.Table(_name);
        _columns =
        [
            .. type.GetProperties().Where(static property => property.ValueGenerated == ValueGenerated.Never)
                .Select(property => new Column(property, property.GetColumnName(table)!)),
        ];
        _key = Array.Find(_columns, static column => column.Property.IsPrimaryKey())!;
        Columns = string.Join(", ", _columns.Select(static column => column.Name));
        _insert = $"INSERT INTO {_name} ({Columns}) VALUES ({string.Join(", ", _columns.Select(static (_, n) => Place(n)))})";
        Copy = $"COPY {_name} ({Columns}) FROM STDIN (FORMAT BINARY)";
    }

    /// <summary>The columns that are written; the database fills the others.</summary>
    public string Columns { get; }

    /// <summary>The COPY of rows whose cells are <see cref="Values"/>.</summary>
    public string Copy { get; }

    /// <summary>How many <see cref="Columns"/> there are.</summary>
    public int Count => _columns.Length;

    public static Table Of<T>(OpportunitiesDbContext database) => Of(database.Model.FindEntityType(typeof(T))!);

    public static Table Of(IEntityType type) =>
        type.GetOrAddRuntimeAnnotationValue("Opportunities:Table", static type => new Table(type!), type);

    /// <summary>The values of a row, in the order of <see cref="Columns"/>, and their types.</summary>
    public IEnumerable<(object? Value, NpgsqlDbType Type)> Values(object row) => _columns.Select(column => (column.Get(row), column.Type));

    /// <summary>Reads a row that begins with <see cref="Columns"/>.</summary>
    public T Read<T>(DbDataReader reader)
    {
        var row = Activator.CreateInstance(typeof(T), nonPublic: true)!;
        for (var n = 0; n < _columns.Length; n++)
            if (!reader.IsDBNull(n)) _columns[n].Set(row, reader.GetValue(n));
        return (T)row;
    }

    public NpgsqlBatchCommand Insert(object row) => Command(_insert, row, _columns);

    public NpgsqlBatchCommand Update(object row, Func<IProperty, bool> isChanged)
    {
        var columns = _columns.Where(column => isChanged(column.Property)).Prepend(_key).ToList();
        var values = string.Join(", ", columns.Select(static (column, n) => $"{column.Name} = {Place(n)}").Skip(1));
        return Command($"UPDATE {_name} SET {values} WHERE {_key.Name} = {Place(0)}", row, columns);
    }

    public NpgsqlBatchCommand Delete(object row) => Command($"DELETE FROM {_name} WHERE {_key.Name} = {Place(0)}", row, [_key]);

    private static string Place(int index) => string.Create(CultureInfo.InvariantCulture, $"${index + 1}");

    private static NpgsqlBatchCommand Command(string sql, object row, IReadOnlyList<Column> columns)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var column in columns)
            command.Parameters.Add(new() { Value = column.Get(row) ?? DBNull.Value, NpgsqlDbType = column.Type });
        return command;
    }

    private sealed class Column(IProperty property, string name)
    {
        private readonly PropertyInfo _member = property.PropertyInfo!;
        private readonly ValueConverter? _converter = property.GetRelationalTypeMapping().Converter;

        public IProperty Property => property;

        public string Name => name;

        /// <summary>Not its name, which the driver would look up for each value.</summary>
        public NpgsqlDbType Type { get; } = ((NpgsqlParameter)property.GetRelationalTypeMapping()
            .CreateParameter(new NpgsqlCommand(), "", null, nullable: true)).NpgsqlDbType;

        public object? Get(object row) => _converter is null ? _member.GetValue(row) : _converter.ConvertToProvider(_member.GetValue(row));

        public void Set(object row, object value) =>
            _member.SetValue(row, _converter is null ? value : _converter.ConvertFromProvider(value));
    }
}
