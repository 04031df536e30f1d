using System.Diagnostics;
using System.Net;
using Amazon.SQS.Model;

namespace Opportunities.SystemTests.Events;

/// <summary>Events in SQS, as they are published when deployed.</summary>
public sealed class QueueTests(QueueSystem system) : IClassFixture<QueueSystem>
{
    private readonly ProcessSystem _system = system.Local;
    private readonly SqsServer _sqs = system.Sqs;

    [Fact]
    public async Task Every_change_is_a_message_in_the_group_of_its_opportunity()
    {
        using var client = await system.ClientAsync();
        var ids = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            var id = await client.CreateAsync();
            using var changed = await client.SendAsync(HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = "Another" });
            using var moved = await client.MoveAsync(id, "SUBMITTED");
            return id;
        }));
        var messages = await _sqs.ReceiveAsync(messages => ids.All(id => Of(messages, id).Count() == 3));
        Assert.All(messages, message =>
        {
            var published = PublishedEvent.Of(message.Body);
            Assert.Equal(
                (published.Subject, published.Id), (message.Attributes["MessageGroupId"], message.Attributes["MessageDeduplicationId"]));
        });
        await _system.AssertCompleteAsync(messages.Select(message => PublishedEvent.Of(message.Body)), only: [.. ids]);
    }

    [Fact]
    public async Task Sqs_drops_what_is_published_again()
    {
        using var client = await system.ClientAsync();
        var id = await client.CreateAsync();
        await _system.WaitUntilPublishedAsync();
        await _system.PublishAgainAsync(id);
        await _system.WaitUntilPublishedAsync();
        using var moved = await client.MoveAsync(id, "SUBMITTED");
        var messages = await _sqs.ReceiveAsync(messages => Of(messages, id).Any(e => e.Version == 2));
        Assert.Equal([1, 2], Of(messages, id).Select(e => e.Version));
    }

    [Fact]
    public async Task After_a_message_that_is_refused_those_of_its_opportunity_wait_and_others_do_not()
    {
        using var client = await system.ClientAsync();
        await _system.WaitUntilPublishedAsync();
        await _sqs.LimitAsync(4096);
        var id = await client.CreateAsync();
        using var large = await client.SendAsync(
            HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { description = new string('x', 5000) });
        using var small = await client.SendAsync(HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = "Another" });
        var other = await client.CreateAsync();
        var messages = await _sqs.ReceiveAsync(messages => Of(messages, other).Any());
        Assert.Equal([1], Of(messages, id).Select(e => e.Version));
        await Eventually.TrueAsync(async () => await client.HealthAsync("events") == "degraded");

        await _sqs.LimitAsync(262_144);
        messages = await _sqs.ReceiveAsync(messages => Of(messages, id).Count() == 2);
        Assert.Equal([2, 3], Of(messages, id).Select(e => e.Version));
        await Eventually.TrueAsync(async () => await client.HealthAsync("events") == "healthy");
    }

    // Whatever the limit of one read is, those of one opportunity must not fill it.
    [Fact]
    public async Task A_message_that_is_refused_for_good_is_parked_with_those_of_its_opportunity_and_holds_no_other_up()
    {
        using var client = await system.ClientAsync();
        await _system.WaitUntilPublishedAsync();
        await _sqs.LimitAsync(4096);
        var poisoned = await client.CreateAsync();
        var path = $"{ApiClient.Opportunities}/{poisoned}";
        using var large = await client.SendAsync(HttpMethod.Put, path, new { description = new string('x', 5000) });
        for (var n = 0; n < 150; n++) (await client.SendAsync(HttpMethod.Put, path, new { title = $"Title {n}" })).Dispose();
        var published = new List<Message>();
        for (var n = 0; n < 5; n++)
        {
            var watch = Stopwatch.StartNew();
            var other = await client.CreateAsync();
            published.AddRange(await _sqs.ReceiveAsync(messages => Of(messages, other).Any()));
            // Well before those that are refused are parked, which takes a quarter of a minute at least.
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(12));
        }

        // Only while others are taken: what takes nothing is an outage.
        await Eventually.TrueAsync(async () =>
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
            await client.CreateAsync();
            return (await _system.QueryAsync("SELECT count(*) FROM parked_events")).Single() == "151";
        }, TimeSpan.FromMinutes(3));
        await _system.WaitUntilPublishedAsync();
        // They are parked before the position is noted.
        await Eventually.TrueAsync(
            async () => (await _system.QueryAsync("SELECT cardinality(behind) FROM outbox_position")).Single() == "0");
        using var late = await client.SendAsync(HttpMethod.Put, path, new { title = "After it was parked" });
        await Eventually.TrueAsync(async () => (await _system.QueryAsync("SELECT count(*) FROM parked_events")).Single() == "152");
        published.AddRange(await _sqs.ReceiveAsync(_ => true));
        Assert.Equal([1], Of(published, poisoned).Select(e => e.Version));

        await _sqs.LimitAsync(262_144);
        Assert.Equal("152", (await _system.QueryAsync("SELECT publish_parked_events()")).Single());
        var freed = await _sqs.ReceiveAsync(messages => Of(messages, poisoned).Count() == 152);
        Assert.Equal(Enumerable.Range(2, 152), Of(freed, poisoned).Select(e => e.Version));
        await _system.WaitUntilPublishedAsync();
        await Eventually.TrueAsync(async () => await client.HealthAsync("events") == "healthy");
    }

    [Fact]
    public async Task Without_the_queue_opportunities_go_on_and_events_wait()
    {
        using var client = await system.ClientAsync();
        await _system.WaitUntilPublishedAsync();
        await _sqs.KillAsync();
        var id = await client.CreateAsync();
        await Eventually.TrueAsync(async () => await client.HealthAsync("events") == "degraded");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health")).StatusCode);
        using var moved = await client.MoveAsync(id, "SUBMITTED");
        await moved.JsonAsync(HttpStatusCode.OK);
        await _sqs.ResumeAsync();
        var messages = await _sqs.ReceiveAsync(messages => Of(messages, id).Count() == 2);
        Assert.Equal([1, 2], Of(messages, id).Select(e => e.Version));
    }

    private static IEnumerable<PublishedEvent> Of(List<Message> messages, string opportunity) =>
        messages.Select(message => PublishedEvent.Of(message.Body)).Where(published => published.Subject == opportunity);
}
