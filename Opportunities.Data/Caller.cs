namespace Opportunities.Data;

/// <summary>What a caller may do, as the union of what the token's scopes and roles permit.</summary>
[Flags]
public enum Permissions
{
    None = 0,

    /// <summary>See the opportunities that the caller owns.</summary>
    ReadOwn = 1,

    /// <summary>See every opportunity.</summary>
    ReadAll = 2,

    /// <summary>Create, and change what the caller owns while it is a draft; submit and cancel it.</summary>
    WriteOwn = 4,

    /// <summary>Create, and change every opportunity and its status.</summary>
    WriteAll = 8,

    /// <summary>Delete opportunities.</summary>
    Delete = 16,

    /// <summary>What is an administrator's alone: restore what was deleted, change the notes of others.</summary>
    Administer = 32,

    /// <summary>Give opportunities to another owner.</summary>
    Reassign = 64,
}

/// <summary>Who asks: the subject of the token, and what it permits.</summary>
public sealed record Caller(string Subject, Permissions Permissions)
{
    public bool ReadsAll => Permissions.HasFlag(Permissions.ReadAll);

    /// <summary>Whether the opportunity exists for the caller at all: as its own, or to read, change, delete or hand over.</summary>
    public bool Sees(Opportunity opportunity) => opportunity.Owner == Subject
        || (Permissions & (Permissions.ReadAll | Permissions.WriteAll | Permissions.Delete | Permissions.Reassign)) != 0;

    /// <summary>Whether the caller may change members and parts now: anybody's, or (without WriteAll) its own drafts'.</summary>
    public bool MayEdit(Opportunity opportunity) =>
        Permissions.HasFlag(Permissions.WriteAll)
        || (Owns(opportunity) && opportunity.Status == OpportunityStatus.Draft);

    /// <summary>Whether the caller may note something, whatever the state: about anybody's, or (without WriteAll) its own.</summary>
    public bool MayNote(Opportunity opportunity) => Permissions.HasFlag(Permissions.WriteAll) || Owns(opportunity);

    /// <summary>Whether the caller may change what somebody noted: the author, who may still note something, or an administrator.</summary>
    public bool MayChangeNote(string author, Opportunity opportunity) =>
        Permissions.HasFlag(Permissions.Administer) || (author == Subject && MayNote(opportunity));

    /// <summary>
    /// Whether the caller may move the opportunity to a state, legal or not: anywhere for <see cref="Permissions.WriteAll"/>,
    /// else an own draft to SUBMITTED and an own opportunity to CANCELLED.
    /// </summary>
    public bool MayMove(Opportunity opportunity, OpportunityStatus next) =>
        Permissions.HasFlag(Permissions.WriteAll)
        || (Owns(opportunity) && (next == OpportunityStatus.Cancelled
            || (next == OpportunityStatus.Submitted && opportunity.Status == OpportunityStatus.Draft)));

    private bool Owns(Opportunity opportunity) =>
        Permissions.HasFlag(Permissions.WriteOwn) && opportunity.Owner == Subject;
}
