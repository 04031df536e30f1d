using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Opportunities.Tests.Api;

[Collection(SystemCollection.Name)]
public sealed class InputTests(TestSystem system)
{
    public static TheoryData<string, string> BadMembers() => new()
    {
        { "title", "null" },
        { "title", "5" },
        { "title", "\"\"" },
        { "title", "\"   \"" },
        { "title", "\"a\\u0000b\"" },
        { "title", "\"\\ud800\"" },
        { "title", $"\"{new string('x', 201)}\"" },
        { "description", $"\"{new string('x', 10_001)}\"" },
        { "client_name", "[]" },
        { "estimated_budget", "0" },
        { "estimated_budget", "-1" },
        { "estimated_budget", "1.001" },
        { "estimated_budget", "\"10\"" },
        { "estimated_budget", "10000000000000" },
        { "estimated_budget", "1e400" },
        { "estimated_budget", "1.0000000000000000000000000000000000000001" },
        { "estimated_start_date", "\"2023-01-01T00:00:00\"" },
        { "estimated_start_date", "\"2023-01-01\"" },
        { "estimated_start_date", "\"2023-02-30T00:00:00Z\"" },
        { "estimated_start_date", "\"2023-01-01T00:00:00.1234567Z\"" },
        { "estimated_start_date", "\"1899-12-31T23:59:59Z\"" },
        { "estimated_end_date", "\"3000-01-01T00:00:00Z\"" },
        { "estimated_end_date", "\"2023-01-01T00:00:00Z\"" },
        { "priority", "\"high\"" },
        { "priority", "2" },
        { "priority", "null" },
        { "status", "\"SUBMITTED\"" },
        { "id", "\"0195d3c4-0000-7000-8000-000000000000\"" },
        { "version", "1" },
        { "created_by", "\"dev-rep-1\"" },
        { "owner", "\"dev-rep-1\"" },
        { "surprise", "true" },
    };

    [Theory]
    [MemberData(nameof(BadMembers))]
    public async Task A_bad_member_is_400_and_is_named(string member, string json)
    {
        using var client = await system.ClientAsync();
        var body = ApiClient.Valid();
        body.Remove(member);
        var text = $"{body.ToJsonString()[..^1]},\"{member}\":{json}}}";
        using var response = await client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, text);
        Assert.Equal([member], await response.OffendingAsync());
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_answered_at_once()
    {
        using var client = await system.ClientAsync();
        using var response = await client.SendAsync(
            HttpMethod.Post, ApiClient.Opportunities,
            """{"title":5,"description":"","title":"twice","extra":1,"estimated_budget":"ten"}""");
        Assert.Equal(
            ["client_name", "description", "estimated_budget", "estimated_end_date", "estimated_start_date", "extra", "title"],
            await response.OffendingAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"title":"a"} x""")]
    public async Task What_is_not_one_JSON_object_is_400(string body)
    {
        using var client = await system.ClientAsync();
        using var response = await client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, body);
        Assert.Equal(["$"], await response.OffendingAsync());
    }

    [Fact]
    public async Task JSON_that_is_too_deep_is_400()
    {
        using var client = await system.ClientAsync();
        using var response = await client.SendAsync(
            HttpMethod.Post, ApiClient.Opportunities, $"{{\"title\":{new string('[', 100)}{new string(']', 100)}}}");
        Assert.Equal(["$"], await response.OffendingAsync());
    }

    [Fact]
    public async Task A_body_over_1_MiB_is_413()
    {
        using var client = await system.ClientAsync();
        // The server answers without reading the body: a client that asks before it sends sees the answer and no broken pipe.
        client.DefaultRequestHeaders.ExpectContinue = true;
        using var response = await client.SendAsync(
            HttpMethod.Post, ApiClient.Opportunities, $"{{\"title\":\"{new string('x', 1 << 20)}\"}}");
        await response.ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Another_media_type_is_415_and_an_excluded_answer_406()
    {
        using var client = await system.ClientAsync();
        using var text = new StringContent("{}", Encoding.UTF8, "text/plain");
        using var unsupported = await client.PostAsync(ApiClient.Opportunities, text);
        await unsupported.ProblemAsync(HttpStatusCode.UnsupportedMediaType);
        using var unacceptable = await client.SendAsync(HttpMethod.Get, ApiClient.Opportunities, headers: ("Accept", "image/png"));
        await unacceptable.ProblemAsync(HttpStatusCode.NotAcceptable);
        using var any = await client.SendAsync(HttpMethod.Get, ApiClient.Opportunities, headers: ("Accept", "text/html, */*;q=0.1"));
        Assert.Equal(HttpStatusCode.OK, any.StatusCode);
    }

    [Theory]
    [InlineData("page=-1", "page")]
    [InlineData("page=x", "page")]
    [InlineData("size=0", "size")]
    [InlineData("size=101", "size")]
    [InlineData("size=5&size=6", "size")]
    [InlineData("status=draft", "status")]
    [InlineData("q=", "q")]
    [InlineData("sort_by=id", "sort_by")]
    [InlineData("created_from=2024-01-01T00:00:00Z&created_to=2023-01-01T00:00:00Z", "created_from")]
    [InlineData("updated_from=2024-01-01T00:00:00Z&updated_to=2023-01-01T00:00:00Z", "updated_from")]
    [InlineData("min_budget=5&max_budget=4", "min_budget")]
    [InlineData("fields=", "fields")]
    [InlineData("fields=title,", "fields")]
    [InlineData("fields=title,title", "fields")]
    [InlineData("fields=title&fields=status", "fields")]
    [InlineData("fields=Title", "fields")]
    [InlineData("fields=attachments", "fields")]
    [InlineData("fields=title%2C%20status", "fields")]
    [InlineData("fields=title&FIELDS=title", "FIELDS")]
    [InlineData("owner=%E2%80%8B", "owner")]
    [InlineData("owner=me&owner=me", "owner")]
    [InlineData("surprise=1", "surprise")]
    [InlineData("cursor=abc", "cursor")]
    public async Task A_bad_parameter_is_400_and_is_named(string query, string parameter)
    {
        using var client = await system.ClientAsync();
        using var response = await client.GetAsync($"{ApiClient.Opportunities}?{query}");
        Assert.Equal([parameter], await response.OffendingAsync());
    }

    [Fact]
    public async Task Text_is_trimmed_and_kept_as_it_is_otherwise()
    {
        using var client = await system.ClientAsync();
        var members = ApiClient.Valid("  Ünïcödé 😀 <b>'; DROP TABLE opportunities; --  ");
        var id = await client.CreateAsync(members);
        var read = await client.GetJsonAsync($"{ApiClient.Opportunities}/{id}");
        Assert.Equal("Ünïcödé 😀 <b>'; DROP TABLE opportunities; --", read["title"]!.GetValue<string>());
    }

    [Fact]
    public async Task Lengths_count_code_points()
    {
        using var client = await system.ClientAsync();
        await client.CreateAsync(ApiClient.Valid(string.Concat(Enumerable.Repeat("😀", 200))));
    }

    [Theory]
    [InlineData("2023-01-01T01:30:00+01:30", "2023-01-01T00:00:00Z")]
    [InlineData("2023-01-01T00:00:00.123456Z", "2023-01-01T00:00:00.123456Z")]
    public async Task Times_are_answered_in_UTC(string sent, string answered)
    {
        using var client = await system.ClientAsync();
        var members = ApiClient.Valid();
        members["estimated_start_date"] = sent;
        var id = await client.CreateAsync(members);
        var read = await client.GetJsonAsync($"{ApiClient.Opportunities}/{id}");
        Assert.Equal(answered, read["estimated_start_date"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("9999999999999.99")]
    [InlineData("0.01")]
    [InlineData("1e3")]
    public async Task Budgets_are_exact(string budget)
    {
        using var client = await system.ClientAsync();
        var members = ApiClient.Valid();
        members["estimated_budget"] = JsonNode.Parse(budget);
        var id = await client.CreateAsync(members);
        var read = await client.GetJsonAsync($"{ApiClient.Opportunities}/{id}");
        Assert.Equal(
            decimal.Parse(budget, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture),
            read["estimated_budget"]!.GetValue<decimal>());
    }

    [Fact]
    public async Task An_id_that_is_no_UUID_names_nothing()
    {
        using var client = await system.ClientAsync();
        using var response = await client.GetAsync($"{ApiClient.Opportunities}/42");
        await response.ProblemAsync(HttpStatusCode.NotFound);
    }
}
