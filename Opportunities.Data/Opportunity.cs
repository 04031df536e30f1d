using Opportunities.Data.Attachments;
using Opportunities.Data.Requirements;

namespace Opportunities.Data;

/// <summary>
/// A customer opportunity: the need, the money, the dates, and where it stands. Every method that changes it checks the rules
/// first (and throws <see cref="ConflictException"/> or <see cref="InvalidValueException"/> with nothing changed), raises the
/// version, and adds to the history.
/// </summary>
public sealed class Opportunity
{
    private readonly List<Change> _changes = [];
    private readonly List<ProblemStatement> _problemStatements = [];
    private readonly List<SkillRequirement> _skillRequirements = [];
    private readonly List<TimelineRequirement> _timelineRequirements = [];
    private readonly List<Attachment> _attachments = [];
    private readonly List<Note> _notes = [];

    private Opportunity()
    {
    }

    public Guid Id { get; private init; }
    public string Title { get; private set; } = null!;
    public string Description { get; private set; } = null!;
    public string ClientName { get; private set; } = null!;

    /// <summary>What it may cost; scale 2.</summary>
    public decimal EstimatedBudget { get; private set; }

    public DateTime EstimatedStartDate { get; private set; }
    public DateTime EstimatedEndDate { get; private set; }
    public Priority Priority { get; private set; }

    /// <summary>The other system that calls it <see cref="ExternalId"/>; null where none does.</summary>
    public string? ExternalSource { get; private set; }

    /// <summary>Its id in the other system; null where <see cref="ExternalSource"/> is.</summary>
    public string? ExternalId { get; private set; }

    public OpportunityStatus Status { get; private set; }
    public string CreatedBy { get; private init; } = null!;

    /// <summary>The subject whose it is: at first the creator. It decides who sees and changes it.</summary>
    public string Owner { get; private set; } = null!;

    public string UpdatedBy { get; private set; } = null!;
    public DateTime CreatedAt { get; private init; }
    public DateTime UpdatedAt { get; private set; }

    /// <summary>When it was last submitted; null while it is a draft.</summary>
    public DateTime? SubmittedAt { get; private set; }

    public DateTime? CompletedAt { get; private set; }

    /// <summary>When it was cancelled; null once reactivated.</summary>
    public DateTime? CancelledAt { get; private set; }

    public DateTime? ReactivationDeadline => CancelledAt + Lifecycle.ReactivationPeriod;

    /// <summary>Rises with every change, of requirements and attachments too; the ETag, and the concurrency token.</summary>
    public int Version { get; private set; }

    /// <summary>When it was deleted; deleted opportunities are kept for audit, and seen by who may restore them alone.</summary>
    public DateTime? DeletedAt { get; private set; }

    /// <summary>The history. Loaded only where a test asks for it; adding needs no loading.</summary>
    public IReadOnlyList<Change> Changes => _changes;

    public IReadOnlyList<ProblemStatement> ProblemStatements => _problemStatements;
    public IReadOnlyList<SkillRequirement> SkillRequirements => _skillRequirements;
    public IReadOnlyList<TimelineRequirement> TimelineRequirements => _timelineRequirements;
    public IReadOnlyList<Attachment> Attachments => _attachments;

    /// <summary>What was noted. Only the note that is to change is loaded; adding needs no loading.</summary>
    public IReadOnlyList<Note> Notes => _notes;

    /// <summary>Creates a draft, version 1; with an id of its own, where it must be known beforehand.</summary>
    /// <exception cref="InvalidValueException">The end is not after the start.</exception>
    public static Opportunity Create(OpportunityContent content, ChangeContext context, Guid? id = null)
    {
        EnsureDates(content);
        var opportunity = new Opportunity
        {
            Id = id ?? Guid.CreateVersion7(),
            Status = OpportunityStatus.Draft,
            CreatedBy = context.By,
            Owner = context.By,
            UpdatedBy = context.By,
            CreatedAt = context.At,
            UpdatedAt = context.At,
            Version = 1,
        };
        opportunity.Set(content);
        opportunity.Record(Change.Status, null, WireName<OpportunityStatus>.Format(OpportunityStatus.Draft), context);
        return opportunity;
    }

    /// <summary>
    /// An opportunity of which only these were read: enough to decide who sees it, and to hand it over.
    /// </summary>
    public static Opportunity Outline(Guid id, OpportunityStatus status, string owner, int version, ExternalId? externalId = null) => new()
    {
        Id = id,
        Status = status,
        Owner = owner,
        Version = version,
        ExternalSource = externalId?.Source,
        ExternalId = externalId?.Id,
    };

    public OpportunityContent Content => new()
    {
        Title = Title,
        Description = Description,
        ClientName = ClientName,
        EstimatedBudget = EstimatedBudget,
        EstimatedStartDate = EstimatedStartDate,
        EstimatedEndDate = EstimatedEndDate,
        Priority = Priority,
        ExternalId = ExternalSource is null ? null : new(ExternalSource, ExternalId!),
    };

    /// <summary>
    /// Changes members. Content that changes nothing leaves version and history alone, and needs no reason; a change needs one once the
    /// opportunity has left DRAFT.
    /// </summary>
    /// <exception cref="ConflictException">Its state locks it, or a timeline requirement would lie outside the new dates.</exception>
    /// <exception cref="InvalidValueException">The end is not after the start, or a required reason is missing.</exception>
    public void Update(OpportunityContent content, ChangeContext context)
    {
        EnsureUpdatable(content, context);
        List<(string Field, string? Old, string? New)> differences = [.. Differences(content)];
        if (differences.Count == 0) return;
        Touch(context);
        Set(content);
        foreach (var (field, oldValue, newValue) in differences) Record(field, oldValue, newValue, context);
    }

    /// <summary>Whether a change to this would change nothing.</summary>
    public bool Has(OpportunityContent content) => !Differences(content).Any();

    /// <summary>Throws where <see cref="Update"/> would.</summary>
    public void EnsureUpdatable(OpportunityContent content, ChangeContext context)
    {
        EnsureEditable();
        EnsureDates(content);
        if (Has(content)) return;
        if (Status != OpportunityStatus.Draft && context.Reason is null)
            throw new InvalidValueException("reason", "is required once the opportunity has left DRAFT.");
        if (_timelineRequirements.Any(requirement =>
            requirement.TargetDate < content.EstimatedStartDate || requirement.TargetDate > content.EstimatedEndDate))
        {
            throw new ConflictException("A timeline requirement would lie outside the new estimated dates.");
        }
    }

    /// <summary>Moves the opportunity on in its life.</summary>
    /// <exception cref="ConflictException">The move is not legal, comes too late, or something that it needs is missing.</exception>
    public void ChangeStatus(OpportunityStatus next, ChangeContext context)
    {
        var allowed = Allowed(context.At);
        if (!allowed.Contains(next))
        {
            throw new ConflictException(Status == OpportunityStatus.Cancelled && next == OpportunityStatus.Draft
                ? $"The opportunity could be reactivated until {OpportunityContent.Text(ReactivationDeadline!.Value)}."
                : $"The status cannot change from {WireName<OpportunityStatus>.Format(Status)} "
                    + $"to {WireName<OpportunityStatus>.Format(next)}.")
            {
                Allowed = allowed,
            };
        }

        if (next == OpportunityStatus.MatchingInProgress) EnsureMatchable();

        var before = Status;
        Touch(context);
        Status = next;
        SubmittedAt = next switch
        {
            OpportunityStatus.Submitted => context.At,
            OpportunityStatus.Draft => null,
            _ => SubmittedAt,
        };
        CompletedAt = next == OpportunityStatus.Completed ? context.At : null;
        CancelledAt = next == OpportunityStatus.Cancelled ? context.At : null;
        Record(Change.Status, WireName<OpportunityStatus>.Format(before), WireName<OpportunityStatus>.Format(next), context);
    }

    /// <summary>The states that it may move to at a moment. CANCELLED can be left only while the period for that lasts.</summary>
    public IReadOnlyList<OpportunityStatus> Allowed(DateTime at) =>
        Status == OpportunityStatus.Cancelled && at > ReactivationDeadline ? [] : Lifecycle.Next(Status);

    /// <summary>Hands the opportunity over. To whom it belongs already, nothing changes.</summary>
    /// <exception cref="ConflictException">It is completed: the record says whose work it was.</exception>
    public void ChangeOwner(string owner, ChangeContext context)
    {
        if (Status == OpportunityStatus.Completed)
            throw new ConflictException($"In {WireName<OpportunityStatus>.Format(Status)} the owner cannot change.");
        if (owner == Owner) return;
        var before = Owner;
        Touch(context);
        Owner = owner;
        Record(Change.Owner, before, owner, context);
    }

    /// <summary>Takes the opportunity out of every read; the row and its history stay.</summary>
    /// <exception cref="ConflictException">An architect is bound to it.</exception>
    public void Delete(ChangeContext context)
    {
        if (!Lifecycle.IsDeletable(Status))
            throw new ConflictException($"An opportunity cannot be deleted in {WireName<OpportunityStatus>.Format(Status)}.");
        Touch(context);
        DeletedAt = context.At;
        Record(Change.Deleted, "false", "true", context);
    }

    /// <summary>Brings a deleted opportunity back, as it was.</summary>
    /// <exception cref="ConflictException">It is not deleted, or has been for too long.</exception>
    public void Restore(ChangeContext context)
    {
        if (DeletedAt is not { } deletedAt) throw new ConflictException("The opportunity is not deleted.");
        var deadline = deletedAt.AddDays(Lifecycle.RestorableDays);
        if (context.At > deadline)
            throw new ConflictException($"The opportunity could be restored until {OpportunityContent.Text(deadline)}.");
        Touch(context);
        DeletedAt = null;
        Record(Change.Deleted, "true", "false", context);
    }

    /// <summary>Adds a requirement or attachment that is not part of an opportunity yet.</summary>
    /// <exception cref="ConflictException">The state locks the opportunity, or the part clashes with another.</exception>
    /// <exception cref="InvalidValueException">The part does not fit the opportunity.</exception>
    public void Add<T>(T part, ChangeContext context)
        where T : OpportunityPart
    {
        EnsureEditable(part);
        part.EnsureFits(this);
        Touch(context);
        part.Id = Guid.CreateVersion7();
        part.OpportunityId = Id;
        part.CreatedAt = part.UpdatedAt = context.At;
        Parts<T>().Add(part);
        Record($"{part.Collection}/{part.Id}", null, part.Snapshot(), context);
    }

    /// <summary>Replaces the values of one of its requirements. Values that change nothing leave version and history alone.</summary>
    /// <exception cref="ConflictException">The state locks the opportunity, or the part clashes with another.</exception>
    /// <exception cref="InvalidValueException">The part does not fit the opportunity.</exception>
    public void Replace<T>(Requirement<T> requirement, T values, ChangeContext context)
        where T : class
    {
        EnsureEditable(requirement);
        if (values.Equals(requirement.Content())) return;
        requirement.EnsureFits(this, values);
        var before = requirement.Snapshot();
        Touch(context);
        requirement.Set(values);
        requirement.UpdatedAt = context.At;
        Record($"{requirement.Collection}/{requirement.Id}", before, requirement.Snapshot(), context);
    }

    /// <summary>Removes one of its requirements or attachments.</summary>
    /// <exception cref="ConflictException">The state locks the opportunity.</exception>
    public void Remove<T>(T part, ChangeContext context)
        where T : OpportunityPart
    {
        EnsureEditable(part);
        Touch(context);
        Parts<T>().Remove(part);
        Record($"{part.Collection}/{part.Id}", part.Snapshot(), null, context);
    }

    /// <summary>Throws where the state locks members, requirements and attachments.</summary>
    public void EnsureEditable()
    {
        if (!Lifecycle.IsEditable(Status))
        {
            throw new ConflictException(
                $"In {WireName<OpportunityStatus>.Format(Status)} members, requirements and attachments cannot change.");
        }
    }

    private void EnsureEditable(OpportunityPart part)
    {
        if (part.IsLockedByState) EnsureEditable();
    }

    private List<T> Parts<T>()
        where T : OpportunityPart =>
        new object[] { _problemStatements, _skillRequirements, _timelineRequirements, _attachments, _notes }.OfType<List<T>>().Single();

    private void EnsureMatchable()
    {
        var missing = new List<string>(2);
        if (_problemStatements.Count == 0) missing.Add("problem_statements");
        if (_skillRequirements.Count == 0) missing.Add("skill_requirements");
        if (missing.Count > 0)
        {
            throw new ConflictException($"Matching needs at least one entry in: {string.Join(", ", missing)}.")
            {
                Allowed = Lifecycle.Next(Status),
                Missing = missing,
            };
        }
    }

    private IEnumerable<(string Field, string? Old, string? New)> Differences(OpportunityContent content)
    {
        var before = Content;
        return OpportunityContent.Members.Select(member => (member.Name, Old: member.Text(before), New: member.Text(content)))
            .Where(member => member.Old != member.New);
    }

    private static void EnsureDates(OpportunityContent content)
    {
        if (content.EndError is { } error) throw new InvalidValueException("estimated_end_date", error);
    }

    private void Set(OpportunityContent content)
    {
        Title = content.Title;
        Description = content.Description;
        ClientName = content.ClientName;
        EstimatedBudget = OpportunityContent.TwoDecimals(content.EstimatedBudget);
        EstimatedStartDate = content.EstimatedStartDate;
        EstimatedEndDate = content.EstimatedEndDate;
        Priority = content.Priority;
        ExternalSource = content.ExternalId?.Source;
        ExternalId = content.ExternalId?.Id;
    }

    private void Touch(ChangeContext context)
    {
        Version++;
        UpdatedAt = context.At;
        UpdatedBy = context.By;
    }

    private void Record(string field, string? oldValue, string? newValue, ChangeContext context) =>
        _changes.Add(Change.Create(this, _changes.Count(change => change.Version == Version), field, oldValue, newValue, context));
}
