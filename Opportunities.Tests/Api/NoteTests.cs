using System.Net;
using System.Text.Json.Nodes;

namespace Opportunities.Tests.Api;

[Collection(SystemCollection.Name)]
public sealed class NoteTests(TestSystem system)
{
    [Fact]
    public async Task A_note_is_added_read_changed_and_removed_with_version_and_history_and_is_no_member_of_the_opportunity()
    {
        using var client = await system.ClientAsync();
        var path = $"{ApiClient.Opportunities}/{await client.CreateAsync()}";
        Assert.Empty((await client.GetJsonAsync($"{path}/notes"))["items"]!.AsArray());
        using var added = await client.SendAsync(
            HttpMethod.Post, $"{path}/notes", """{"text":" Called \u00e9m "}""", ("If-Match", "\"1\""));
        var note = await added.JsonAsync(HttpStatusCode.Created);
        var one = $"{path}/notes/{note["id"]}";
        Assert.Equal((one, "\"2\""), (added.Headers.Location!.ToString(), added.Headers.ETag!.Tag));
        Assert.Equal(("Called ém", "dev-all"), ((string?)note["text"], (string?)note["created_by"]));
        Assert.Equal(note.ToJsonString(), (await client.GetJsonAsync(one)).ToJsonString());
        Assert.Equal(note.ToJsonString(), (await client.GetJsonAsync($"{path}/notes"))["items"]!.AsArray().Single()!.ToJsonString());
        using var known = await client.SendAsync(HttpMethod.Get, $"{path}/notes", headers: ("If-None-Match", "\"2\""));
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);

        using var stale = await client.SendAsync(HttpMethod.Put, one, new { text = "Met them" }, ("If-Match", "\"1\""));
        await stale.ProblemAsync(HttpStatusCode.PreconditionFailed);
        using var replaced = await client.SendAsync(HttpMethod.Put, one, new { text = "Met them" });
        var changed = await replaced.JsonAsync(HttpStatusCode.OK);
        Assert.Equal(changed.ToJsonString(), (await client.GetJsonAsync(one)).ToJsonString());
        Assert.Equal("Met them", (string?)(await client.GetJsonAsync($"{path}/notes"))["items"]![0]!["text"]);
        var item = await client.GetJsonAsync(path);
        Assert.Equal((3, null), ((int)item["version"]!, item["notes"]));

        using var removed = await client.SendAsync(HttpMethod.Delete, one);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        using var gone = await client.GetAsync(one);
        await gone.ProblemAsync(HttpStatusCode.NotFound);
        Assert.Equal(0, (int)(await client.GetJsonAsync($"{path}/notes"))["total_items"]!);
        var history = (await client.GetJsonAsync($"{path}/history"))["items"]!.AsArray()
            .Where(change => (string?)change!["field_name"] == $"notes/{note["id"]}")
            .Select(change => (Old: (string?)change!["old_value"], New: (string?)change["new_value"])).Reverse().ToList();
        Assert.Equal([(null, history[1].Old), (history[0].New, history[2].Old), (history[1].New, null)], history);
        Assert.True(JsonNode.DeepEquals(note, JsonNode.Parse(history[0].New!)), history[0].New);
        Assert.True(JsonNode.DeepEquals(changed, JsonNode.Parse(history[1].New!)), history[1].New);
    }

    [Fact]
    public async Task Notes_are_taken_after_the_end_and_are_changed_by_their_author_or_an_administrator()
    {
        using var owner = await system.ClientAsync("dev-rep-1");
        using var manager = await system.ClientAsync("dev-manager");
        using var administrator = await system.ClientAsync("dev-admin");
        var id = await owner.CreateAsync();
        var path = $"{ApiClient.Opportunities}/{id}/notes";
        using var cancelled = await owner.MoveAsync(id, "CANCELLED");
        await cancelled.JsonAsync(HttpStatusCode.OK);
        using var added = await owner.SendAsync(HttpMethod.Post, path, new { text = "They went elsewhere" });
        var one = $"{path}/{(await added.JsonAsync(HttpStatusCode.Created))["id"]}";
        foreach (var (client, method, status) in new[]
        {
            (manager, HttpMethod.Put, HttpStatusCode.Forbidden), (manager, HttpMethod.Delete, HttpStatusCode.Forbidden),
            (administrator, HttpMethod.Put, HttpStatusCode.OK), (owner, HttpMethod.Put, HttpStatusCode.OK),
            (administrator, HttpMethod.Delete, HttpStatusCode.NoContent),
        })
        {
            using var answer = await client.SendAsync(method, one, method == HttpMethod.Put ? new { text = $"{Guid.NewGuid()}" } : null);
            Assert.Equal(status, answer.StatusCode);
            if (status == HttpStatusCode.OK) Assert.Equal("dev-rep-1", (string?)(await answer.JsonAsync())["created_by"]);
        }

        using var managers = await manager.SendAsync(HttpMethod.Post, path, new { text = "Ask again in spring" });
        var other = $"{path}/{(await managers.JsonAsync(HttpStatusCode.Created))["id"]}";
        using var refused = await owner.SendAsync(HttpMethod.Put, other, new { text = "No" });
        await refused.ProblemAsync(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task The_newest_notes_are_on_the_first_page()
    {
        using var client = await system.ClientAsync();
        var path = $"{ApiClient.Opportunities}/{await client.CreateAsync()}/notes";
        for (var n = 1; n <= 5; n++)
        {
            using var added = await client.SendAsync(HttpMethod.Post, path, new { text = $"{n}" });
            await added.JsonAsync(HttpStatusCode.Created);
        }

        var pages = new List<JsonNode>();
        foreach (var query in (string[])["size=2", "size=2&page=2", "page=1&size=5"])
            pages.Add(await client.GetJsonAsync($"{path}?{query}"));
        Assert.Equal(
            ["5,4", "1", ""], pages.Select(page => string.Join(',', page["items"]!.AsArray().Select(note => (string?)note!["text"]))));
        Assert.Equal([(5, 3), (5, 3), (5, 1)], pages.Select(page => ((int)page["total_items"]!, (int)page["total_pages"]!)));
        using var wrong = await client.GetAsync($"{path}?size=0&limit=1");
        var errors = (await wrong.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!.AsObject();
        Assert.Equal(["limit", "size"], errors.Select(error => error.Key).Order());
    }

    [Theory]
    [InlineData("""{}""", "text")]
    [InlineData("""{"text":null}""", "text")]
    [InlineData("""{"text":" \u200b "}""", "text")]
    [InlineData("""{"text":"x","created_by":"me"}""", "created_by")]
    public async Task A_bad_note_is_400_and_says_what_is_wrong(string body, string member)
    {
        using var client = await system.ClientAsync();
        using var refused = await client.SendAsync(HttpMethod.Post, $"{ApiClient.Opportunities}/{await client.CreateAsync()}/notes", body);
        Assert.Equal(member, Assert.Single((await refused.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!.AsObject()).Key);
    }

    [Fact]
    public async Task A_note_has_ten_thousand_characters_and_no_more()
    {
        using var client = await system.ClientAsync();
        var path = $"{ApiClient.Opportunities}/{await client.CreateAsync()}/notes";
        using var longest = await client.SendAsync(HttpMethod.Post, path, new { text = string.Concat(Enumerable.Repeat("😀", 10_000)) });
        await longest.JsonAsync(HttpStatusCode.Created);
        using var longer = await client.SendAsync(HttpMethod.Post, path, new { text = new string('x', 10_001) });
        await longer.ProblemAsync(HttpStatusCode.BadRequest);
    }
}
