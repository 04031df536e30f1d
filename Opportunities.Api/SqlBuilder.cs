using System.Runtime.CompilerServices;

namespace Opportunities.Api;

/// <summary>
/// Builds an SQL statement piece by piece. Text must be constant: the compiler refuses any other (CA1857). The holes of an interpolated
/// string become parameters. The same pieces give the same text, which PostgreSQL then has prepared.
/// </summary>
internal sealed class SqlBuilder
{
    private readonly StringBuilder _text = new(1024);
    private readonly List<NpgsqlParameter> _parameters = [];

    public SqlBuilder Add([ConstantExpected] string sql)
    {
        _text.Append(sql);
        return this;
    }

    public SqlBuilder AddColumns(ColumnList columns)
    {
        _text.Append(columns.Sql);
        return this;
    }

    public SqlBuilder Add([InterpolatedStringHandlerArgument("")] ref Piece piece) => this;

    /// <summary>Adds a limit as text: for a limit that it does not know, PostgreSQL would have another plan.</summary>
    public SqlBuilder AddLimit(int rows)
    {
        _text.Append(CultureInfo.InvariantCulture, $" LIMIT {rows}");
        return this;
    }

    /// <summary>Runs the statement for the process itself. A request asks <see cref="CallerDatabase"/>.</summary>
    public async Task<List<T>> ToListAsync<T>(
        NpgsqlDataSource database, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await ToListAsync(connection, read, cancellationToken);
    }

    /// <summary>Runs the statement on an open connection, and in its transaction.</summary>
    public async Task<List<T>> ToListAsync<T>(
        NpgsqlConnection connection, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = ToCommand(connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken)) rows.Add(read(reader));
        return rows;
    }

    /// <summary>Runs the statement for the process itself, and says how many rows it changed.</summary>
    public async Task<int> ExecuteAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await ExecuteAsync(connection, cancellationToken);
    }

    public async Task<int> ExecuteAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = ToCommand(connection);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    internal NpgsqlCommand ToCommand(NpgsqlConnection? connection)
    {
        var command = new NpgsqlCommand(_text.ToString(), connection);
        foreach (var parameter in _parameters) command.Parameters.Add(parameter);
        return command;
    }

    [InterpolatedStringHandler]
    internal readonly ref struct Piece
    {
        private readonly SqlBuilder _sql;

        public Piece(int literalLength, int formattedCount, SqlBuilder sql) => _sql = sql;

        public void AppendLiteral(string text) => _sql._text.Append(text);

        public void AppendFormatted<T>(T value)
        {
            _sql._parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
            _sql._text.Append('$').Append(_sql._parameters.Count);
        }
    }
}
