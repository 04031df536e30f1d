using System.Net;
using System.Text.Json.Nodes;

namespace Opportunities.Tests.Api;

[Collection(SystemCollection.Name)]
public sealed class RequirementTests(TestSystem system)
{
    public static TheoryData<string, string, string, string> Kinds() => new()
    {
        {
            "problem-statements",
            "problem_statements",
            $$"""{"description":"{{new string('x', 100)}}"}""",
            $$"""{"description":"{{new string('y', 120)}}","priority":5}"""
        },
        { "skill-requirements", "skill_requirements", """{"skill_name":"Go","experience_level":"EXPERT"}""",
            """{"skill_name":"Rust","skill_type":"INDUSTRY","experience_level":"BEGINNER","importance":"NICE_TO_HAVE"}""" },
        { "timeline-requirements", "timeline_requirements", """{"description":"Kick-off","target_date":"2023-01-01T00:00:00Z"}""",
            """{"description":"Go-live","target_date":"2023-12-31T00:00:00Z","type":"DEADLINE","is_flexible":true}""" },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_requirement_is_added_read_replaced_and_removed_with_version_and_history(
        string segment, string collection, string first, string second)
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        var path = $"{ApiClient.Opportunities}/{id}/{segment}";

        using var added = await client.SendAsync(HttpMethod.Post, path, first, ("If-Match", "\"1\""));
        var requirement = await added.JsonAsync(HttpStatusCode.Created);
        var one = $"{path}/{requirement["id"]}";
        Assert.Equal(one, added.Headers.Location!.ToString());
        Assert.Equal("\"2\"", added.Headers.ETag!.Tag);
        Assert.Equal(requirement.ToJsonString(), (await client.GetJsonAsync(one)).ToJsonString());
        Assert.Equal(requirement.ToJsonString(), (await client.GetJsonAsync(path))["items"]!.AsArray().Single()!.ToJsonString());

        using var replaced = await client.SendAsync(HttpMethod.Put, one, second);
        await replaced.JsonAsync(HttpStatusCode.OK);
        var item = await client.GetJsonAsync($"{ApiClient.Opportunities}/{id}");
        Assert.Equal(3, item["version"]!.GetValue<int>());
        Assert.Equal((await replaced.JsonAsync()).ToJsonString(), item[collection]!.AsArray().Single()!.ToJsonString());

        using var stale = await client.SendAsync(HttpMethod.Delete, one, headers: ("If-Match", "\"1\""));
        await stale.ProblemAsync(HttpStatusCode.PreconditionFailed);
        using var removed = await client.SendAsync(HttpMethod.Delete, one);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        using var again = await client.SendAsync(HttpMethod.Delete, one);
        await again.ProblemAsync(HttpStatusCode.NotFound);

        var history = (await client.GetJsonAsync($"{ApiClient.Opportunities}/{id}/history"))["items"]!.AsArray()
            .Where(change => change!["field_name"]!.GetValue<string>() == $"{collection}/{requirement["id"]}")
            .Select(change => (Old: (string?)change!["old_value"], New: (string?)change["new_value"])).Reverse().ToList();
        Assert.Equal(3, history.Count);
        Assert.Null(history[0].Old);
        Assert.Null(history[2].New);
        Assert.Equal(history[0].New, history[1].Old);
        Assert.Equal(history[1].New, history[2].Old);
        // As it was answered.
        Assert.True(JsonNode.DeepEquals(requirement, JsonNode.Parse(history[0].New!)), history[0].New);
        Assert.True(JsonNode.DeepEquals(await replaced.JsonAsync(), JsonNode.Parse(history[1].New!)), history[1].New);
    }

    [Theory]
    [InlineData("PostgreSQL", "postgresql")]
    [InlineData("ΣΑΣ", "σας")]
    [InlineData("σασ", "σας")]
    [InlineData("Straße", "STRASSE")]
    [InlineData("Maße", "MAẞE")]
    [InlineData("Oﬃce", "OFFICE")]
    public async Task A_skill_is_required_once_whatever_its_case(string one, string other)
    {
        using var client = await system.ClientAsync();
        var path = $"{ApiClient.Opportunities}/{await client.CreateAsync()}/skill-requirements";
        using var first = await client.SendAsync(HttpMethod.Post, path, new { skill_name = one, experience_level = "EXPERT" });
        var skill = await first.JsonAsync(HttpStatusCode.Created);
        using var second = await client.SendAsync(HttpMethod.Post, path, new { skill_name = other, experience_level = "BEGINNER" });
        await second.ProblemAsync(HttpStatusCode.Conflict);
        using var renamed = await client.SendAsync(
            HttpMethod.Put, $"{path}/{skill["id"]}", new { skill_name = other, experience_level = "EXPERT" });
        Assert.Equal(other, (string?)(await renamed.JsonAsync(HttpStatusCode.OK))["skill_name"]);
    }

    // As the release before wrote it: names that differ in nothing but case had keys that differ.
    [Fact]
    public async Task A_skill_under_an_older_key_is_the_same_skill()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        var path = $"{ApiClient.Opportunities}/{id}/skill-requirements";
        using var first = await client.SendAsync(HttpMethod.Post, path, new { skill_name = "σας", experience_level = "EXPERT" });
        await first.JsonAsync(HttpStatusCode.Created);
        await system.Local.QueryAsync($"UPDATE skill_requirements SET skill_key = 'σας' WHERE opportunity_id = '{id}' RETURNING skill_key");
        using var second = await client.SendAsync(HttpMethod.Post, path, new { skill_name = "ΣΑΣ", experience_level = "EXPERT" });
        await second.ProblemAsync(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_date_outside_the_opportunity_is_400_and_dates_that_would_leave_one_outside_are_409()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        using var outside = await client.SendAsync(
            HttpMethod.Post, $"{ApiClient.Opportunities}/{id}/timeline-requirements",
            """{"description":"Late","target_date":"2024-01-01T00:00:00Z"}""");
        Assert.Equal(["target_date"], await outside.OffendingAsync());
        using var edge = await client.SendAsync(
            HttpMethod.Post, $"{ApiClient.Opportunities}/{id}/timeline-requirements",
            """{"description":"Edge","target_date":"2023-12-31T00:00:00Z"}""");
        await edge.JsonAsync(HttpStatusCode.Created);
        using var shrunk = await client.SendAsync(
            HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { estimated_end_date = "2023-12-30T00:00:00Z" });
        await shrunk.ProblemAsync(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task With_a_problem_and_a_skill_an_opportunity_goes_all_the_way()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        using var problem = await client.SendAsync(
            HttpMethod.Post, $"{ApiClient.Opportunities}/{id}/problem-statements", new { description = new string('x', 100) });
        using var skill = await client.SendAsync(
            HttpMethod.Post, $"{ApiClient.Opportunities}/{id}/skill-requirements", new { skill_name = "Go", experience_level = "EXPERT" });
        foreach (var next in new[] { "SUBMITTED", "MATCHING_IN_PROGRESS", "MATCHES_FOUND", "ARCHITECT_SELECTED", "COMPLETED" })
        {
            using var moved = await client.MoveAsync(id, next);
            Assert.Equal(next, (await moved.JsonAsync(HttpStatusCode.OK))["status"]!.GetValue<string>());
        }

        using var locked = await client.SendAsync(
            HttpMethod.Post, $"{ApiClient.Opportunities}/{id}/skill-requirements",
            new { skill_name = "Rust", experience_level = "EXPERT" });
        await locked.ProblemAsync(HttpStatusCode.Conflict);
        using var deleted = await client.SendAsync(HttpMethod.Delete, $"{ApiClient.Opportunities}/{id}");
        await deleted.ProblemAsync(HttpStatusCode.Conflict);
    }
}
