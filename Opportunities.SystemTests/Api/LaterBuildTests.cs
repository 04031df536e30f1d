using System.Net;
using Npgsql;

namespace Opportunities.SystemTests.Api;

/// <summary>What a later build has written, read by this one: after a rollback, and while both run.</summary>
public sealed class LaterBuildTests : OwnSystem
{
    [Fact]
    public async Task Values_that_a_later_build_has_added_are_answered_as_they_are()
    {
        using var client = await this.ClientAsync();
        var id = await client.CreateAsync();
        using var skill = await client.SendAsync(
            HttpMethod.Post, $"{ApiClient.Opportunities}/{id}/skill-requirements",
            new { skill_name = "Patience", experience_level = "EXPERT" });
        await skill.JsonAsync(HttpStatusCode.Created);
        await client.CreateAsync();
        await ExecuteAsync(
            $"""
             ALTER TABLE opportunities DROP CONSTRAINT ck_opportunities_status;
             ALTER TABLE opportunities DROP CONSTRAINT ck_opportunities_priority;
             ALTER TABLE skill_requirements DROP CONSTRAINT ck_skill_requirements_type;
             UPDATE opportunities SET status = 'ON_HOLD', priority = 5 WHERE id = '{id}';
             UPDATE skill_requirements SET skill_type = 'MORAL' WHERE opportunity_id = '{id}';
             """);
        // Behind the API's back, whose cache knows nothing of it.
        await using (var api = await Local.StartAnotherApiAsync(new Dictionary<string, string?> { ["Caching__ReadsFromCache"] = "false" }))
        {
            using var fresh = new HttpClient { BaseAddress = api.BaseAddress };
            fresh.DefaultRequestHeaders.Authorization = client.DefaultRequestHeaders.Authorization;
            var item = await fresh.GetJsonAsync($"{ApiClient.Opportunities}/{id}");
            Assert.Equal("ON_HOLD", (string?)item["status"]);
            Assert.Equal("5", (string?)item["priority"]);
            Assert.Equal("MORAL", (string?)item["skill_requirements"]![0]!["skill_type"]);

            var list = await fresh.GetJsonAsync($"{ApiClient.Opportunities}?sort_by=priority&size=1");
            Assert.Equal("ON_HOLD", (string?)list["items"]![0]!["status"]);
            await fresh.GetJsonAsync($"{ApiClient.Opportunities}?size=1&cursor={list["next_cursor"]}");
            var summary = await fresh.GetJsonAsync($"{ApiClient.Opportunities}/summary");
            Assert.Equal((int)list["total_items"]!, (int)summary["total_count"]!);
            Assert.Contains(summary["items"]!.AsArray(), count => (string?)count!["status"] == "ON_HOLD" && (int)count["count"]! == 1);
            Assert.Contains("ON_HOLD", await fresh.ExportAsync(""), StringComparison.Ordinal);
            await fresh.GetJsonAsync($"{ApiClient.Opportunities}/{id}/history");

            // What may be done with it is the later build's to say.
            using var moved = await fresh.MoveAsync(id, "SUBMITTED");
            Assert.Empty((await moved.ProblemAsync(HttpStatusCode.Conflict))["allowed"]!.AsArray());
            using var changed = await fresh.SendAsync(
                HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = "Another", reason = "Because" });
            await changed.ProblemAsync(HttpStatusCode.Conflict);
            using var deleted = await fresh.DeleteAsync($"{ApiClient.Opportunities}/{id}");
            await deleted.ProblemAsync(HttpStatusCode.Conflict);
            using var asked = await fresh.GetAsync($"{ApiClient.Opportunities}?status=ON_HOLD");
            await asked.ProblemAsync(HttpStatusCode.BadRequest);
        }
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Local.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
