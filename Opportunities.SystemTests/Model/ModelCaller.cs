using Opportunities.Client;

namespace Opportunities.SystemTests.Model;

/// <summary>A client of the development issuer, and what the contract's permission table lets it do.</summary>
internal sealed record ModelCaller(
    string Id, bool ReadsAll = false, bool WritesAll = false, bool Deletes = false, bool IsRepresentative = false,
    bool IsAdministrator = false)
{
    public static readonly ModelCaller[] All =
    [
        new("dev-all", ReadsAll: true, WritesAll: true, Deletes: true, IsAdministrator: true),
        new("dev-admin", ReadsAll: true, WritesAll: true, Deletes: true, IsAdministrator: true),
        new("dev-manager", ReadsAll: true, WritesAll: true, Deletes: true),
        new("dev-service", ReadsAll: true, WritesAll: true),
        new("dev-reader", ReadsAll: true),
        new("dev-none"),
        new("dev-rep-1", IsRepresentative: true),
        new("dev-rep-2", IsRepresentative: true),
    ];

    public bool Reads => ReadsAll || IsRepresentative;

    public bool Writes => WritesAll || IsRepresentative;

    public bool Reassigns => Deletes;

    public bool Sees(ModelOpportunity opportunity) => !opportunity.IsDeleted && (ReadsAll || opportunity.Owner == Id);

    public bool MayEdit(ModelOpportunity opportunity) => WritesAll || opportunity.Status == OpportunityStatus.Draft;

    public bool MayMove(ModelOpportunity opportunity, OpportunityStatus next) =>
        WritesAll || next == OpportunityStatus.Cancelled
            || (next == OpportunityStatus.Submitted && opportunity.Status == OpportunityStatus.Draft);
}
