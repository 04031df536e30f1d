using System.Net;
using System.Text.Json.Nodes;

namespace Opportunities.Tests.Api;

/// <summary>The list, its filters and orders; each test looks at opportunities of a client of its own.</summary>
[Collection(SystemCollection.Name)]
public sealed class ListTests(TestSystem system) : IAsyncLifetime
{
    private readonly string _clientName = $"Client {Guid.NewGuid()}";
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _client = await system.ClientAsync();
        foreach (var (title, budget, priority, start) in new[]
        {
            ("Cloud migration", 300m, "LOW", "2023-03-01T00:00:00Z"),
            ("Data platform", 100m, "CRITICAL", "2023-01-01T00:00:00Z"),
            ("Cloud security", 200m, "MEDIUM", "2023-02-01T00:00:00Z"),
            ("Émigré portal", 200m, "HIGH", "2023-02-01T00:00:00Z"),
        })
        {
            await _client.CreateAsync(new JsonObject
            {
                ["title"] = title,
                ["description"] = $"About {title}",
                ["client_name"] = _clientName,
                ["estimated_budget"] = budget,
                ["estimated_start_date"] = start,
                ["estimated_end_date"] = "2024-01-01T00:00:00Z",
                ["priority"] = priority,
            });
        }
    }

    public Task DisposeAsync()
    {
        _client.Dispose();
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData("sort_by=title&sort_direction=asc", "Cloud migration|Cloud security|Data platform|Émigré portal")]
    [InlineData("sort_by=priority", "Data platform|Émigré portal|Cloud security|Cloud migration")]
    [InlineData("sort_by=priority&sort_direction=asc", "Cloud migration|Cloud security|Émigré portal|Data platform")]
    [InlineData("", "Émigré portal|Cloud security|Data platform|Cloud migration")]
    [InlineData("sort_by=estimated_budget", "Cloud migration|Émigré portal|Cloud security|Data platform")]
    [InlineData("sort_by=estimated_start_date&sort_direction=asc", "Data platform|Cloud security|Émigré portal|Cloud migration")]
    [InlineData("min_budget=200&max_budget=200&sort_direction=asc", "Cloud security|Émigré portal")]
    [InlineData("priority=LOW&priority=HIGH&sort_direction=asc", "Cloud migration|Émigré portal")]
    [InlineData("starts_from=2023-02-01T00:00:00Z&starts_to=2023-02-01T00:00:00Z&sort_direction=asc", "Cloud security|Émigré portal")]
    [InlineData("q=cloud&sort_by=title&sort_direction=asc", "Cloud migration|Cloud security")]
    [InlineData("q=CLOUD%20about%20security", "Cloud security")]
    [InlineData("q=nothing%20of%20that", "")]
    [InlineData("q=%27%20%26%20%7C%20%21%20%28%3A*", "")]
    [InlineData("status=SUBMITTED", "")]
    [InlineData("created_by=me&sort_direction=asc", "Cloud migration|Data platform|Cloud security|Émigré portal")]
    public async Task A_list_holds_what_its_filters_ask_for_in_the_order_asked_for(string query, string titles)
    {
        var page = await _client.GetJsonAsync($"{Mine}&{query}");
        Assert.Equal(titles, string.Join('|', Titles(page)));
        Assert.Equal(titles.Length == 0 ? 0 : titles.Split('|').Length, page["total_items"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("")]
    [InlineData("&sort_by=title")]
    [InlineData("&sort_by=estimated_budget&sort_direction=asc")]
    [InlineData("&sort_by=priority")]
    [InlineData("&sort_by=client_name")]
    [InlineData("&sort_by=updated_at&sort_direction=asc")]
    [InlineData("&q=about&sort_by=estimated_start_date")]
    public async Task Pages_and_cursors_walk_the_same_order(string query)
    {
        var whole = Titles(await _client.GetJsonAsync($"{Mine}&size=100{query}"));
        var byPage = new List<string>();
        for (var n = 0; n < 4; n++) byPage.AddRange(Titles(await _client.GetJsonAsync($"{Mine}&size=1&page={n}{query}")));
        Assert.Equal(whole, byPage);

        var page = await _client.GetJsonAsync($"{Mine}&size=1{query}");
        var byCursor = Titles(page).ToList();
        while (page["next_cursor"] is { } cursor)
        {
            page = await _client.GetJsonAsync($"{ApiClient.Opportunities}?size=1&cursor={cursor}");
            Assert.Equal(["items", "size", "next_cursor"], page.AsObject().Select(member => member.Key));
            byCursor.AddRange(Titles(page));
        }

        Assert.Equal(whole, byCursor);
    }

    [Fact]
    public async Task What_changed_last_between_two_times_is_found_by_list_walk_summary_and_export()
    {
        var whole = await _client.GetJsonAsync(Mine);
        var (first, second, untouched) = (Ids(whole)[1], Ids(whole)[2], (string)whole["items"]![0]!["updated_at"]!);
        var times = new List<string>();
        foreach (var id in (string[])[first, second])
        {
            using var changed = await _client.SendAsync(HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = $"Changed {id}" });
            times.Add((string)(await changed.JsonAsync(HttpStatusCode.OK))["updated_at"]!);
        }

        Assert.Equal([second, first], Ids(await _client.GetJsonAsync($"{Mine}&updated_from={times[0]}&sort_by=updated_at")));
        Assert.Equal([first], Ids(await _client.GetJsonAsync($"{Mine}&updated_from={times[0]}&updated_to={times[0]}")));
        Assert.DoesNotContain(second, Ids(await _client.GetJsonAsync($"{Mine}&updated_to={times[0]}")));
        Assert.Equal(2, Ids(await _client.GetJsonAsync($"{Mine}&updated_to={untouched}")).Length);

        var page = await _client.GetJsonAsync($"{Mine}&updated_from={times[0]}&sort_by=updated_at&size=1");
        page = await _client.GetJsonAsync($"{ApiClient.Opportunities}?size=5&cursor={page["next_cursor"]}");
        Assert.Equal((first, null), (Ids(page).Single(), page["next_cursor"]));

        var mine = Mine[Mine.IndexOf('?', StringComparison.Ordinal)..];
        var summary = await _client.GetJsonAsync($"{ApiClient.Opportunities}/summary{mine}&updated_from={times[0]}");
        Assert.Equal(2, summary["total_count"]!.GetValue<int>());
        var exported = CsvClient.Parse(await _client.ExportAsync($"{mine[1..]}&updated_from={times[0]}"));
        Assert.Equal(new HashSet<string> { first, second }, [.. exported.Select(row => row["id"])]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("&sort_by=estimated_budget")]
    [InlineData("&q=cloud")]
    [InlineData("&q=cloud&sort_by=priority&sort_direction=asc")]
    public async Task Items_have_the_members_asked_for_with_id_and_version_on_pages_and_in_walks(string query)
    {
        var whole = (await _client.GetJsonAsync($"{Mine}{query}"))["items"]!.AsArray();
        foreach (var (fields, members) in new[]
        {
            ("title", "id,title,version"), ("cancelled_at,status", "id,status,cancelled_at,version"), ("id", "id,version"),
            ("reactivation_deadline", "id,reactivation_deadline,version"),
            ("estimated_budget,version,description", "id,description,estimated_budget,version"),
        })
        {
            var page = await _client.GetJsonAsync($"{Mine}{query}&fields={fields}");
            Assert.Equal(whole.Count, (int)page["total_items"]!);
            AssertSelected(whole, members, [.. page["items"]!.AsArray()]);

            var walked = new List<JsonNode?>();
            page = await _client.GetJsonAsync($"{Mine}{query}&fields={fields}&size=1");
            walked.AddRange(page["items"]!.AsArray());
            // A search by rank has no walk.
            if (page["next_cursor"] is null) continue;
            while (page["next_cursor"] is { } cursor)
            {
                page = await _client.GetJsonAsync($"{ApiClient.Opportunities}?size=2&cursor={cursor}");
                walked.AddRange(page["items"]!.AsArray());
            }

            AssertSelected(whole, members, walked);
        }
    }

    [Fact]
    public async Task A_cursor_carries_the_members_and_takes_no_others_beside_it_and_no_file_has_them()
    {
        var page = await _client.GetJsonAsync($"{Mine}&size=1&fields=title");
        using var beside = await _client.GetAsync($"{ApiClient.Opportunities}?cursor={page["next_cursor"]}&fields=title");
        Assert.Equal(["fields"], await beside.OffendingAsync());
        foreach (var path in (string[])["/export", "/summary", $"/{page["items"]![0]!["id"]}"])
        {
            using var refused = await _client.GetAsync($"{ApiClient.Opportunities}{path}?fields=title");
            Assert.Equal(["fields"], await refused.OffendingAsync());
        }
    }

    [Fact]
    public async Task What_is_shown_of_an_item_is_never_older_than_a_write()
    {
        var page = await _client.GetJsonAsync($"{Mine}&fields=title");
        var id = (string)page["items"]![0]!["id"]!;
        using var written = await _client.SendAsync(HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = "After" });
        await written.JsonAsync(HttpStatusCode.OK);
        var after = (await _client.GetJsonAsync($"{Mine}&fields=title"))["items"]![0]!;
        Assert.Equal(("After", 2), ((string?)after["title"], (int)after["version"]!));
    }

    private static void AssertSelected(JsonArray whole, string members, List<JsonNode?> items)
    {
        Assert.Equal(whole.Count, items.Count);
        for (var n = 0; n < whole.Count; n++)
        {
            var expected = members.Split(',').Select(name => KeyValuePair.Create(name, whole[n]![name]?.ToJsonString()));
            Assert.Equal(expected, items[n]!.AsObject().Select(member => KeyValuePair.Create(member.Key, member.Value?.ToJsonString())));
        }
    }

    [Fact]
    public async Task A_page_past_the_end_is_empty_and_still_counts()
    {
        var page = await _client.GetJsonAsync($"{Mine}&page=7&size=3");
        Assert.Empty(page["items"]!.AsArray());
        Assert.Equal((4, 2), (page["total_items"]!.GetValue<int>(), page["total_pages"]!.GetValue<int>()));
        Assert.Null(page["next_cursor"]);
    }

    [Fact]
    public async Task A_search_ordered_by_rank_prefers_the_title_and_has_no_cursor()
    {
        var page = await _client.GetJsonAsync($"{Mine}&q=cloud&size=1");
        Assert.StartsWith("Cloud", Titles(page).Single());
        Assert.Null(page["next_cursor"]);
    }

    [Fact]
    public async Task A_forged_cursor_is_refused_and_a_cursor_stands_alone()
    {
        var cursor = (await _client.GetJsonAsync($"{Mine}&size=1"))["next_cursor"]!.GetValue<string>();
        using var forged = await _client.GetAsync($"{ApiClient.Opportunities}?cursor={cursor[..^4]}AAAA");
        Assert.Equal(["cursor"], await forged.OffendingAsync());
        using var mixed = await _client.GetAsync($"{ApiClient.Opportunities}?cursor={cursor}&status=DRAFT");
        Assert.Equal(["status"], await mixed.OffendingAsync());
    }

    [Fact]
    public async Task The_summary_counts_what_the_list_holds_in_all_seven_states()
    {
        var id = Ids(await _client.GetJsonAsync(Mine))[0];
        using var moved = await _client.MoveAsync(id, "SUBMITTED");
        await moved.JsonAsync(HttpStatusCode.OK);
        var summary = await _client.GetJsonAsync($"{ApiClient.Opportunities}/summary?client_name={Uri.EscapeDataString(_clientName)}");
        Assert.Equal(
            [
                ("DRAFT", 3), ("SUBMITTED", 1), ("MATCHING_IN_PROGRESS", 0), ("MATCHES_FOUND", 0), ("ARCHITECT_SELECTED", 0),
                ("COMPLETED", 0), ("CANCELLED", 0),
            ],
            summary["items"]!.AsArray().Select(item => (item!["status"]!.GetValue<string>(), item["count"]!.GetValue<int>())));
        Assert.Equal((4, 800m), (summary["total_count"]!.GetValue<int>(), summary["total_budget"]!.GetValue<decimal>()));
    }

    private string Mine => $"{ApiClient.Opportunities}?client_name={Uri.EscapeDataString(_clientName)}";

    private static string[] Titles(JsonNode page) => [.. page["items"]!.AsArray().Select(item => item!["title"]!.GetValue<string>())];

    private static string[] Ids(JsonNode page) => [.. page["items"]!.AsArray().Select(item => item!["id"]!.GetValue<string>())];
}
