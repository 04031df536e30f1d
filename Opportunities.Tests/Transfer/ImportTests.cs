using System.Net;
using System.Text;
using Opportunities.Tests.Api;

namespace Opportunities.Tests.Transfer;

[Collection(SystemCollection.Name)]
public sealed class ImportTests(TestSystem system)
{
    [Fact]
    public async Task Every_row_becomes_a_draft_with_its_history()
    {
        using var client = await system.ClientAsync();
        var name = CsvClient.NewClientName();
        using var response = await client.ImportAsync(CsvClient.File(
            "estimated_end_date,client_name,title,estimated_budget,description,estimated_start_date",
            $"2023-12-31T00:00:00+01:00,{name}, Trimmed ,0.5,\"Two\r\nlines, one \"\"quoted\"\"\",2023-01-01T00:00:00Z"));
        Assert.Equal(1, await response.ImportedAsync());

        var item = (await client.GetJsonAsync($"{ApiClient.Opportunities}?client_name={Uri.EscapeDataString(name)}"))["items"]!.AsArray()
            .Single()!;
        Assert.Equal("Trimmed", item["title"]!.GetValue<string>());
        Assert.Equal("Two\r\nlines, one \"quoted\"", item["description"]!.GetValue<string>());
        Assert.Equal(0.5m, item["estimated_budget"]!.GetValue<decimal>());
        Assert.Equal("2023-12-30T23:00:00Z", item["estimated_end_date"]!.GetValue<string>());
        Assert.Equal("MEDIUM", item["priority"]!.GetValue<string>());
        Assert.Equal("DRAFT", item["status"]!.GetValue<string>());
        var history = await client.GetJsonAsync($"{ApiClient.Opportunities}/{item["id"]}/history");
        Assert.Equal("status", Assert.Single(history["items"]!.AsArray())!["field_name"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_was_exported_comes_back_with_the_same_values()
    {
        using var client = await system.ClientAsync();
        var (from, to) = (CsvClient.NewClientName(), CsvClient.NewClientName());
        string[] titles =
            ["=1+1", "'=1+1", "''@x", "'plain", "-", "\uff0bwide", "a,b\"c\"", "line\r\nbreak", "žluťoučký \U0001F40E", "\"", "'"];
        foreach (var title in titles)
        {
            var members = ApiClient.Valid(title);
            members["client_name"] = from;
            members["estimated_budget"] = 9_999_999_999_999.99m;
            members["estimated_start_date"] = "2023-01-01T00:00:00.123456Z";
            await client.CreateAsync(members);
        }

        var exported = CsvClient.Parse(await client.ExportAsync($"client_name={Uri.EscapeDataString(from)}"));
        string[] columns = CsvClient.Header.Split(',');
        var file = CsvClient.File([CsvClient.Header, .. exported.Select(row =>
            string.Join(',', columns.Select(column => $"\"{(column == "client_name" ? to : row[column]).Replace("\"", "\"\"")}\"")))]);
        using var response = await client.ImportAsync(file);
        Assert.Equal(titles.Length, await response.ImportedAsync());

        var items =
            (await client.GetJsonAsync($"{ApiClient.Opportunities}?size=100&client_name={Uri.EscapeDataString(to)}"))["items"]!.AsArray();
        Assert.Equal(
            titles.Order(StringComparer.Ordinal), items.Select(item => item!["title"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        Assert.All(items, item => Assert.Equal(9_999_999_999_999.99m, item!["estimated_budget"]!.GetValue<decimal>()));
        Assert.All(items, item => Assert.Equal("2023-01-01T00:00:00.123456Z", item!["estimated_start_date"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_named_by_line_and_member_and_nothing_is_created()
    {
        using var client = await system.ClientAsync();
        var name = CsvClient.NewClientName();
        using var response = await client.ImportAsync(CsvClient.File(
            $"{CsvClient.Header},status",
            $"{CsvClient.Row("Good", name)},DRAFT",
            $"\"Three\r\nlines\nhigh\",Test Description,{name},1,2023-01-01T00:00:00Z,2023-12-31T00:00:00Z,LOW,DRAFT",
            $" ,Test Description,{name},10000.001,2023-01-01,2023-12-31T00:00:00Z,medium,DRAFT",
            $"Backwards,Test Description,{name},1,2023-12-31T00:00:00Z,2023-01-01T00:00:00Z,LOW,SUBMITTED",
            "Short,Test Description",
            "",
            $"Stray\"quote,Test Description,{name},1,2023-01-01T00:00:00Z,2023-12-31T00:00:00Z,LOW,DRAFT",
            $"{CsvClient.Row("Good again", name)},DRAFT"));
        Assert.Equal(
            ["6.title", "6.estimated_budget", "6.estimated_start_date", "6.priority", "7.status", "7.estimated_end_date", "8", "9", "10"],
            await response.OffendingAsync());
        Assert.Equal(0, await client.CountAsync(name));
    }

    [Theory]
    [InlineData(
        "title,title,colour", "1.title", "1.colour", "1.description", "1.client_name", "1.estimated_budget", "1.estimated_start_date",
        "1.estimated_end_date")]
    [InlineData($"{CsvClient.Header},id", "1.id")]
    [InlineData($"{CsvClient.Header},", "1.")]
    [InlineData($"{CsvClient.Header},Status", "1.Status")]
    [InlineData("", "$")]
    public async Task The_first_line_must_name_known_columns_once(string header, params string[] offending)
    {
        using var client = await system.ClientAsync();
        using var response = await client.ImportAsync(header);
        Assert.Equal(offending, await response.OffendingAsync());
    }

    [Fact]
    public async Task A_quote_that_is_not_closed_is_named_by_the_line_where_its_row_begins()
    {
        using var client = await system.ClientAsync();
        using var response = await client.ImportAsync(CsvClient.File(CsvClient.Header, "\"Open,x,x,1,x,x,x", "", "x"));
        Assert.Equal(["2"], await response.OffendingAsync());
    }

    [Fact]
    public async Task A_byte_order_mark_is_no_part_of_the_first_name()
    {
        using var client = await system.ClientAsync();
        using var response = await client.ImportAsync($"\uFEFF{CsvClient.File(CsvClient.Header, CsvClient.Row("Marked"))}");
        Assert.Equal(1, await response.ImportedAsync());
    }

    [Fact]
    public async Task A_file_without_rows_imports_none()
    {
        using var client = await system.ClientAsync();
        using var response = await client.ImportAsync(CsvClient.Header);
        Assert.Equal(0, await response.ImportedAsync());
    }

    [Fact]
    public async Task What_is_not_utf8_is_400()
    {
        using var client = await system.ClientAsync();
        foreach (var encoding in new[] { Encoding.Latin1, Encoding.Unicode })
        {
            using var response = await client.ImportAsync(
                [.. encoding.GetPreamble(), .. encoding.GetBytes(CsvClient.File(CsvClient.Header, CsvClient.Row("Müller")))], "text/csv");
            Assert.Equal(["$"], await response.OffendingAsync());
        }
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/csv; charset=iso-8859-1")]
    [InlineData("application/vnd.ms-excel")]
    public async Task Another_media_type_is_415(string contentType)
    {
        using var client = await system.ClientAsync();
        using var response = await client.ImportAsync("title"u8.ToArray(), contentType);
        await response.ProblemAsync(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task Ten_thousand_rows_are_imported_and_one_more_is_400()
    {
        using var client = await system.ClientAsync();
        var name = CsvClient.NewClientName();
        // Near the largest size, too.
        var need = string.Join(' ', Enumerable.Range(0, 250).Select(i => $"need{i}"));
        string[] lines = [CsvClient.Header, .. Enumerable.Range(0, 10_000).Select(i =>
            $"Row {i},{need[..1500]},{name},10000.00,2023-01-01T00:00:00Z,2023-12-31T00:00:00Z,HIGH")];
        using var tooMany = await client.ImportAsync(CsvClient.File([.. lines, CsvClient.Row("One more", name)]));
        Assert.Equal(["$"], await tooMany.OffendingAsync());
        using var response = await client.ImportAsync(CsvClient.File(lines));
        Assert.Equal(10_000, await response.ImportedAsync());
        Assert.Equal(10_000, await client.CountAsync(name));
    }

    [Fact]
    public async Task A_file_over_16_MiB_is_413_and_one_over_1_MiB_is_not()
    {
        using var client = await system.ClientAsync();
        using var tooLarge = await client.ImportAsync(new byte[(16 << 20) + 1], "text/csv");
        await tooLarge.ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        using var large = await client.ImportAsync(Encoding.UTF8.GetBytes(new string('a', 2 << 20)), "text/csv");
        await large.ProblemAsync(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task No_more_than_a_thousand_errors_are_listed()
    {
        using var client = await system.ClientAsync();
        using var response = await client.ImportAsync(CsvClient.File([CsvClient.Header, .. Enumerable.Repeat("x,x,x,x,x,x,x", 5000)]));
        var offending = await response.OffendingAsync();
        Assert.InRange(offending.Length, 1000, 1010);
        Assert.Equal("2.estimated_budget", offending[0]);
    }

    [Fact]
    public async Task An_idempotency_key_makes_a_repeat_harmless()
    {
        using var client = await system.ClientAsync();
        var name = CsvClient.NewClientName();
        var key = ("Idempotency-Key", Guid.NewGuid().ToString());
        using var refused = await client.ImportAsync(CsvClient.Header[1..], key);
        await refused.ProblemAsync(HttpStatusCode.BadRequest);
        var file = CsvClient.File(CsvClient.Header, CsvClient.Row("Once", name));
        using var first = await client.ImportAsync(file, key);
        Assert.Equal(1, await first.ImportedAsync());
        using var second = await client.ImportAsync(file, key);
        Assert.Equal(1, await second.ImportedAsync());
        Assert.Equal(["true"], second.Headers.GetValues("Idempotency-Replayed"));
        Assert.Equal(1, await client.CountAsync(name));
        using var other = await client.ImportAsync(CsvClient.File(CsvClient.Header, CsvClient.Row("Other", name)), key);
        await other.ProblemAsync(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task It_needs_write_and_the_caller_owns_what_it_imports()
    {
        var name = CsvClient.NewClientName();
        var file = CsvClient.File(CsvClient.Header, CsvClient.Row("Own", name));
        using var reader = await system.ClientAsync("dev-reader");
        using var refused = await reader.ImportAsync(file);
        await refused.ProblemAsync(HttpStatusCode.Forbidden);
        using var representative = await system.ClientAsync("dev-rep-1");
        using var imported = await representative.ImportAsync(file);
        Assert.Equal(1, await imported.ImportedAsync());
        Assert.Equal(1, await representative.CountAsync(name));
    }
}
