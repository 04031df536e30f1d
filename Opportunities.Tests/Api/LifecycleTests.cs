using System.Net;

namespace Opportunities.Tests.Api;

[Collection(SystemCollection.Name)]
public sealed class LifecycleTests(TestSystem system)
{
    [Fact]
    public async Task An_illegal_move_is_409_and_names_the_legal_ones()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        using var response = await client.MoveAsync(id, "COMPLETED");
        var problem = await response.ProblemAsync(HttpStatusCode.Conflict);
        Assert.Equal(["SUBMITTED", "CANCELLED"], problem["allowed"]!.AsArray().Select(state => state!.GetValue<string>()));
    }

    [Fact]
    public async Task Matching_needs_a_problem_statement_and_a_skill()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        using var submitted = await client.MoveAsync(id, "SUBMITTED");
        using var response = await client.MoveAsync(id, "MATCHING_IN_PROGRESS");
        var problem = await response.ProblemAsync(HttpStatusCode.Conflict);
        Assert.Equal(["problem_statements", "skill_requirements"], problem["missing"]!.AsArray().Select(name => name!.GetValue<string>()));
    }

    [Fact]
    public async Task Times_that_no_longer_hold_are_null_again()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        using var submitted = await client.MoveAsync(id, "SUBMITTED");
        Assert.NotNull((await submitted.JsonAsync(HttpStatusCode.OK))["submitted_at"]);
        using var withdrawn = await client.MoveAsync(id, "DRAFT");
        Assert.Null((await withdrawn.JsonAsync(HttpStatusCode.OK))["submitted_at"]);
        using var cancelled = await client.MoveAsync(id, "CANCELLED");
        Assert.NotNull((await cancelled.JsonAsync(HttpStatusCode.OK))["reactivation_deadline"]);
        using var reactivated = await client.MoveAsync(id, "DRAFT");
        Assert.Null((await reactivated.JsonAsync(HttpStatusCode.OK))["cancelled_at"]);
    }

    [Fact]
    public async Task A_cancelled_opportunity_takes_no_change_but_its_status()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        using var cancelled = await client.MoveAsync(id, "CANCELLED");
        using var response = await client.SendAsync(HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = "New", reason = "Why not" });
        await response.ProblemAsync(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Of_concurrent_moves_exactly_one_wins()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        var responses = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => client.MoveAsync(id, "SUBMITTED")));
        Assert.Single(responses, response => response.StatusCode == HttpStatusCode.OK);
        Assert.Equal(15, responses.Count(response => response.StatusCode == HttpStatusCode.Conflict));
    }
}
