using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Opportunities.Data;
using SortKey = Opportunities.Api.Opportunities.SortKey;

namespace Opportunities.Api;

/// <summary>
/// An SQL statement that is put together piece by piece. The holes of an interpolated string become parameters, never text; the same
/// pieces give the same text, which PostgreSQL then has prepared.
/// </summary>
internal sealed class Statement
{
    private readonly StringBuilder _text = new(1024);
    private readonly List<NpgsqlParameter> _parameters = [];

    /// <summary>Adds a piece of fixed text; the compiler refuses any other.</summary>
    public Statement Add([ConstantExpected] string sql)
    {
        _text.Append(sql);
        return this;
    }

    /// <summary>Adds the column of a sort key.</summary>
    public Statement AddColumn(SortKey key)
    {
        _text.Append(key.Name);
        return this;
    }

    /// <summary>Adds a piece of text with parameters.</summary>
    public Statement Add([InterpolatedStringHandlerArgument("")] ref Piece piece) => this;

    /// <summary>Adds a limit, as text: for a limit that it does not know, PostgreSQL would have another plan.</summary>
    public Statement AddLimit(int rows)
    {
        _text.Append(CultureInfo.InvariantCulture, $" LIMIT {rows}");
        return this;
    }

    /// <summary>Runs the statement on the context's connection.</summary>
    /// <typeparam name="T">What becomes of a row.</typeparam>
    /// <param name="database">The context.</param>
    /// <param name="read">Reads the row that the reader stands on.</param>
    /// <param name="cancellationToken">Ends the statement.</param>
    public async Task<List<T>> ToListAsync<T>(OpportunitiesDbContext database, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await database.Database.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var command = ToCommand((NpgsqlConnection)database.Database.GetDbConnection());
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellationToken)) rows.Add(read(reader));
            return rows;
        }
        finally
        {
            await database.Database.CloseConnectionAsync();
        }
    }

    /// <summary>The statement as it is sent; made once.</summary>
    internal NpgsqlCommand ToCommand(NpgsqlConnection? connection)
    {
        var command = new NpgsqlCommand(_text.ToString(), connection);
        foreach (var parameter in _parameters) command.Parameters.Add(parameter);
        return command;
    }

    /// <summary>The compiler's way to hand over text and holes.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Piece
    {
        private readonly Statement _statement;

        public Piece(int literalLength, int formattedCount, Statement statement) => _statement = statement;

        public void AppendLiteral(string text) => _statement._text.Append(text);

        public void AppendFormatted<T>(T value)
        {
            _statement._parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
            _statement._text.Append('$').Append(_statement._parameters.Count);
        }
    }
}
