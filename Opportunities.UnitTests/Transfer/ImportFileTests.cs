using System.Text;
using Opportunities.Api.Transfer;
using Opportunities.Data;

namespace Opportunities.UnitTests.Transfer;

/// <summary>CSV files of new opportunities: each cell by its member's rule, errors by line and member.</summary>
public sealed class ImportFileTests
{
    private const string Header = "title,description,client_name,estimated_budget,estimated_start_date,estimated_end_date";
    private const string Row = "A,B,C,100,2023-01-01T00:00:00Z,2023-12-31T00:00:00Z";

    private static readonly ImportFormat _comma = new() { Separator = ';', Decimal = ',' };

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
    public void Two_columns_are_an_external_id_or_none() => Assert.Equal(
        [new ExternalId("crm", "A/7"), null],
        Read($"external_source,{Header},external_id\ncrm,{Row},A/7\n,{Row},").Select(row => row.ExternalId));

    [Theory]
    [InlineData("external_source", "crm", "1.external_id", "is required beside external_source.")]
    [InlineData("external_id", "7", "1.external_source", "is required beside external_id.")]
    [InlineData(
        "external_source,external_id", "CRM,7", "2.external_id", "has a source that must be 1 to 50 of a-z, 0-9, '.', '_' and '-'.")]
    [InlineData(
        "external_source,external_id", "crm/x,7", "2.external_id", "has a source that must be 1 to 50 of a-z, 0-9, '.', '_' and '-'.")]
    [InlineData(
        "external_source,external_id", "crm/,", "2.external_id", "has a source that must be 1 to 50 of a-z, 0-9, '.', '_' and '-'.")]
    [InlineData("external_source,external_id", "crm,", "2.external_id", "has an id that must not be blank.")]
    public void Half_an_external_id_is_refused(string columns, string cells, string key, string message) =>
        Assert.Equal(message, Errors($"{Header},{columns}\n{Row},{cells}")[key].Single());

    [Fact]
    public void An_external_id_is_there_once() => Assert.Equal(
        "is that of line 2, too.", Errors($"{Header},external_source,external_id\n{Row},crm,7\n{Row},crm,7")["3.external_id"].Single());

    [Fact]
    public void With_UPSERT_every_row_has_an_external_id_and_columns_that_nobody_writes_are_passed_over()
    {
        var upsert = new ImportFormat { IsUpsert = true };
        Assert.Single(Read($"id,{Header},version,external_source,external_id,status\nx,{Row},9,crm,7,COMPLETED", upsert));
        Assert.Equal(["1.external_id"], Errors($"{Header}\n{Row}", upsert).Keys);
        Assert.Equal(["2.external_id"], Errors($"{Header},external_source,external_id\n{Row},,", upsert).Keys);
    }

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
    public void Cells_in_quotes_hold_anything() => Assert.Equal(
        "a,\"b\"\r\nc", Read($"{Header}\n{Row.Replace("B", "\"a,\"\"b\"\"\r\nc\"", StringComparison.Ordinal)}")[0].Description);

    [Fact]
    public void An_apostrophe_before_what_would_run_is_taken_off() =>
        Assert.Equal("=1", Read($"{Header}\n{Row.Replace("A", "'=1", StringComparison.Ordinal)}")[0].Title);

    [Fact]
    public void Text_has_one_form_here_too() =>
        Assert.Equal("é", Read($"{Header}\n{Row.Replace("A", " e\u0301 ", StringComparison.Ordinal)}")[0].Title);

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
    public void An_amount_has_one_form(string cell) =>
        Assert.Equal(["2.estimated_budget"], Errors($"{Header}\n{Row.Replace("100", cell, StringComparison.Ordinal)}").Keys);

    [Theory]
    [InlineData("2023-01-01T00:00:00Z ")]
    [InlineData("2023-01-01")]
    [InlineData("01.01.2023")]
    [InlineData("\"2023-01-01T00:00:00Z\n\"")]
    public void A_time_has_one_form(string cell) =>
        Assert.Equal(
            ["2.estimated_start_date"], Errors($"{Header}\n{Row.Replace("2023-01-01T00:00:00Z", cell, StringComparison.Ordinal)}").Keys);

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
            "A,B,C,100,2023-01-01T00:00:00Z,2023-12-31T00:00:00Z,low,SUBMITTED"))
                .ToDictionary(error => error.Key, error => error.Value.Single()), StringComparer.Ordinal));

    [Fact]
    public void A_date_that_cannot_be_read_has_no_second_error() =>
        Assert.Equal(
            ["2.estimated_end_date"], Errors($"{Header}\n{Row.Replace("2023-12-31T00:00:00Z", "never", StringComparison.Ordinal)}").Keys);

    [Theory]
    [InlineData("", "$", "must begin with a line that names the columns.")]
    [InlineData("\ufeff", "$", "must begin with a line that names the columns.")]
    [InlineData("title", "1.description", "is required: the first line must name this column.")]
    [InlineData("name", "1.name", "is not a column that can be imported.")]
    [InlineData("title,", "1.", "is not a column that can be imported: it has no name.")]
    [InlineData("Title", "1.Title", "is not a column that can be imported: title is meant, which is spelled exactly so.")]
    [InlineData(" title", "1.U+0020title", "is not a column that can be imported: title is meant, which is spelled exactly so.")]
    [InlineData(
        "client_name\u00a0", "1.client_nameU+00A0",
        "is not a column that can be imported: client_name is meant, which is spelled exactly so.")]
    [InlineData(
        "\u200bClient Name", "1.U+200BClient Name",
        "is not a column that can be imported: client_name is meant, which is spelled exactly so.")]
    [InlineData("title,title", "1.title", "must not occur twice.")]
    [InlineData("id", "1.id", "is not a column that can be imported.")]
    public void The_first_line_names_the_columns(string file, string key, string message) => Assert.Equal([message], Errors(file)[key]);

    [Theory]
    [InlineData("", "must not be empty: empty rows can only stand at the end.")]
    [InlineData(",,", "must not be empty: empty rows can only stand at the end.")]
    [InlineData("\"\"", "must not be empty: empty rows can only stand at the end.")]
    [InlineData("A,B", "must have 6 cells, as many as the first line, not 2.")]
    [InlineData(Row + ",LOW", "must have 6 cells, as many as the first line, not 7.")]
    [InlineData(
        "A\"B,B,C,100,2023-01-01T00:00:00Z,2023-12-31T00:00:00Z",
        "has a quote in or after a cell: a cell with quotes stands in quotes, with each quote in it doubled.")]
    [InlineData(
        "\"A\"B,B,C,100,2023-01-01T00:00:00Z,2023-12-31T00:00:00Z",
        "has a quote in or after a cell: a cell with quotes stands in quotes, with each quote in it doubled.")]
    public void A_row_that_does_not_fit_is_named(string row, string message) =>
        Assert.Equal([message], Errors($"{Header}\n{row}\n{Row}")["2"]);

    [Fact]
    public void Of_a_row_with_a_wrong_quote_no_cell_is_looked_at_but_of_the_next_one() => Assert.Equal(
        ["2", "3.title"],
        Errors($"{Header}\n\"A\"B,,,,,\n,B,C,100,2023-01-01T00:00:00Z,2023-12-31T00:00:00Z").Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Without_its_columns_no_row_is_looked_at() => Assert.Equal(["1.more"], Errors($"{Header},more\n,,,,,,").Keys);

    [Fact]
    public void A_quote_that_is_not_closed_is_named() =>
        Assert.Equal(["has a quoted cell that is not closed."], Errors($"{Header}\n{Row}\n\"A,B\n")["3"]);

    [Fact]
    public void A_file_is_UTF_8_without_NUL()
    {
        Assert.Equal(["must be UTF-8; line 1 has a byte that is not."], Errors([.. Encoding.UTF8.GetBytes(Header), 0xff])["$"]);
        Assert.Equal(["must be UTF-8; line 4 has a byte that is not."], Errors([.. "é\r\n\n\r"u8, 0xe4, .. "x\n"u8, 0xff])["$"]);
        Assert.Equal(["must be UTF-8; line 2 has a byte that is not."], Errors([.. "a\n"u8, 0xc3])["$"]);
        Assert.Equal(
            ["must be UTF-8; line 1 has a byte that is not: the file is UTF-16."],
            Errors([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Header)])["$"]);
        Assert.Equal(["must not contain NUL; line 2 has one."], Errors($"{Header}\n\0")["$"]);
        Assert.Equal(["must not contain NUL; line 1 has one."], Errors(Encoding.BigEndianUnicode.GetBytes(Header))["$"]);
    }

    [Fact]
    public void A_file_has_as_many_rows_as_it_may()
    {
        var full = $"{Header}\n{string.Concat(Enumerable.Repeat($"{Row}\n", ImportFile.MaxRows))}";
        Assert.Equal(ImportFile.MaxRows, Read(full).Count);
        Assert.Equal([$"must have at most {ImportFile.MaxRows} rows after the first line."], Errors($"{full}{Row}\n")["$"]);
    }

    [Fact]
    public void A_thousand_errors_are_enough() =>
        Assert.Equal(1000, Errors($"{Header}\n{string.Concat(Enumerable.Repeat(",,,,,x\n", 1000))}").Count);

    [Fact]
    public void A_header_has_no_more_errors_either() => Assert.Equal(1000, Errors(string.Join(',', Enumerable.Range(0, 2000))).Count);

    [Theory]
    [InlineData("\n\n\n")]
    [InlineData("\r\n\r\n")]
    [InlineData("\r\r")]
    [InlineData("\n,,,,,\n,,,,,\n")]
    [InlineData("\n,,\n,,,,,,,,,,\n\n")]
    [InlineData("\n\"\",\"\",,,,\n")]
    public void Empty_rows_at_the_end_are_none(string end) => Assert.Single(Read($"{Header}\n{Row}{end}"));

    [Fact]
    public void Empty_rows_count_for_nothing() =>
        Assert.Single(Read($"{Header}\n{Row}\n{string.Concat(Enumerable.Repeat(",,,,,\n", ImportFile.MaxRows + 1))}"));

    [Fact]
    public void Every_empty_row_before_another_is_named() =>
        Assert.Equal(["2", "3", "5"], Errors($"{Header}\n\n,,\n{Row}\n\n{Row}\n\n").Keys);

    [Theory]
    [InlineData("sep=;", ';')]
    [InlineData("\ufeffsep=;", ';')]
    [InlineData("SEP=;", ';')]
    [InlineData("\"sep=;\"", ';')]
    [InlineData("sep=,", ',')]
    [InlineData("sep=\t", '\t')]
    public void A_first_line_can_say_what_is_between_the_cells(string line, char separator)
    {
        foreach (var end in new[] { "\n", "\r\n", "\r" })
            Assert.Single(Read(string.Join(end, line, Header.Replace(',', separator), Row.Replace(',', separator), "")));
    }

    [Fact]
    public void After_such_a_line_lines_are_still_those_of_the_file()
    {
        Assert.Equal(["3.title"], Errors($"sep=,\n{Header}\n{Row.Replace("A,", ",", StringComparison.Ordinal)}").Keys);
        Assert.Equal(["2.more"], Errors($"sep=,\n{Header},more\n{Row}").Keys);
        Assert.Equal(["3"], Errors($"sep=,\n{Header}\n\"A").Keys);
    }

    [Theory]
    [InlineData("sep=")]
    [InlineData("sep=|")]
    [InlineData("sep=a")]
    public void Such_a_line_names_what_can_be_there(string line) =>
        Assert.Equal(["must say that a comma, a semicolon or a tab is between the cells: sep=;"], Errors($"{line}\n{Header}\n{Row}")["1"]);

    [Fact]
    public void Such_a_line_and_the_parameter_say_the_same()
    {
        var (header, row) = (Header.Replace(',', ';'), Row.Replace(',', ';'));
        Assert.Single(Read($"sep=;\n{header}\n{row}", new() { Separator = ';' }));
        Assert.Equal(
            ["says that ';' is between the cells, and the parameter separator that a tab is: send separator=SEMICOLON or none."],
            Errors($"sep=;\n{header}\n{row}", new() { Separator = '\t' })["1"]);
    }

    [Theory]
    [InlineData(',')]
    [InlineData(';')]
    [InlineData('\t')]
    public void The_parameter_says_what_is_between_the_cells(char separator) =>
        Assert.Single(Read($"{Header.Replace(',', separator)}\n{Row.Replace(',', separator)}", new() { Separator = separator }));

    [Theory]
    [InlineData(';', null, "has columns that are separated by ';' where ',' was expected: send the parameter separator=SEMICOLON.")]
    [InlineData('\t', null, "has columns that are separated by a tab where ',' was expected: send the parameter separator=TAB.")]
    [InlineData(',', ';', "has columns that are separated by ',' where ';' was expected: send the parameter separator=COMMA.")]
    [InlineData(
        '|', null,
        "has columns that are separated by '|' where ',' was expected: save the file with a comma, a semicolon or a tab between the cells, "
        + "which the parameter separator knows.")]
    public void Another_separator_is_one_error(char separator, char? expected, string message)
    {
        var file = $"{Header.Replace(',', separator)}\n{Row.Replace(',', separator)}\n{Row}\n";
        Assert.Equal([new("1", [message])], Errors(file, new() { Separator = expected }), Same);
        Assert.Equal(
            [new("1", [message])],
            Errors(string.Join(separator, Header.Split(',').Select(name => $"\"{name}\"")), new() { Separator = expected }), Same);
    }

    [Fact]
    public void A_first_line_that_says_another_separator_is_one_error() => Assert.Equal(
        [new("2", ["has columns that are separated by ';' where ',' was expected: the line sep= must say so."])],
        Errors($"sep=,\n{Header.Replace(',', ';')}"), Same);

    [Theory]
    [InlineData("100", 100)]
    [InlineData("100,5", 100.5)]
    [InlineData("12500,50", 12500.5)]
    public void An_amount_can_have_a_decimal_comma(string cell, decimal amount) =>
        Assert.Equal(amount, Read(Semicolons(3, cell), _comma)[0].EstimatedBudget);

    [Theory]
    [InlineData("100.50")]
    [InlineData("12.500,50")]
    [InlineData("12.500")]
    [InlineData("1,2,3")]
    [InlineData(",5")]
    [InlineData("5,")]
    [InlineData("100,505")]
    [InlineData("12 500,50")]
    [InlineData("12'500,50")]
    public void It_has_one_form_then_too(string cell) => Assert.Equal(["2.estimated_budget"], Errors(Semicolons(3, cell), _comma).Keys);

    [Theory]
    [InlineData("1.23457E+12", "has an exponent: a spreadsheet has rounded the number. Write all of its digits.")]
    [InlineData("1,23457E+12", "has an exponent: a spreadsheet has rounded the number. Write all of its digits.")]
    [InlineData("1e5", "has an exponent: a spreadsheet has rounded the number. Write all of its digits.")]
    [InlineData("12500,50", "has a comma before its decimals: write a point, or send decimal=COMMA.")]
    [InlineData(" 100", "has blanks around it: nothing but the value may stand in the cell.")]
    [InlineData("100\u00a0", "has blanks around it: nothing but the value may stand in the cell.")]
    public void What_a_spreadsheet_makes_of_an_amount_is_told(string cell, string message) =>
        Assert.Equal([message], Errors(Semicolons(3, cell), new() { Separator = ';', Decimal = '.' })["2.estimated_budget"]);

    [Theory]
    [InlineData("12500,5", 12500.5)]
    [InlineData("12500,50", 12500.5)]
    [InlineData("12500.50", 12500.5)]
    [InlineData("12500", 12500)]
    public void Between_semicolons_an_amount_may_have_either(string cell, decimal amount)
    {
        Assert.Equal(amount, Read(Semicolons(3, cell), new() { Separator = ';' })[0].EstimatedBudget);
        Assert.Equal(amount, Read($"sep=;\n{Semicolons(3, cell)}")[0].EstimatedBudget);
    }

    [Theory]
    [InlineData("12.500")]
    [InlineData("12,500")]
    [InlineData("12.500,50")]
    [InlineData("12,500.50")]
    [InlineData("1,000,000")]
    public void But_never_what_may_be_thousands(string cell) =>
        Assert.Equal(["2.estimated_budget"], Errors(Semicolons(3, cell), new() { Separator = ';' }).Keys);

    [Fact]
    public void Blanks_around_a_value_are_told_and_around_a_text_taken_off()
    {
        Assert.Equal(
            ["2.estimated_budget", "2.estimated_start_date", "2.estimated_end_date", "2.priority"],
            Errors($"{Header},priority\n A , B , C , 1 , 2023-01-01T00:00:00Z , 2023-12-31T00:00:00Z , LOW ").Keys);
        Assert.Equal("A", Read($"{Header}\n A , B , C ,1,2023-01-01T00:00:00Z,2023-12-31T00:00:00Z")[0].Title);
    }

    [Fact]
    public void Columns_can_have_other_names()
    {
        var german = new ImportFormat { Names = new Dictionary<string, string> { ["title"] = "Projekt", ["client_name"] = "Kunde" } };
        var header = Header.Replace("title", "Projekt", StringComparison.Ordinal).Replace("client_name", "Kunde", StringComparison.Ordinal);
        Assert.Equal(Read($"{Header}\n{Row}"), Read($"{header}\n{Row}", german));
        Assert.Equal(["2.title"], Errors($"{header}\n{Row[1..]}", german).Keys);
        Assert.Equal(
            ["is not a column that can be imported: the parameter columns calls it Projekt."],
            Errors($"{Header}\n{Row}", german)["1.title"]);
        Assert.Equal(["is required: the first line must name its column, Projekt."], Errors("description\n", german)["1.title"]);
        Assert.Equal(
            ["is not a column that can be imported: Projekt is meant, which is spelled exactly so."],
            Errors($"{header.Replace("Projekt", "projekt\u00a0", StringComparison.Ordinal)}\n{Row}", german)["1.projektU+00A0"]);
    }

    [Fact]
    public void The_read_only_columns_of_an_export_are_passed_over_where_all_are_there()
    {
        const string Exported = $"id,{Header},status,created_by,created_at,updated_at,version";
        Assert.Equal(Read($"{Header}\n{Row}"), Read($"{Exported}\nx,{Row},COMPLETED,y,,,7"));
        Assert.Equal(Read($"{Header}\n{Row}"), Read($"{Exported},owner\nx,{Row},COMPLETED,y,,,7,z"));
        Assert.Equal(["1.owner"], Errors($"{Header},owner\n").Keys);
        // What was added in a spreadsheet.
        Assert.Equal(Read($"{Header}\n{Row}"), Read($"{Exported}\n,{Row},,,,,"));
        foreach (var left in new[] { "id,", ",created_by", ",created_at", ",updated_at", ",version" })
            Assert.NotEmpty(Errors($"{Exported.Replace(left, "", StringComparison.Ordinal)}\n"));
        Assert.Equal(["must not occur twice."], Errors($"{Exported},id\n")["1.id"]);
        Assert.Equal(["1.more"], Errors($"{Exported},more\n").Keys);
    }

    [Fact]
    public void An_error_is_known_by_line_column_and_value()
    {
        var errors = new ImportErrors();
        ImportFile.Read(
            Encoding.UTF8.GetBytes($"Projekt,x\u00a0\n"),
            new() { Names = new Dictionary<string, string> { ["title"] = "Projekt" } }, errors);
        Assert.Equal(new ImportError(1, "xU+00A0", "xU+00A0", "xU+00A0", "is not a column that can be imported."), errors.All[0]);
        errors = new ImportErrors();
        ImportFile.Read(Encoding.UTF8.GetBytes($"{Header}\n{Row.Replace("100", "\u00a0", StringComparison.Ordinal)}\nA"), new(), errors);
        Assert.Equal(
            new ImportError(
                2, "estimated_budget", "estimated_budget", "U+00A0", "has blanks around it: nothing but the value may stand in the cell."),
            errors.All[0]);
        Assert.Equal(new ImportError(3, null, "", "", "must have 6 cells, as many as the first line, not 1."), errors.All[1]);
    }

    [Fact]
    public void Of_a_long_cell_the_beginning_is_repeated()
    {
        var errors = new ImportErrors();
        ImportFile.Read(
            Encoding.UTF8.GetBytes($"{Header}\n{Row.Replace("100", new string('9', 1 << 20), StringComparison.Ordinal)}"), new(), errors);
        Assert.Equal($"{new string('9', 200)}…", Assert.Single(errors.All).Value);
    }

    [Theory]
    [InlineData(",")]
    [InlineData("a,")]
    [InlineData("\n")]
    [InlineData("\"")]
    [InlineData("\"\"")]
    [InlineData("\r\n,")]
    [InlineData(";")]
    [InlineData("title,")]
    [InlineData("\u00a0")]
    public void Whatever_is_repeated_for_a_megabyte_is_refused_soon(string part)
    {
        var file = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(part, (1 << 20) / part.Length)));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.NotEmpty(Errors(file));
        Assert.InRange(Errors([.. Encoding.UTF8.GetBytes($"{Header}\n"), .. file, .. "\nx"u8]).Count, 1, 1000);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    private static bool Same(KeyValuePair<string, string[]> one, KeyValuePair<string, string[]> other) =>
        one.Key == other.Key && one.Value.SequenceEqual(other.Value);

    /// <summary>A file whose only row has another cell.</summary>
    private static string Semicolons(int column, string cell)
    {
        var cells = Row.Split(',');
        cells[column] = cell;
        return $"{Header.Replace(',', ';')}\n{string.Join(';', cells)}";
    }

    private static List<OpportunityContent> Read(string file, ImportFormat? format = null)
    {
        var errors = new ImportErrors();
        var rows = ImportFile.Read(Encoding.UTF8.GetBytes(file), format ?? new(), errors);
        Assert.Empty(errors.All);
        return [.. rows.Select(row => row.Content)];
    }

    private static Dictionary<string, string[]> Errors(string file, ImportFormat? format = null) =>
        Errors(Encoding.UTF8.GetBytes(file), format);

    private static Dictionary<string, string[]> Errors(byte[] file, ImportFormat? format = null)
    {
        var errors = new ImportErrors();
        ImportFile.Read(file, format ?? new(), errors);
        Assert.NotEmpty(errors.All);
        return errors.ToDictionary();
    }
}
