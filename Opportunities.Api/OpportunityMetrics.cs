using System.Diagnostics.Metrics;
using Opportunities.Api.Events;

namespace Opportunities.Api;

/// <summary>The business figures: meter <c>Opportunities</c>.</summary>
internal sealed class OpportunityMetrics
{
    private readonly Counter<long> _created;
    private readonly Counter<long> _transitions;
    private readonly Counter<long> _jobItems;
    private readonly Counter<long> _jobFailures;

    public OpportunityMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(TelemetryNames.Meter);
        _created = meter.CreateCounter<long>("opportunities.created", "{opportunity}", "Opportunities created.");
        _transitions = meter.CreateCounter<long>("opportunities.transitions", "{transition}", "Status changes, by from and to.");
        CacheHits = meter.CreateCounter<long>("opportunities.cache.hits", "{request}", "Reads answered from the cache.");
        CacheMisses = meter.CreateCounter<long>("opportunities.cache.misses", "{request}", "Reads that the cache had no answer to.");
        CacheFailures = meter.CreateCounter<long>("opportunities.cache.failures", "{command}", "Commands that the cache did not answer.");
        Limited = meter.CreateCounter<long>("opportunities.requests.limited", "{request}", "Requests refused because there were too many.");
        Published = meter.CreateCounter<long>("opportunities.events.published", "{event}", "Events published, repeats included.");
        _jobItems = meter.CreateCounter<long>("opportunities.jobs.items", "{item}", "What background jobs did, by job.");
        _jobFailures = meter.CreateCounter<long>("opportunities.jobs.failures", "{run}", "Runs of background jobs that failed, by job.");
        meter.CreateObservableGauge(
            "opportunities.events.parked", () => Parked is { } count ? [new(count)] : (Measurement<long>[])[], "{event}",
            "Events that were refused too often, and those of the same opportunities since: they wait for somebody.");
        meter.CreateObservableGauge(
            "opportunities.database.dead_rows",
            () => DeadRows.Select(
                static table => new Measurement<long>(table.Rows, new KeyValuePair<string, object?>("table", table.Name))),
            "{row}", "Dead rows that reads pass over, by table.");
        meter.CreateObservableGauge(
            "opportunities.events.backlog", () => Measure(backlog => backlog.Count), "{event}", "Events that wait to be published.");
        meter.CreateObservableGauge(
            "opportunities.events.oldest_age", () => Measure(backlog => backlog.Age.TotalSeconds), "s",
            "For how long the first of them has waited.");
    }

    public Counter<long> CacheHits { get; }
    public Counter<long> CacheMisses { get; }
    public Counter<long> CacheFailures { get; }
    public Counter<long> Limited { get; }
    public Counter<long> Published { get; }

    /// <summary>What waits in the outbox; null in a process that does not publish.</summary>
    public Backlog? Backlog { private get; set; }

    /// <summary>How many events are parked; null in a process that does not publish.</summary>
    public long? Parked { private get; set; }

    /// <summary>The dead rows of tables; none in a process that does not publish.</summary>
    public IReadOnlyList<(string Name, long Rows)> DeadRows { private get; set; } = [];

    public void CountCreated(int count = 1) => _created.Add(count);

    public void CountTransition(OpportunityStatus from, OpportunityStatus to) => _transitions.Add(
        1, new KeyValuePair<string, object?>("from", WireName<OpportunityStatus>.Format(from)),
        new KeyValuePair<string, object?>("to", WireName<OpportunityStatus>.Format(to)));

    public void CountJobItems(string job, long items) => _jobItems.Add(items, new KeyValuePair<string, object?>("job", job));

    public void CountJobFailure(string job) => _jobFailures.Add(1, new KeyValuePair<string, object?>("job", job));

    /// <summary>This process publishes no longer: what it measured is another one's to measure.</summary>
    public void ForgetLeading() => (Backlog, Parked, DeadRows) = (null, null, []);

    private IEnumerable<Measurement<T>> Measure<T>(Func<Backlog, T> value)
        where T : struct => Backlog is { } backlog ? [new(value(backlog))] : [];
}
