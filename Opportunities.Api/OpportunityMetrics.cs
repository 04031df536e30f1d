using System.Diagnostics.Metrics;
using Opportunities.Api.Events;
using Opportunities.Data;
using Opportunities.ServiceDefaults;

namespace Opportunities.Api;

/// <summary>The business figures: meter <c>Opportunities</c>.</summary>
internal sealed class OpportunityMetrics
{
    private readonly Counter<long> _created;
    private readonly Counter<long> _transitions;
    private readonly Counter<long> _cacheHits;
    private readonly Counter<long> _cacheMisses;
    private readonly Counter<long> _cacheFailures;
    private readonly Counter<long> _limited;
    private readonly Counter<long> _published;

    public OpportunityMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(TelemetryNames.Meter);
        _created = meter.CreateCounter<long>("opportunities.created", "{opportunity}", "Opportunities created.");
        _transitions = meter.CreateCounter<long>("opportunities.transitions", "{transition}", "Status changes, by from and to.");
        _cacheHits = meter.CreateCounter<long>("opportunities.cache.hits", "{request}", "Reads answered from the cache.");
        _cacheMisses = meter.CreateCounter<long>("opportunities.cache.misses", "{request}", "Reads that the cache had no answer to.");
        _cacheFailures = meter.CreateCounter<long>("opportunities.cache.failures", "{command}", "Commands that the cache did not answer.");
        _limited = meter.CreateCounter<long>("opportunities.requests.limited", "{request}", "Requests refused because there were too many.");
        _published = meter.CreateCounter<long>("opportunities.events.published", "{event}", "Events published, repeats included.");
        meter.CreateObservableGauge("opportunities.events.backlog", () => Measure(backlog => backlog.Count), "{event}", "Events that wait to be published.");
        meter.CreateObservableGauge(
            "opportunities.events.oldest_age", () => Measure(backlog => backlog.Age.TotalSeconds), "s", "For how long the first of them has waited.");
    }

    /// <summary>What waits in the outbox; null in a process that does not publish.</summary>
    public Backlog? Backlog { private get; set; }

    public void Created(int count = 1) => _created.Add(count);

    public void Transition(OpportunityStatus from, OpportunityStatus to) => _transitions.Add(
        1, new KeyValuePair<string, object?>("from", WireName<OpportunityStatus>.Of(from)), new KeyValuePair<string, object?>("to", WireName<OpportunityStatus>.Of(to)));

    public void CacheHit() => _cacheHits.Add(1);

    public void CacheMiss() => _cacheMisses.Add(1);

    public void CacheFailure() => _cacheFailures.Add(1);

    public void Limited() => _limited.Add(1);

    public void Published(int count) => _published.Add(count);

    private IEnumerable<Measurement<T>> Measure<T>(Func<Backlog, T> value)
        where T : struct => Backlog is { } backlog ? [new(value(backlog))] : [];
}
