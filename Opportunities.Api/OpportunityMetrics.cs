using System.Diagnostics.Metrics;
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

    public OpportunityMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(TelemetryNames.Meter);
        _created = meter.CreateCounter<long>("opportunities.created", "{opportunity}", "Opportunities created.");
        _transitions = meter.CreateCounter<long>("opportunities.transitions", "{transition}", "Status changes, by from and to.");
        _cacheHits = meter.CreateCounter<long>("opportunities.cache.hits", "{request}", "Reads answered from the cache.");
        _cacheMisses = meter.CreateCounter<long>("opportunities.cache.misses", "{request}", "Reads that the cache had no answer to.");
    }

    public void Created(int count = 1) => _created.Add(count);

    public void Transition(OpportunityStatus from, OpportunityStatus to) => _transitions.Add(
        1, new KeyValuePair<string, object?>("from", WireName<OpportunityStatus>.Of(from)), new KeyValuePair<string, object?>("to", WireName<OpportunityStatus>.Of(to)));

    public void CacheHit() => _cacheHits.Add(1);

    public void CacheMiss() => _cacheMisses.Add(1);
}
