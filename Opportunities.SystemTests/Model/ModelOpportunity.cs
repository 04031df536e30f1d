using Opportunities.Client;

namespace Opportunities.SystemTests.Model;

/// <summary>An opportunity as the contract describes it, in memory: what the API must show of it, and what it must refuse.</summary>
internal sealed class ModelOpportunity
{
    private static readonly Dictionary<OpportunityStatus, OpportunityStatus[]> _next = new()
    {
        [OpportunityStatus.Draft] = [OpportunityStatus.Submitted, OpportunityStatus.Cancelled],
        [OpportunityStatus.Submitted] = [OpportunityStatus.Draft, OpportunityStatus.MatchingInProgress, OpportunityStatus.Cancelled],
        [OpportunityStatus.MatchingInProgress] = [OpportunityStatus.MatchesFound, OpportunityStatus.Cancelled],
        [OpportunityStatus.MatchesFound] =
            [OpportunityStatus.ArchitectSelected, OpportunityStatus.MatchingInProgress, OpportunityStatus.Cancelled],
        [OpportunityStatus.ArchitectSelected] = [OpportunityStatus.Completed, OpportunityStatus.Cancelled],
        [OpportunityStatus.Completed] = [],
        [OpportunityStatus.Cancelled] = [OpportunityStatus.Draft],
    };

    private string _toldOwner;

    /// <summary>A new one.</summary>
    /// <param name="id">The id that it was given.</param>
    /// <param name="creator">Who has created it.</param>
    public ModelOpportunity(Guid id, string creator)
    {
        (Id, Creator, Owner, UpdatedBy, _toldOwner) = (id, creator, creator, creator, creator);
        Note("created", creator, ("status", null, "DRAFT"));
    }

    public Guid Id { get; }

    public string Creator { get; }

    public string Owner { get; set; }

    public required string Title { get; set; }

    public required Priority Priority { get; set; }

    public required decimal Budget { get; set; }

    /// <summary>What the run's other system calls it.</summary>
    public string? ExternalId { get; set; }

    public OpportunityStatus Status { get; set; } = OpportunityStatus.Draft;

    public int Version { get; private set; } = 1;

    public string UpdatedBy { get; private set; }

    public bool IsDeleted { get; set; }

    public List<Guid> Problems { get; } = [];

    /// <summary>Names as they were written, by id.</summary>
    public List<(Guid Id, string Name)> Skills { get; } = [];

    /// <summary>Notes, each with its author, oldest first.</summary>
    public List<(Guid Id, string By)> Notes { get; } = [];

    /// <summary>Field, who, and for members the values; oldest first.</summary>
    public List<(string Field, string By, string? Old, string? New)> History { get; } = [];

    /// <summary>One for each version, oldest first.</summary>
    public List<ModelEvent> Events { get; } = [];

    public IReadOnlyList<OpportunityStatus> Next => _next[Status];

    /// <summary>The next state on the way to COMPLETED.</summary>
    public OpportunityStatus? Forward => Status < OpportunityStatus.Completed ? Status + 1 : null;

    public bool IsLocked => Status is OpportunityStatus.ArchitectSelected or OpportunityStatus.Completed or OpportunityStatus.Cancelled;

    public bool IsDeletable => Status is not (OpportunityStatus.ArchitectSelected or OpportunityStatus.Completed);

    public bool IsMatchable => Problems.Count > 0 && Skills.Count > 0;

    /// <summary>Notes what was changed: the version rises once, whatever the number of fields.</summary>
    public void Changed(string type, string by, params (string Field, string? Old, string? New)[] fields)
    {
        if (fields.Length == 0) return;
        Version++;
        UpdatedBy = by;
        Note(type, by, fields);
    }

    private void Note(string type, string by, params (string Field, string? Old, string? New)[] fields)
    {
        History.AddRange(fields.Select(field => (field.Field, by, field.Old, field.New)));
        Events.Add(new(Version, type, by, Status, Owner, _toldOwner, string.Join(' ', fields.Select(field => field.Field))));
        _toldOwner = Owner;
    }
}

/// <summary>What the feed has to tell of a version.</summary>
internal sealed record ModelEvent(
    int Version, string Type, string By, OpportunityStatus Status, string Owner, string FormerOwner, string Fields)
{
    /// <summary>What a caller is told; null: nothing.</summary>
    public ModelEvent? To(ModelCaller caller) => caller.ReadsAll || Owner == caller.Id ? this
        : FormerOwner == caller.Id ? this with { Type = "hidden", Fields = "" }
        : null;
}
