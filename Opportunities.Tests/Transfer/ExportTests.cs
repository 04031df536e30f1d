using System.Net;
using System.Text.Json.Nodes;
using Opportunities.Tests.Api;

namespace Opportunities.Tests.Transfer;

[Collection(SystemCollection.Name)]
public sealed class ExportTests(TestSystem system)
{
    [Fact]
    public async Task A_file_has_the_header_and_the_values_of_the_list_newest_first()
    {
        using var client = await system.ClientAsync();
        var name = CsvClient.NewClientName();
        var first = await CreateAsync(client, name, "First, \"quoted\"");
        var second = await CreateAsync(client, name, "Second\nline");

        var file = await client.ExportAsync($"client_name={Uri.EscapeDataString(name)}");

        Assert.Equal(
            "id,title,description,client_name,estimated_budget,estimated_start_date,estimated_end_date,priority,status,created_by,"
            + "created_at,updated_at,version,owner,external_source,external_id\r\n"
            + $"{second["id"]},\"Second\nline\",Test "
            + $"Description,{name},10000.00,2023-01-01T00:00:00Z,2023-12-31T00:00:00Z,MEDIUM,DRAFT,dev-all,{second["created_at"]},"
            + $"{second["updated_at"]},1,dev-all,,\r\n"
            + $"{first["id"]},\"First, \"\"quoted\"\"\",Test "
            + $"Description,{name},10000.00,2023-01-01T00:00:00Z,2023-12-31T00:00:00Z,MEDIUM,DRAFT,dev-all,{first["created_at"]},"
            + $"{first["updated_at"]},1,dev-all,,\r\n",
            file);
    }

    [Fact]
    public async Task It_is_a_download_that_nobody_else_keeps()
    {
        using var client = await system.ClientAsync();
        using var response = await client.GetAsync($"{CsvClient.Export}?client_name=nobody");
        Assert.Equal("text/csv; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal("attachment; filename=opportunities.csv", response.Content.Headers.ContentDisposition!.ToString());
        Assert.Equal("no-cache, private", response.Headers.CacheControl!.ToString());
        Assert.Equal(1, (await response.Content.ReadAsStringAsync()).Count(letter => letter == '\n'));
    }

    [Fact]
    public async Task A_cell_that_a_spreadsheet_would_run_starts_with_an_apostrophe()
    {
        using var client = await system.ClientAsync();
        var name = CsvClient.NewClientName();
        string[] titles = ["=1+1", "+1", "-1", "@SUM(A1)", "\uff1d1", "'=1+1", "'quoted'", "a=1"];
        foreach (var title in titles) await CreateAsync(client, name, title);
        var rows = CsvClient.Parse(await client.ExportAsync($"client_name={Uri.EscapeDataString(name)}"));
        Assert.Equal(
            ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\uff1d1", "''=1+1", "'quoted'", "a=1"],
            rows.Select(row => row["title"]).Reverse());
    }

    [Fact]
    public async Task Many_batches_hold_every_row_once()
    {
        using var client = await system.ClientAsync();
        var name = CsvClient.NewClientName();
        using var imported = await client.ImportAsync(
            CsvClient.File([CsvClient.Header, .. Enumerable.Range(0, 2500).Select(i => CsvClient.Row($"Row {i}", name))]));
        Assert.Equal(2500, await imported.ImportedAsync());
        var rows = CsvClient.Parse(await client.ExportAsync($"client_name={Uri.EscapeDataString(name)}"));
        Assert.Equal(2500, rows.Count);
        Assert.Equal(2500, rows.Select(row => row["title"]).Distinct().Count());
    }

    [Fact]
    public async Task The_largest_texts_are_written_whole()
    {
        using var client = await system.ClientAsync();
        var name = CsvClient.NewClientName();
        string[] descriptions = [new('"', 10_000), string.Concat(Enumerable.Repeat("\U0001F600", 10_000)), new('a', 10_000)];
        for (var i = 0; i < 30; i++) await CreateAsync(client, name, $"Row {i}", descriptions[i % 3]);
        var rows = CsvClient.Parse(await client.ExportAsync($"client_name={Uri.EscapeDataString(name)}"));
        Assert.Equal(30, rows.Count);
        Assert.Equal(
            descriptions.Order(StringComparer.Ordinal), rows.Select(row => row["description"]).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_filters_are_those_of_the_list_and_others_are_400()
    {
        using var client = await system.ClientAsync();
        var name = CsvClient.NewClientName();
        await CreateAsync(client, name, "Draft");
        var submitted = await CreateAsync(client, name, "Submitted");
        using var moved = await client.MoveAsync(submitted["id"]!.GetValue<string>(), "SUBMITTED");
        var rows = CsvClient.Parse(await client.ExportAsync($"client_name={Uri.EscapeDataString(name)}&status=SUBMITTED&q=submitted"));
        Assert.Equal("Submitted", Assert.Single(rows)["title"]);

        using var refused = await client.GetAsync($"{CsvClient.Export}?page=1&status=NONE");
        Assert.Equal(["page", "status"], await refused.OffendingAsync());
    }

    [Fact]
    public async Task A_representative_gets_the_own_opportunities_only()
    {
        using var one = await system.ClientAsync("dev-rep-1");
        using var two = await system.ClientAsync("dev-rep-2");
        var name = CsvClient.NewClientName();
        await CreateAsync(one, name, "Of the first");
        await CreateAsync(two, name, "Of the second");
        var rows = CsvClient.Parse(await one.ExportAsync($"client_name={Uri.EscapeDataString(name)}"));
        Assert.Equal("Of the first", Assert.Single(rows)["title"]);
        using var none = await system.ClientAsync("dev-none");
        using var refused = await none.GetAsync(CsvClient.Export);
        await refused.ProblemAsync(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("text/csv", HttpStatusCode.OK)]
    [InlineData("text/*", HttpStatusCode.OK)]
    [InlineData("application/json", HttpStatusCode.NotAcceptable)]
    public async Task Accept_must_allow_csv(string accept, HttpStatusCode expected)
    {
        using var client = await system.ClientAsync();
        using var response = await client.SendAsync(HttpMethod.Get, $"{CsvClient.Export}?client_name=nobody", null, ("Accept", accept));
        Assert.Equal(expected, response.StatusCode);
    }

    private static async Task<JsonNode> CreateAsync(
        HttpClient client, string clientName, string title, string description = "Test Description")
    {
        var members = ApiClient.Valid(title);
        members["client_name"] = clientName;
        members["description"] = description;
        using var response = await client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, members.ToJsonString());
        return await response.JsonAsync(HttpStatusCode.Created);
    }
}
