using System.Net;
using Opportunities.Client;

namespace Opportunities.Tests.Api;

[Collection(SystemCollection.Name)]
public sealed class LifecycleTests(TestSystem system)
{
    [Fact]
    public async Task An_illegal_move_is_409_and_names_the_legal_ones()
    {
        var client = await system.TypedClientAsync();
        var created = await client.CreateOpportunityAsync(ApiClient.New());
        var problem = await ApiClient.RefusedAsync(
            HttpStatusCode.Conflict, () => client.MoveAsync(created.Id, OpportunityStatus.Completed));
        Assert.Equal([OpportunityStatus.Submitted, OpportunityStatus.Cancelled], problem.Allowed!);
    }

    [Fact]
    public async Task Matching_needs_a_problem_statement_and_a_skill()
    {
        var client = await system.TypedClientAsync();
        var created = await client.CreateOpportunityAsync(ApiClient.New());
        await client.MoveAsync(created.Id, OpportunityStatus.Submitted);
        var problem = await ApiClient.RefusedAsync(
            HttpStatusCode.Conflict, () => client.MoveAsync(created.Id, OpportunityStatus.MatchingInProgress));
        Assert.Equal(["problem_statements", "skill_requirements"], problem.Missing!);
    }

    [Fact]
    public async Task Times_that_no_longer_hold_are_null_again()
    {
        var client = await system.TypedClientAsync();
        var id = (await client.CreateOpportunityAsync(ApiClient.New())).Id;
        Assert.NotNull((await client.MoveAsync(id, OpportunityStatus.Submitted)).SubmittedAt);
        Assert.Null((await client.MoveAsync(id, OpportunityStatus.Draft)).SubmittedAt);
        Assert.NotNull((await client.MoveAsync(id, OpportunityStatus.Cancelled)).ReactivationDeadline);
        Assert.Null((await client.MoveAsync(id, OpportunityStatus.Draft)).CancelledAt);
    }

    [Fact]
    public async Task A_cancelled_opportunity_takes_no_change_but_its_status()
    {
        var client = await system.TypedClientAsync();
        var id = (await client.CreateOpportunityAsync(ApiClient.New())).Id;
        await client.MoveAsync(id, OpportunityStatus.Cancelled);
        await ApiClient.RefusedAsync(
            HttpStatusCode.Conflict, () => client.UpdateOpportunityAsync(id, new UpdateOpportunity { Title = "New", Reason = "Why not" }));
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
