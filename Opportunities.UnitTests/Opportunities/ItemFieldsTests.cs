using System.Data;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Opportunities.Api;
using Opportunities.Api.Errors;
using Opportunities.Api.Input;
using Opportunities.Api.Opportunities;

namespace Opportunities.UnitTests.Opportunities;

/// <summary>The members that an item of the list has where some are asked for.</summary>
public sealed class ItemFieldsTests
{
    private static readonly DateTime _now = new(2026, 6, 1, 0, 0, 0, DateTimeKind.Utc);

    public static TheoryData<string> Members => [.. ItemFields.All];

    [Theory]
    [InlineData("title", "id,title,version")]
    [InlineData("version,title,id", "id,title,version")]
    [InlineData("status,title", "id,title,status,version")]
    [InlineData("title,status", "id,title,status,version")]
    [InlineData("id", "id,version")]
    public void They_have_one_order_and_always_id_and_version(string named, string expected) =>
        Assert.Equal(expected, string.Join(',', Read(named)!));

    [Fact]
    public void Without_the_parameter_there_are_all() => Assert.Null(ItemFields.Read(new QueryInput(QueryCollection.Empty)));

    [Theory]
    [InlineData("fields=")]
    [InlineData("fields=,")]
    [InlineData("fields=title,")]
    [InlineData("fields=title,title")]
    [InlineData("fields=title&fields=status")]
    [InlineData("fields=Title")]
    [InlineData("fields=title,+status")]
    [InlineData("fields=history")]
    [InlineData("fields=problem_statements")]
    [InlineData("fields=search_vector")]
    public void Anything_else_is_refused(string query)
    {
        var input = new QueryInput(new QueryCollection(QueryHelpers.ParseQuery(query)));
        ItemFields.Read(input);
        Assert.Equal(["fields"], Assert.Throws<ApiException>(input.ThrowIfInvalid).Errors!.Keys);
    }

    // Each column has another value, so that none can stand for another.
    [Theory]
    [MemberData(nameof(Members))]
    public void A_member_is_the_same_whether_it_is_asked_for_alone_or_with_all(string member)
    {
        var all = Parse(Page(ItemFields.Columns(ItemFields.All, key: null)), fields: null);
        var fields = Read(member)!;
        var read = Parse(Page(ItemFields.Columns(fields, SortKey.Find("estimated_budget"))), fields);
        Assert.Equal(fields, read.Select(one => one.Key));
        Assert.All(read, one => Assert.Equal(all[one.Key]!.ToJsonString(), one.Value!.ToJsonString()));
    }

    [Fact]
    public void The_columns_of_the_order_and_of_the_members_are_selected_alone()
    {
        var columns = ItemFields.Columns(Read("title,reactivation_deadline")!, SortKey.Find("priority"));
        Assert.Equal("id, title, priority, cancelled_at, version", RowReader.Describe(row => OpportunitySummary.From(row), columns).Sql);
    }

    private static IReadOnlyList<string>? Read(string named) =>
        ItemFields.Read(new QueryInput(new QueryCollection(QueryHelpers.ParseQuery($"fields={named}"))));

    private static JsonObject Parse(OpportunityPage page, IReadOnlyList<string>? fields) =>
        JsonNode.Parse(ItemFields.Write(page, fields))!["items"]![0]!.AsObject();

    private static OpportunityPage Page(IReadOnlySet<string> columns)
    {
        using var table = new DataTable();
        var names = RowReader.Describe(row => OpportunitySummary.From(row), columns).Sql.Split(", ");
        foreach (var name in names)
        {
            var column = table.Columns.Add(name, Value(name).GetType());
            if (column.DataType == typeof(DateTime)) column.DateTimeMode = DataSetDateTime.Utc;
        }

        table.Rows.Add([.. names.Select(Value)]);
        using var row = table.CreateDataReader();
        row.Read();
        return new() { Items = [OpportunitySummary.From(new RowReader(row, columns))], Size = 1, NextCursor = null };
    }

    private static object Value(string column) => column switch
    {
        "id" => Guid.Parse("01a22135-72ae-7c05-9a4e-5d7b6c2f8e10"),
        "estimated_budget" => 1.50m,
        "priority" => (short)1,
        "status" => "MATCHES_FOUND",
        "version" => 7,
        _ when column.EndsWith("_at", StringComparison.Ordinal) || column.EndsWith("_date", StringComparison.Ordinal) =>
            _now.AddDays(column.Sum(letter => letter)),
        _ => column,
    };
}
