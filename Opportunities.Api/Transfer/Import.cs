using Opportunities.Api.Opportunities;
using Opportunities.Api.Writing;

namespace Opportunities.Api.Transfer;

/// <summary>The rows of a file on their way to be opportunities, and all that is wrong with them.</summary>
internal sealed class Import
{
    private readonly ImportFormat _format;
    private readonly Caller _caller;
    private readonly List<ImportRow> _rows;

    public Import(ReadOnlyMemory<byte> file, ImportFormat format, Caller caller)
    {
        (_format, _caller) = (format, caller);
        _rows = ImportFile.Read(file, format, Errors);
        ExternalIds = [.. _rows.Select(row => row.Content.ExternalId).OfType<ExternalId>()];
    }

    public ImportErrors Errors { get; } = new();

    public int Count => _rows.Count;

    public IReadOnlyCollection<ExternalId> ExternalIds { get; }

    /// <summary>Creates and changes what the rows say, without saving it.</summary>
    public void Apply(OpportunityChanges changes, string? reason)
    {
        var now = changes.Now(reason);
        foreach (var row in _rows)
        {
            var known = row.Content.ExternalId is { } externalId ? changes.Find(externalId) : null;
            if (known is null) changes.Create(Opportunity.Create(row.Content, now));
            else if (_format.IsUpsert && _caller.Sees(known)) Update(known, row, now);
            else Refuse(row, OpportunityMembers.ExternalId.Name, "is that of another opportunity.");
        }
    }

    private void Update(Opportunity opportunity, ImportRow row, ChangeContext now)
    {
        // An exported file has what may not be changed any more, too: as it is, it is left alone.
        if (opportunity.Has(row.Content)) return;
        try
        {
            if (_caller.MayEdit(opportunity)) opportunity.Update(row.Content, now);
            else Errors.Add(row.Line, "is an opportunity that you may not change now.");
        }
        catch (InvalidValueException exception)
        {
            Refuse(row, exception.Member, exception.Message);
        }
        catch (ConflictException exception)
        {
            Errors.Add(row.Line, exception.Message);
        }
    }

    private void Refuse(ImportRow row, string member, string message) =>
        Errors.Add(row.Line, member, _format.Names.GetValueOrDefault(member, member), row.Content.ExternalId?.ToString() ?? "", message);
}
