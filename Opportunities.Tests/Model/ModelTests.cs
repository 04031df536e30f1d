using CsCheck;
using Opportunities.Client;
using Opportunities.Tests.Api;
using Xunit.Abstractions;

namespace Opportunities.Tests.Model;

/// <summary>
/// Random operations by random callers, against the API and a model of the contract: they agree on what is refused, and on states,
/// versions, visibility, counts and history. CsCheck shrinks what differs, and prints the seed (CsCheck_Seed) that repeats it.
/// </summary>
[Collection(SystemCollection.Name)]
public sealed class ModelTests(TestSystem system, ITestOutputHelper output)
{
    private const int Runs = 350;
    private const int MinSteps = 16;
    private const int MaxSteps = 96;

    [Fact]
    public async Task The_API_does_what_the_contract_says_step_by_step()
    {
        var clients = new Dictionary<string, OpportunitiesClient>();
        foreach (var caller in ModelCaller.All) clients[caller.Id] = await system.TypedClientAsync(caller.Id);
        await Step.Run(MinSteps, MaxSteps).SampleAsync(
            async steps =>
            {
                var run = new ModelRun(clients);
                foreach (var step in steps) await run.StepAsync(step);
                await run.CompareAsync();
            },
            iter: Runs, threads: 4, print: steps => string.Join(Environment.NewLine, steps.AsEnumerable()));

        output.WriteLine(string.Join(Environment.NewLine, ModelRun.Seen.OrderBy(pair => pair.Value).Select(pair => $"{pair.Key}: {pair.Value}")));
        // That the runs got everywhere, or their agreement would say little.
        var unseen = from status in Enum.GetValues<OpportunityStatus>()
                     from kind in new[] { StepKind.Move, StepKind.Update, StepKind.Delete, StepKind.AddSkill, StepKind.Get }
                     where !ModelRun.Seen.ContainsKey($"{kind} in {status}")
                     select $"{kind} in {status}";
        Assert.Empty(unseen);
    }
}
