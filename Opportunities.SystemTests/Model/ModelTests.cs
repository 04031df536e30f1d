using System.Globalization;
using System.Net.Http.Headers;
using CsCheck;
using Opportunities.Client;
using Opportunities.SystemTests.Contract;
using Xunit.Abstractions;

namespace Opportunities.SystemTests.Model;

/// <summary>
/// Random operations by random callers, against the API and a model of the contract: they agree on what is refused, and on states,
/// versions, visibility, counts, history, and what the change feed tells, however the operations are spelled
/// (<see cref="Spelling"/>). MODEL_RUNS says how many runs (200) of 16 to 104 steps. CsCheck shrinks what differs, and prints the
/// seed (CsCheck_Seed) that repeats it.
/// </summary>
[Collection(SystemCollection.Name)]
public sealed class ModelTests(TestSystem system, ITestOutputHelper output)
{
    private const int MinSteps = 16;
    private const int MaxSteps = 96;

    private static readonly int _runs = int.Parse(
        Environment.GetEnvironmentVariable("MODEL_RUNS") is { Length: > 0 } runs ? runs : "200", CultureInfo.InvariantCulture);

    [Fact]
    public async Task The_API_does_what_the_contract_says_step_by_step()
    {
        var clients = new Dictionary<string, OpportunitiesClient>();
        var raw = new Dictionary<string, HttpClient>();
        foreach (var caller in ModelCaller.All)
        {
            var client = raw[caller.Id] = new HttpClient(new Spelling(new SocketsHttpHandler())) { BaseAddress = system.Api };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await system.TokenAsync(caller.Id));
            clients[caller.Id] = new OpportunitiesClient(client);
        }

        var count = 0;
        await Step.Run(MinSteps, MaxSteps).SampleAsync(
            async steps =>
            {
                var run = new ModelRun(clients, raw);
                foreach (var step in steps) await run.StepAsync(step);
                Interlocked.Add(ref count, steps.Length);
                await run.CompareAsync();
            },
            iter: _runs, threads: 4, print: steps => string.Join(Environment.NewLine, steps.AsEnumerable()));

        output.WriteLine($"{_runs} runs of {count} steps");
        output.WriteLine(
            string.Join(Environment.NewLine, ModelRun.Seen.OrderBy(pair => pair.Value).Select(pair => $"{pair.Key}: {pair.Value}")));
        // That the runs got everywhere, or their agreement would say little.
        var unseen = from status in Enum.GetValues<OpportunityStatus>()
                     from kind in new[]
                     {
                         StepKind.Move, StepKind.Update, StepKind.Delete, StepKind.Give, StepKind.AddSkill, StepKind.Get, StepKind.Identify,
                         StepKind.Upsert,
                     }
                     where !ModelRun.Seen.ContainsKey($"{kind} in {status}")
                     select $"{kind} in {status}";
        Assert.Empty(unseen);
        if (!TestSystem.IsDeployed) await StoredValues.AssertAreOneAsync(system.Local, ModelRun.ClientNames);
    }
}
