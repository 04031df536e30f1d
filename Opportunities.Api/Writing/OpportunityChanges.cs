using Opportunities.Api.Caching;

namespace Opportunities.Api.Writing;

/// <summary>Changes of many opportunities under way: their rows are locked until all are saved, or the changes are disposed of.</summary>
internal sealed class OpportunityChanges(
    OpportunityWriter writer, Caller caller, IDisposable place, IReadOnlyCollection<Opportunity> locked) : IAsyncDisposable
{
    private readonly Dictionary<ExternalId, Opportunity> _byExternalId = locked
        .Where(opportunity => opportunity.ExternalSource is not null).ToDictionary(opportunity => opportunity.Content.ExternalId!);

    private readonly Dictionary<Guid, Opportunity> _byId = locked.ToDictionary(opportunity => opportunity.Id);
    private readonly Dictionary<Guid, int> _versions =
        locked.ToDictionary(opportunity => opportunity.Id, opportunity => opportunity.Version);

    private readonly List<Opportunity> _created = [];

    /// <summary>How many were created.</summary>
    public int Created => _created.Count;

    /// <summary>How many were changed.</summary>
    public int Changed => locked.Count(opportunity => opportunity.Version != _versions[opportunity.Id]);

    /// <summary>The opportunity of an external id; null where there is none.</summary>
    public Opportunity? Find(ExternalId externalId) => _byExternalId.GetValueOrDefault(externalId);

    /// <summary>The opportunity of an id; null where there is none.</summary>
    public Opportunity? Find(Guid id) => _byId.GetValueOrDefault(id);

    /// <summary>Adds a new opportunity.</summary>
    public void Create(Opportunity opportunity) => _created.Add(opportunity);

    /// <summary>Saves all of them, and what a repeat of the request gets.</summary>
    /// <exception cref="ExternalIdException">Somebody else has created one of them meanwhile.</exception>
    public Task SaveAsync(IdempotentRequest? request, CancellationToken cancellationToken)
    {
        if (request is not null) writer.Add(request);
        return writer.SaveAsync(
            caller, place,
            [
                CacheScope.Lists,
                .. locked.Where(opportunity => opportunity.Version != _versions[opportunity.Id])
                    .Select(opportunity => CacheScope.Item(opportunity.Id)),
            ],
            cancellationToken,
            // In one order, as rows are locked: no two batches wait for each other's external ids.
            [.. _created.OrderBy(one => one.ExternalSource, StringComparer.Ordinal).ThenBy(one => one.ExternalId, StringComparer.Ordinal)]);
    }

    public ValueTask DisposeAsync() => writer.CloseAsync(place);
}
