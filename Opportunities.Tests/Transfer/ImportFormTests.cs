using System.Net;
using System.Text;
using Opportunities.Tests.Api;

namespace Opportunities.Tests.Transfer;

/// <summary>Imports and exports that are told the form of the file, and imports that are tried first.</summary>
[Collection(SystemCollection.Name)]
public sealed class ImportFormTests(TestSystem system)
{
    [Fact]
    public async Task A_dry_run_writes_nothing_and_uses_no_key()
    {
        using var client = await system.ClientAsync();
        var name = CsvClient.NewClientName();
        var file = CsvClient.File(CsvClient.Header, CsvClient.Row("One", name), CsvClient.Row("Two", name));
        var key = ("Idempotency-Key", Guid.NewGuid().ToString());
        using var tried = await client.ImportWithAsync("dry_run=true", file, key);
        Assert.Equal("""{"would_import":2,"would_update":0,"errors":{}}""", await tried.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, tried.StatusCode);
        Assert.Equal(0, await client.CountAsync(name));

        using var other = await client.ImportWithAsync("dry_run=true", file + "x", key);
        var would = await other.JsonAsync(HttpStatusCode.OK);
        Assert.Equal(0, would["would_import"]!.GetValue<int>());
        Assert.Equal("must have 7 cells, as many as the first line, not 1.", would["errors"]!["4"]![0]!.GetValue<string>());

        using var imported = await client.ImportWithAsync("dry_run=false", file, key);
        Assert.Equal("""{"imported":2}""", await imported.Content.ReadAsStringAsync());
        Assert.Equal(2, await client.CountAsync(name));
    }

    [Fact]
    public async Task A_dry_run_needs_what_an_import_needs()
    {
        using var reader = await system.ClientAsync("dev-reader");
        using var forbidden = await reader.ImportWithAsync("dry_run=true", CsvClient.Header);
        await forbidden.ProblemAsync(HttpStatusCode.Forbidden);
        using var client = await system.ClientAsync();
        using var key = await client.ImportWithAsync("dry_run=true", CsvClient.Header, ("Idempotency-Key", new string('a', 256)));
        Assert.Equal(["Idempotency-Key"], await key.OffendingAsync());
    }

    [Theory]
    [InlineData("dry_run=yes", "dry_run")]
    [InlineData("separator=%3B&decimal=x", "decimal", "separator")]
    [InlineData("date_format=dd.MM.yyyy", "time_zone")]
    [InlineData("columns=title", "columns")]
    [InlineData("sep=TAB", "sep")]
    public async Task A_parameter_that_is_wrong_is_400(string query, params string[] offending)
    {
        using var client = await system.ClientAsync();
        using var response = await client.ImportWithAsync(query, CsvClient.Header);
        Assert.Equal(offending, await response.OffendingAsync());
    }

    [Fact]
    public async Task The_same_key_with_another_form_is_another_request()
    {
        using var client = await system.ClientAsync();
        var name = CsvClient.NewClientName();
        var key = ("Idempotency-Key", Guid.NewGuid().ToString());
        var file = CsvClient.File(CsvClient.Header, CsvClient.Row("Once", name));
        using var first = await client.ImportWithAsync("separator=COMMA&decimal=POINT", file, key);
        Assert.Equal(1, await first.ImportedAsync());
        using var repeated = await client.ImportWithAsync("decimal=POINT&separator=COMMA", file, key);
        Assert.Equal(["true"], repeated.Headers.GetValues("Idempotency-Replayed"));
        using var other = await client.ImportWithAsync("separator=COMMA", file, key);
        await other.ProblemAsync(HttpStatusCode.UnprocessableEntity);
        Assert.Equal(1, await client.CountAsync(name));
    }

    [Fact]
    public async Task A_file_in_the_words_of_its_country_is_imported()
    {
        using var client = await system.ClientAsync();
        var name = CsvClient.NewClientName();
        using var response = await client.ImportWithAsync(
            "separator=SEMICOLON&decimal=COMMA&date_format=dd.MM.yyyy&time_zone=Europe/Berlin"
            + "&columns=title:Projekt,description:Bedarf,client_name:Kunde,estimated_budget:Budget"
            + ",estimated_start_date:Beginn,estimated_end_date:Ende",
            CsvClient.File("Projekt;Bedarf;Kunde;Budget;Beginn;Ende", $"Schleuse;Antrieb;{name};12500,50;01.03.2031;01.10.2031"));
        Assert.Equal(1, await response.ImportedAsync());
        var item = (await client.GetJsonAsync($"{ApiClient.Opportunities}?client_name={Uri.EscapeDataString(name)}"))["items"]![0]!;
        Assert.Equal(12500.50m, item["estimated_budget"]!.GetValue<decimal>());
        Assert.Equal("2031-02-28T23:00:00Z", item["estimated_start_date"]!.GetValue<string>());
        Assert.Equal("2031-09-30T22:00:00Z", item["estimated_end_date"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest)]
    [InlineData("dry_run=true", HttpStatusCode.OK)]
    public async Task What_is_wrong_is_a_file_where_one_is_asked_for(string query, HttpStatusCode status)
    {
        using var client = await system.ClientAsync();
        using var response = await client.ImportWithAsync(query, CsvClient.File(
            CsvClient.Header,
            "\"=1+1, \"\"x\"\"\",B,C,\"=HYPERLINK(\"\"x\"\")\",2023-01-01T00:00:00Z,2023-12-31T00:00:00Z,LOW",
            "\u00a0,B,C,1,2023-01-01T00:00:00Z,2023-12-31T00:00:00Z,LOW",
            "A"), ("Accept", "text/csv, application/json;q=0.5"));
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("text/csv; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("attachment; filename=errors.csv", response.Content.Headers.ContentDisposition!.ToString());
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        Assert.Equal(
            "line,column,value,message\r\n"
            + "2,estimated_budget,\"'=HYPERLINK(\"\"x\"\")\","
            + "\"must be a number above 0 up to 9999999999999.99, with at most two decimals.\"\r\n"
            + "3,title,U+00A0,must not be blank.\r\n"
            + "4,,,\"must have 7 cells, as many as the first line, not 1.\"\r\n",
            await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Nothing_wrong_is_a_file_without_rows_and_what_was_imported_is_JSON()
    {
        using var client = await system.ClientAsync();
        var file = CsvClient.File(CsvClient.Header, CsvClient.Row("Fine"));
        using var tried = await client.ImportWithAsync("dry_run=true", file, ("Accept", "text/csv"));
        Assert.Equal("line,column,value,message\r\n", await tried.Content.ReadAsStringAsync());
        using var imported = await client.ImportWithAsync("", file, ("Accept", "text/csv"));
        Assert.Equal(1, await imported.ImportedAsync());
        // What is wrong with the request, and not with the file, is a problem for everybody.
        using var refused = await client.ImportWithAsync("separator=x", file, ("Accept", "text/csv"));
        Assert.Equal(["separator"], await refused.OffendingAsync());
        using var neither = await client.ImportWithAsync("", file, ("Accept", "text/html"));
        await neither.ProblemAsync(HttpStatusCode.NotAcceptable);
    }

    [Theory]
    [InlineData("COMMA", ',', false)]
    [InlineData("COMMA", ',', true)]
    [InlineData("SEMICOLON", ';', false)]
    [InlineData("SEMICOLON", ';', true)]
    [InlineData("TAB", '\t', false)]
    [InlineData("TAB", '\t', true)]
    public async Task An_exported_file_can_be_edited_and_imported_again(string separator, char character, bool hasMark)
    {
        using var client = await system.ClientAsync();
        var (from, to) = (CsvClient.NewClientName(), CsvClient.NewClientName());
        string[] titles = ["=1+1", "a,b;c\td", "\"", "line\r\nbreak", "žluťoučký"];
        foreach (var title in titles)
        {
            var members = ApiClient.Valid(title);
            members["client_name"] = from;
            members["estimated_budget"] = 9_999_999_999_999.99m;
            var id = await client.CreateAsync(members);
            // In any state: what comes back is a draft.
            if (title == "\"") (await client.MoveAsync(id, "SUBMITTED")).Dispose();
        }

        var bytes = await client.GetByteArrayAsync(
            $"{CsvClient.Export}?client_name={Uri.EscapeDataString(from)}&separator={separator}"
            + $"&byte_order_mark={(hasMark ? "true" : "false")}");
        Assert.Equal(hasMark, bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble));
        var file = Encoding.UTF8.GetString(bytes);
        Assert.StartsWith($"id{character}title{character}", file.TrimStart('\ufeff'), StringComparison.Ordinal);
        // Another client in each row, a row more, and blank ones as spreadsheets leave them.
        string[] added =
            ["", "Added", "Text", to, "1.5", "2023-01-01T00:00:00Z", "2023-12-31T00:00:00Z", "LOW", "", "", "", "", "", "", "", ""];
        var edited = $"{file.Replace(from, to, StringComparison.Ordinal)}{string.Join(character, added)}\r\n"
            + $"{new string(character, 15)}\r\n\r\n";
        using var response = await client.ImportWithAsync($"separator={separator}", edited);
        Assert.Equal(titles.Length + 1, await response.ImportedAsync());

        var items = (await client.GetJsonAsync($"{ApiClient.Opportunities}?size=100&client_name={to}"))["items"]!.AsArray();
        Assert.Equal(
            [.. titles.Append("Added").Order(StringComparer.Ordinal)],
            items.Select(item => item!["title"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.All(items, item => Assert.Equal("DRAFT", item!["status"]!.GetValue<string>()));
        Assert.Equal(5, items.Count(item => item!["estimated_budget"]!.GetValue<decimal>() == 9_999_999_999_999.99m));
    }

    [Fact]
    public async Task A_parameter_of_an_export_that_is_wrong_is_400()
    {
        using var client = await system.ClientAsync();
        using var response = await client.GetAsync($"{CsvClient.Export}?separator=x&byte_order_mark=1&status=x&decimal=COMMA");
        Assert.Equal(["byte_order_mark", "decimal", "separator", "status"], await response.OffendingAsync());
    }

    [Fact]
    public async Task What_no_spreadsheet_makes_is_refused_and_told()
    {
        using var client = await system.ClientAsync();
        var row = CsvClient.Row("Hostile");
        foreach (var (file, key) in new (byte[], string)[]
        {
            ([.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(CsvClient.File(CsvClient.Header, row))], "$"),
            (Encoding.BigEndianUnicode.GetBytes(CsvClient.File(CsvClient.Header, row)), "$"),
            (Encoding.UTF8.GetBytes(CsvClient.File(CsvClient.Header, row + "\0")), "$"),
            (Encoding.UTF8.GetBytes($"sep=\r\n{CsvClient.File(CsvClient.Header, row)}"), "1"),
            (Encoding.UTF8.GetBytes($"{CsvClient.Header}\r\n\"{new string('a', 1 << 20)}"), "2"),
            (Encoding.UTF8.GetBytes($"{CsvClient.Header}\r\n{new string('"', (1 << 20) + 1)}"), "2"),
            (Encoding.UTF8.GetBytes($"{CsvClient.Header}\r\n{new string(',', 1 << 20)}x"), "2"),
            (Encoding.UTF8.GetBytes($"{CsvClient.Header}\n{row}\r\r\n{row}\n\r{row}"), "3"),
            (Encoding.UTF8.GetBytes($"{CsvClient.Header}\n{CsvClient.Row(new string('a', 1 << 20))}"), "2.title"),
        })
        {
            using var response = await client.ImportAsync(file, "text/csv");
            Assert.Equal(key, (await response.OffendingAsync())[0]);
        }

        using var mixed = await client.ImportAsync($"{CsvClient.Header}\n{row}\r\n{row}\r{row}\r\n\n\r");
        Assert.Equal(3, await mixed.ImportedAsync());
    }
}
