using System.Globalization;
using System.Net.Http.Headers;
using CsCheck;
using Opportunities.Client;
using Opportunities.SystemTests.Faults;
using Opportunities.SystemTests.Model;
using Xunit.Abstractions;

namespace Opportunities.SystemTests.Changes;

/// <summary>
/// Who follows the feed has the rows of the database, after runs of the model and a load of writers on two processes. One of them is killed
/// again and again. FEED_RUNS says how many runs of the model (10).
/// </summary>
[Trait("Category", "Faults")]
public sealed class ConsumerTests(FaultSystem system, ITestOutputHelper output) : IClassFixture<FaultSystem>
{
    private const string All = "dev-all";

    private static readonly int _runs = int.Parse(
        Environment.GetEnvironmentVariable("FEED_RUNS") is { Length: > 0 } runs ? runs : "10", CultureInfo.InvariantCulture);

    [Fact]
    public async Task A_consumer_that_knows_nothing_else_has_the_rows_of_the_database()
    {
        string[] callers = [All, "dev-rep-1", "dev-rep-2"];
        var consumers = new Dictionary<string, Consumer>();
        foreach (var caller in callers)
            consumers[caller] = new Consumer(await system.TokenAsync(caller), caller == All, system.Balancer.Next, consumers.Count);
        var kills = 0;
        // What all clients share is made before anything is killed.
        var load = await Workload.StartAsync(await system.TokenAsync("dev-all"), system.Balancer.Next);
        var writing = WriteAsync();
        var killing = KillAsync();
        var consuming = consumers.Values.Select(consumer => consumer.RunAsync(Task.WhenAll(writing, killing))).ToList();
        await Task.WhenAll([writing, killing, .. consuming]);

        foreach (var (caller, consumer) in consumers)
        {
            var only = caller == All ? "" : $"AND owner = '{caller}'";
            var rows = await system.Local.QueryAsync(
                $"SELECT id, version, status FROM opportunities WHERE deleted_at IS NULL {only} ORDER BY id::text");
            var kept = consumer.Copy.Rows.OrderBy(row => row.Key, StringComparer.Ordinal).Select(row => $"{row.Key} {row.Value}").ToList();
            var told = await system.Local.QueryAsync(
                $"SELECT count(*) FROM outbox_events {(caller == All ? "" : $"WHERE owner = '{caller}' OR previous_owner = '{caller}'")}");
            var missed = int.Parse(told.Single(), CultureInfo.InvariantCulture) - consumer.Copy.Changes;
            output.WriteLine(
                $"{caller}: {rows.Count} rows, {consumer.Copy.Changes} changes, {kills} kills, missed {missed}, "
                + $"repeated {consumer.Copy.Repeated}, out of order {consumer.Copy.OutOfOrder}, "
                + $"answers {string.Join(", ", consumer.Answers.OrderBy(answer => answer.Key))}");
            Assert.Empty(consumer.Answers.Keys.Except([0, 200, 503]));
            Assert.Empty(consumer.Wrong);
            Assert.Equal(rows, kept);
            Assert.Equal((0, 0), (missed, consumer.Copy.OutOfOrder));
        }

        Assert.True(kills > 0, "Nothing was killed.");
        Assert.True(consumers.Values.Sum(consumer => consumer.Copy.Repeated) > 0, "Nothing was repeated: the run says nothing of repeats.");

        async Task WriteAsync()
        {
            await using (load) await ModelAsync();
        }

        async Task KillAsync()
        {
            while (!writing.IsCompleted)
            {
                await Task.WhenAny(writing, Task.Delay(TimeSpan.FromSeconds(1)));
                if (writing.IsCompleted) return;
                await system.Second.KillAsync();
                kills++;
                await system.ReplaceSecondAsync();
            }
        }
    }

    // By the process that is not killed: the model has to know what became of each step.
    private async Task ModelAsync()
    {
        var raw = new Dictionary<string, HttpClient>();
        foreach (var caller in ModelCaller.All)
        {
            var client = raw[caller.Id] = new HttpClient(new Spelling(new SocketsHttpHandler())) { BaseAddress = system.Local.ApiAddress };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await system.TokenAsync(caller.Id));
        }

        var clients = raw.ToDictionary(pair => pair.Key, pair => new OpportunitiesClient(pair.Value));
        await Step.Run(16, 96).SampleAsync(
            async steps =>
            {
                var run = new ModelRun(clients, raw);
                foreach (var step in steps) await run.StepAsync(step);
            },
            iter: _runs, threads: 4, print: steps => string.Join(Environment.NewLine, steps.AsEnumerable()));
    }
}
