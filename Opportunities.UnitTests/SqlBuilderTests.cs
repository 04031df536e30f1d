using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using CsCheck;
using Npgsql;
using Opportunities.Api;

namespace Opportunities.UnitTests;

/// <summary>SQL statements: holes become parameters, never text.</summary>
public sealed class SqlBuilderTests
{
    [Fact]
    public void Pieces_make_a_statement_with_numbered_parameters()
    {
        var (id, name) = (Guid.NewGuid(), "a");
        using var command = new SqlBuilder()
            .Add("SELECT 1 WHERE true")
            .Add($" AND id = {id}")
            .Add($" AND (name, size) = ({name}, {3})")
            .AddLimit(20)
            .ToCommand(null);
        Assert.Equal("SELECT 1 WHERE true AND id = $1 AND (name, size) = ($2, $3) LIMIT 20", command.CommandText);
        Assert.Equal([id, name, 3], command.Parameters.Select(parameter => parameter.Value));
        Assert.IsType<NpgsqlParameter<Guid>>(command.Parameters[0]);
    }

    [Fact]
    public void Text_that_is_added_must_be_constant() => Assert.All(
        typeof(SqlBuilder).GetMethods()
            .SelectMany(static method => method.GetParameters())
            .Where(static parameter => parameter.ParameterType == typeof(string)),
        static parameter => Assert.NotNull(parameter.GetCustomAttribute<ConstantExpectedAttribute>()));

    [Fact]
    public void No_text_from_outside_is_ever_part_of_a_statement() => Gen.String.Sample(text =>
    {
        using var command = new SqlBuilder().Add($"SELECT {text}").ToCommand(null);
        Assert.Equal(("SELECT $1", text), (command.CommandText, (string?)command.Parameters[0].Value));
    });
}
