using System.Text;
using Opportunities.Api.Errors;
using Opportunities.Api.Transfer;
using Opportunities.Data;

namespace Opportunities.UnitTests.Transfer;

/// <summary>CSV files of new opportunities: each cell by its member's rule, errors by line and member.</summary>
public sealed class ImportFileTests
{
    private const string Header = "title,description,client_name,estimated_budget,estimated_start_date,estimated_end_date";
    private const string Row = "A,B,C,100,2023-01-01T00:00:00Z,2023-12-31T00:00:00Z";

    [Fact]
    public void A_row_is_an_opportunity() => Assert.Equal(
        [
            new OpportunityContent
            {
                Title = "A",
                Description = "B",
                ClientName = "C",
                EstimatedBudget = 100.00m,
                EstimatedStartDate = new DateTime(2023, 1, 1, 0, 0, 0, DateTimeKind.Utc),
                EstimatedEndDate = new DateTime(2023, 12, 31, 0, 0, 0, DateTimeKind.Utc),
                Priority = Priority.Medium,
            },
        ],
        Read($"{Header}\n{Row}\n"));

    [Fact]
    public void Columns_may_stand_in_any_order() => Assert.Equal(
        Read($"{Header},priority,status\n{Row},HIGH,DRAFT"),
        Read("status,priority,estimated_end_date,estimated_start_date,estimated_budget,client_name,description,title\n"
            + "DRAFT,HIGH,2023-12-31T00:00:00Z,2023-01-01T00:00:00Z,100,C,B,A"));

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Lines_may_end_in_any_way(string end) => Assert.Equal(2, Read(string.Join(end, Header, Row, Row, "")).Count);

    [Fact]
    public void A_byte_order_mark_is_no_part_of_the_first_name() => Assert.Single(Read($"\ufeff{Header}\n{Row}"));

    [Fact]
    public void Cells_in_quotes_hold_anything() => Assert.Equal("a,\"b\"\r\nc", Read($"{Header}\n{Row.Replace("B", "\"a,\"\"b\"\"\r\nc\"", StringComparison.Ordinal)}")[0].Description);

    [Fact]
    public void An_apostrophe_before_what_would_run_is_taken_off() => Assert.Equal("=1", Read($"{Header}\n{Row.Replace("A", "'=1", StringComparison.Ordinal)}")[0].Title);

    [Fact]
    public void Text_has_one_form_here_too() => Assert.Equal("é", Read($"{Header}\n{Row.Replace("A", " e\u0301 ", StringComparison.Ordinal)}")[0].Title);

    [Theory]
    [InlineData("1e2")]
    [InlineData("\"1e2\n\"")]
    [InlineData("\"100\n\"")]
    [InlineData(" 100")]
    [InlineData("100 ")]
    [InlineData("+100")]
    [InlineData("-100")]
    [InlineData("\"1,000\"")]
    [InlineData("'100")]
    [InlineData("١٠٠")]
    [InlineData("100\u00a0")]
    [InlineData("0")]
    [InlineData("0.001")]
    [InlineData("")]
    public void An_amount_has_one_form(string cell) => Assert.Equal(["2.estimated_budget"], Errors($"{Header}\n{Row.Replace("100", cell, StringComparison.Ordinal)}").Keys);

    [Theory]
    [InlineData("2023-01-01T00:00:00Z ")]
    [InlineData("2023-01-01")]
    [InlineData("01.01.2023")]
    [InlineData("\"2023-01-01T00:00:00Z\n\"")]
    public void A_time_has_one_form(string cell) =>
        Assert.Equal(["2.estimated_start_date"], Errors($"{Header}\n{Row.Replace("2023-01-01T00:00:00Z", cell, StringComparison.Ordinal)}").Keys);

    [Fact]
    public void Errors_are_told_all_at_once_by_line_and_member() => Assert.Equal(
        new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["2.title"] = "must not be blank.",
            ["3.estimated_end_date"] = "must be after estimated_start_date.",
            ["5.priority"] = "must be one of LOW, MEDIUM, HIGH, CRITICAL.",
            ["5.status"] = "must be DRAFT: an opportunity begins as a draft.",
        },
        new SortedDictionary<string, string>(Errors(string.Join('\n',
            $"{Header},priority,status",
            ",B,C,100,2023-01-01T00:00:00Z,2023-12-31T00:00:00Z,LOW,DRAFT",
            "A,\"B\nB\",C,100,2023-01-01T00:00:00Z,2023-01-01T00:00:00Z,LOW,DRAFT",
            "A,B,C,100,2023-01-01T00:00:00Z,2023-12-31T00:00:00Z,low,SUBMITTED")).ToDictionary(error => error.Key, error => error.Value.Single()), StringComparer.Ordinal));

    [Fact]
    public void A_date_that_cannot_be_read_has_no_second_error() =>
        Assert.Equal(["2.estimated_end_date"], Errors($"{Header}\n{Row.Replace("2023-12-31T00:00:00Z", "never", StringComparison.Ordinal)}").Keys);

    [Theory]
    [InlineData("", "$", "must begin with a line that names the columns.")]
    [InlineData("\ufeff", "$", "must begin with a line that names the columns.")]
    [InlineData("title", "1.description", "is required: the first line must name this column.")]
    [InlineData("Title", "1.Title", "is not a column that can be imported.")]
    [InlineData(" title", "1. title", "is not a column that can be imported.")]
    [InlineData("title,title", "1.title", "must not occur twice.")]
    [InlineData("id", "1.id", "is not a column that can be imported.")]
    public void The_first_line_names_the_columns(string file, string key, string message) => Assert.Equal([message], Errors(file)[key]);

    [Theory]
    [InlineData("", "must have 6 cells, as many as the first line, not 1.")]
    [InlineData("A,B", "must have 6 cells, as many as the first line, not 2.")]
    [InlineData(Row + ",LOW", "must have 6 cells, as many as the first line, not 7.")]
    [InlineData("A\"B,B,C,100,2023-01-01T00:00:00Z,2023-12-31T00:00:00Z", "has a quote in or after a cell: a cell with quotes stands in quotes, with each quote in it doubled.")]
    [InlineData("\"A\"B,B,C,100,2023-01-01T00:00:00Z,2023-12-31T00:00:00Z", "has a quote in or after a cell: a cell with quotes stands in quotes, with each quote in it doubled.")]
    public void A_row_that_does_not_fit_is_named(string row, string message) => Assert.Equal([message], Errors($"{Header}\n{row}\n{Row}")["2"]);

    [Fact]
    public void Of_a_row_with_a_wrong_quote_no_cell_is_looked_at_but_of_the_next_one() => Assert.Equal(
        ["2", "3.title"], Errors($"{Header}\n\"A\"B,,,,,\n,B,C,100,2023-01-01T00:00:00Z,2023-12-31T00:00:00Z").Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Without_its_columns_no_row_is_looked_at() => Assert.Equal(["1.more"], Errors($"{Header},more\n,,,,,,").Keys);

    [Fact]
    public void A_quote_that_is_not_closed_is_named() => Assert.Equal(["has a quoted cell that is not closed."], Errors($"{Header}\n{Row}\n\"A,B\n")["3"]);

    [Fact]
    public void A_file_is_UTF_8_without_NUL()
    {
        Assert.Equal(["must be UTF-8."], Refusal([.. Encoding.UTF8.GetBytes(Header), 0xff]).Errors!["$"]);
        Assert.Equal(["must not contain NUL."], Errors($"{Header}\n\0")["$"]);
    }

    [Fact]
    public void A_file_has_as_many_rows_as_it_may()
    {
        var full = $"{Header}\n{string.Concat(Enumerable.Repeat($"{Row}\n", ImportFile.MaxRows))}";
        Assert.Equal(ImportFile.MaxRows, Read(full).Count);
        Assert.Equal([$"must have at most {ImportFile.MaxRows} rows after the first line."], Errors($"{full}{Row}\n")["$"]);
    }

    [Fact]
    public void A_thousand_errors_are_enough() => Assert.Equal(1000, Errors($"{Header}\n{string.Concat(Enumerable.Repeat(",,,,,\n", 1000))}").Count);

    [Fact]
    public void A_header_has_no_more_errors_either() => Assert.Equal(1000, Errors(string.Join(',', Enumerable.Range(0, 2000))).Count);

    private static List<OpportunityContent> Read(string file) => ImportFile.Read(Encoding.UTF8.GetBytes(file));

    private static IReadOnlyDictionary<string, string[]> Errors(string file) => Refusal(Encoding.UTF8.GetBytes(file)).Errors!;

    private static ApiException Refusal(byte[] file) => Assert.Throws<ApiException>(() => ImportFile.Read(file));
}
