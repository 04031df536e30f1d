using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace Opportunities.Data.Events;

/// <summary>An event to be published, written in the transaction of its change: there is never one without the other.</summary>
public sealed class OutboxEvent
{
    private OutboxEvent()
    {
    }

    /// <summary>
    /// Where it stands in the order. Of one opportunity a higher one is always committed later, because its writers take turns; of
    /// different ones it may be earlier.
    /// </summary>
    public long Sequence { get; private init; }

    /// <summary>The event's id: that of the first history record that it tells of.</summary>
    public Guid Id { get; private init; }

    public Guid OpportunityId { get; private init; }
    public DateTime OccurredAt { get; private init; }

    /// <summary>The whole <see cref="CloudEvent"/>, as it is published.</summary>
    public string Content { get; private init; } = null!;

    /// <summary>Whose the opportunity is since; null in events of a release that knew no owners.</summary>
    public string? Owner { get; private init; }

    /// <summary>Whose it was before, where that was another; else null.</summary>
    public string? PreviousOwner { get; private init; }

    /// <summary>The events of the history to be saved: one for each version of each opportunity, in the order of the versions.</summary>
    internal static IEnumerable<OutboxEvent> From(ChangeTracker tracker)
    {
        var opportunities = tracker.Entries<Opportunity>().ToDictionary(entry => entry.Entity.Id, entry => entry.Entity);
        return tracker.Entries<Change>()
            .Where(entry => entry.State == EntityState.Added)
            .Select(entry => entry.Entity)
            .GroupBy(change => change.OpportunityId)
            .SelectMany(changes => From(opportunities[changes.Key], changes));
    }

    /// <summary>The events of changes of one opportunity.</summary>
    // Usually one version; where there are more, status and owner of each but the last are those that the next change of them began with.
    internal static List<OutboxEvent> From(Opportunity opportunity, IEnumerable<Change> changes)
    {
        var (status, owner) = (WireName<OpportunityStatus>.Format(opportunity.Status), opportunity.Owner);
        var events = new List<OutboxEvent>(1);
        foreach (var version in changes.GroupBy(change => change.Version).OrderByDescending(version => version.Key))
        {
            Change[] records = [.. version.OrderBy(change => change.Ordinal)];
            var previousOwner = Before(Change.Owner);
            events.Add(new OutboxEvent
            {
                Id = records[0].Id,
                OpportunityId = opportunity.Id,
                OccurredAt = records[0].ChangedAt,
                Content = CloudEvent.From(records, status).ToJson(),
                Owner = owner,
                PreviousOwner = previousOwner,
            });
            (status, owner) = (Before(Change.Status) ?? status, previousOwner ?? owner);

            string? Before(string field) => records.FirstOrDefault(record => record.FieldName == field)?.OldValue;
        }

        events.Reverse();
        return events;
    }
}
