using System.Net;

namespace Opportunities.Tests.Api;

[Collection(SystemCollection.Name)]
public sealed class RestoreTests(TestSystem system)
{
    private static readonly string[] _recorded = ["field_name", "old_value", "new_value", "reason", "changed_by"];

    private readonly string _clientName = $"Restore {Guid.NewGuid()}";

    [Fact]
    public async Task What_was_deleted_comes_back_with_everything_that_belongs_to_it_in_every_read()
    {
        using var client = await system.ClientAsync("dev-admin");
        var id = await CreateAsync(client);
        var path = $"{ApiClient.Opportunities}/{id}";
        using var skill = await client.SendAsync(
            HttpMethod.Post, $"{path}/skill-requirements", new { skill_name = "Go", experience_level = "EXPERT" });
        using var note = await client.SendAsync(HttpMethod.Post, $"{path}/notes", new { text = "Called them" });
        var attachment = await client.AttachAsync(id);
        var before = await client.GetJsonAsync(path);
        var counted = await CountAsync(client);
        await DeleteAsync(client, id);
        Assert.Equal(counted - 1, await CountAsync(client));
        using var gone = await client.GetAsync(path);
        await gone.ProblemAsync(HttpStatusCode.NotFound);

        using var stale = await RestoreAsync(client, id, ("If-Match", "\"4\""));
        await stale.ProblemAsync(HttpStatusCode.PreconditionFailed);
        using var restored = await RestoreAsync(client, id, ("If-Match", "\"5\""));
        var answer = await restored.JsonAsync(HttpStatusCode.OK);
        Assert.Equal("\"6\"", restored.Headers.ETag!.Tag);
        Assert.Equal(answer.ToJsonString(), (await client.GetJsonAsync(path)).ToJsonString());
        foreach (var member in (string[])["title", "status", "created_by", "created_at", "skill_requirements", "attachments"])
            Assert.Equal(before[member]!.ToJsonString(), answer[member]!.ToJsonString());
        Assert.Single((await client.GetJsonAsync($"{path}/notes"))["items"]!.AsArray());
        using var file = await client.GetAsync(new Uri(await client.DownloadUrlAsync(id, attachment)).PathAndQuery);
        Assert.Equal(HttpStatusCode.OK, file.StatusCode);
        Assert.Equal(counted, await CountAsync(client));
        Assert.Equal([id], await ListAsync(client, "deleted=false"));
        var newest = (await client.GetJsonAsync($"{path}/history"))["items"]![0]!;
        Assert.Equal(
            ["deleted", "true", "false", "By mistake", "dev-admin"],
            _recorded.Select(member => (string?)newest[member]));

        using var again = await RestoreAsync(client, id);
        await again.ProblemAsync(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task What_was_deleted_more_than_90_days_ago_is_not_listed_and_is_409()
    {
        using var client = await system.ClientAsync("dev-admin");
        var id = await CreateAsync(client);
        await DeleteAsync(client, id);
        await DateAsync(id, "90 days 1 second");
        Assert.Empty(await DeletedAsync(client));
        using var late = await RestoreAsync(client, id);
        var problem = await late.ProblemAsync(HttpStatusCode.Conflict);
        Assert.StartsWith("The opportunity could be restored until ", (string?)problem["detail"]);
        await DateAsync(id, "89 days");
        using var inTime = await RestoreAsync(client, id);
        await inTime.JsonAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_never_was_is_404_and_a_reason_is_needed()
    {
        using var client = await system.ClientAsync("dev-admin");
        using var unknown = await RestoreAsync(client, Guid.CreateVersion7().ToString());
        await unknown.ProblemAsync(HttpStatusCode.NotFound);
        using var silent = await client.SendAsync(HttpMethod.Post, $"{ApiClient.Opportunities}/{await CreateAsync(client)}/restore", "{}");
        await silent.ProblemAsync(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task The_list_shows_an_administrator_what_can_be_restored_by_page_and_by_cursor()
    {
        using var client = await system.ClientAsync("dev-admin");
        var ids = new List<string>();
        for (var n = 0; n < 3; n++) ids.Add(await CreateAsync(client));
        var kept = await CreateAsync(client);
        Assert.Empty(await DeletedAsync(client));
        foreach (var id in ids) await DeleteAsync(client, id);

        Assert.Equal(Enumerable.Reverse(ids), await DeletedAsync(client));
        Assert.Equal([kept], await ListAsync(client, "deleted=false"));
        Assert.Empty(await DeletedAsync(client, "&status=SUBMITTED"));
        Assert.Equal(ids, await DeletedAsync(client, "&sort_by=updated_at&sort_direction=asc&status=DRAFT&q=Restore"));
        var page = await client.GetJsonAsync(Address("deleted=true&size=2"));
        Assert.Equal((3, 2), ((int)page["total_items"]!, (int)page["total_pages"]!));
        var cursor = $"{ApiClient.Opportunities}?cursor={Uri.EscapeDataString((string)page["next_cursor"]!)}";
        Assert.Equal(ids[0], (string?)(await client.GetJsonAsync(cursor))["items"]!.AsArray().Single()!["id"]);
        using var manager = await system.ClientAsync("dev-manager");
        using var walk = await manager.GetAsync(cursor);
        await walk.ProblemAsync(HttpStatusCode.Forbidden);

        using var restored = await RestoreAsync(client, ids[1]);
        await restored.JsonAsync(HttpStatusCode.OK);
        Assert.Equal([ids[2], ids[0]], await DeletedAsync(client));
    }

    [Theory]
    [InlineData("dev-all", 200)]
    [InlineData("dev-admin", 200)]
    [InlineData("dev-manager", 403)]
    [InlineData("dev-reader", 403)]
    [InlineData("dev-rep-1", 403)]
    public async Task What_was_deleted_is_an_administrators_to_see(string caller, int status)
    {
        using var client = await system.ClientAsync(caller);
        using var answer = await client.GetAsync(Address("deleted=true"));
        Assert.Equal(status, (int)answer.StatusCode);
        using var wrong = await client.GetAsync(Address("deleted=true&size=0"));
        Assert.Equal(status == 200 ? 400 : 403, (int)wrong.StatusCode);
        using var usual = await client.GetAsync(Address("deleted=false"));
        Assert.Equal(200, (int)usual.StatusCode);
    }

    [Fact]
    public async Task Of_concurrent_requests_one_restores()
    {
        using var client = await system.ClientAsync("dev-admin");
        var id = await CreateAsync(client);
        await DeleteAsync(client, id);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using var answer = await RestoreAsync(client, id);
            return (int)answer.StatusCode;
        }));
        Assert.Equal([200, .. Enumerable.Repeat(409, 7)], answers.Order());
    }

    private static Task<HttpResponseMessage> RestoreAsync(HttpClient client, string id, params (string Name, string Value)[] headers) =>
        client.SendAsync(HttpMethod.Post, $"{ApiClient.Opportunities}/{id}/restore", new { reason = "By mistake" }, headers);

    private static async Task DeleteAsync(HttpClient client, string id)
    {
        using var deleted = await client.DeleteAsync($"{ApiClient.Opportunities}/{id}");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
    }

    private Task<List<string>> DateAsync(string id, string ago) => system.Local.QueryAsync(
        $"UPDATE opportunities SET deleted_at = now() - interval '{ago}' WHERE id = '{id}' RETURNING id::text");

    private async Task<string> CreateAsync(HttpClient client)
    {
        var body = ApiClient.Valid();
        body["client_name"] = _clientName;
        using var created = await client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, body);
        return (string)(await created.JsonAsync(HttpStatusCode.Created))["id"]!;
    }

    private string Address(string query) => $"{ApiClient.Opportunities}?client_name={Uri.EscapeDataString(_clientName)}&{query}";

    private Task<List<string>> DeletedAsync(HttpClient client, string query = "") => ListAsync(client, $"deleted=true{query}");

    private async Task<List<string>> ListAsync(HttpClient client, string query) =>
        [.. (await client.GetJsonAsync(Address(query)))["items"]!.AsArray().Select(item => (string)item!["id"]!)];

    /// <summary>The kept count of everything.</summary>
    private static async Task<long> CountAsync(HttpClient client) =>
        (long)(await client.GetJsonAsync($"{ApiClient.Opportunities}?size=1"))["total_items"]!;
}
