namespace Opportunities.Api.Writing;

/// <summary>Changes of many opportunities under way: their rows are locked until all are saved, or the changes are disposed of.</summary>
/// <param name="seen">Outlines of the opportunities as they were before the locks were waited for.</param>
internal sealed class OpportunityChanges(
    OpportunityWriter writer, Caller caller, IEnumerable<Opportunity> seen, IReadOnlyCollection<Opportunity> locked) : IAsyncDisposable
{
    private readonly Dictionary<ExternalId, Opportunity> _byExternalId = locked
        .Where(opportunity => opportunity.ExternalSource is not null).ToDictionary(opportunity => opportunity.Content.ExternalId!);

    private readonly Dictionary<Guid, (Opportunity Opportunity, int Version)> _byId =
        locked.ToDictionary(opportunity => opportunity.Id, opportunity => (opportunity, opportunity.Version));

    private readonly Dictionary<Guid, OpportunityStatus> _seen = seen.ToDictionary(one => one.Id, one => one.Status);
    private readonly List<Opportunity> _created = [];

    public IReadOnlyCollection<Opportunity> Created => _created;

    public IReadOnlyCollection<Opportunity> Changed =>
        [.. _byId.Values.Where(one => one.Opportunity.Version != one.Version).Select(one => one.Opportunity)];

    public ChangeContext Now(string? reason) => writer.Now(caller, reason);

    public Opportunity? Find(ExternalId externalId) => _byExternalId.GetValueOrDefault(externalId);

    public Opportunity? Find(Guid id) => _byId.GetValueOrDefault(id).Opportunity;

    /// <summary>The state that the caller decided on: whoever changed it since then has won.</summary>
    public OpportunityStatus SeenStatus(Opportunity opportunity) => _seen[opportunity.Id];

    public void Create(Opportunity opportunity) => _created.Add(opportunity);

    /// <summary>Saves all of them, and what a repeat of the request gets.</summary>
    /// <exception cref="ExternalIdException">Somebody else has created one of them meanwhile.</exception>
    public Task SaveAsync(IdempotentRequest? request, CancellationToken cancellationToken) => writer.SaveManyAsync(
        caller, Changed,
        // In one order, as rows are locked: no two batches wait for each other's external ids.
        [.. _created.OrderBy(one => one.ExternalSource, StringComparer.Ordinal).ThenBy(one => one.ExternalId, StringComparer.Ordinal)],
        request, cancellationToken);

    public ValueTask DisposeAsync() => writer.CloseAsync();
}
