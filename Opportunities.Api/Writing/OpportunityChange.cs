using Opportunities.Api.Errors;
using Opportunities.Api.Http;

namespace Opportunities.Api.Writing;

/// <summary>A change under way: the opportunity's row is locked until the change is saved or disposed of.</summary>
internal sealed class OpportunityChange(
    OpportunityWriter writer, HttpContext context, Caller caller, Opportunity opportunity, OpportunityStatus seenStatus)
    : IAsyncDisposable
{
    private readonly int _version = opportunity.Version;
    private bool _isAllowed;

    public Caller Caller => caller;

    /// <summary>The opportunity, with its collections, as the writer before left it.</summary>
    public Opportunity Opportunity => opportunity;

    /// <summary>Its status before the request waited for its turn.</summary>
    public OpportunityStatus SeenStatus => seenStatus;

    public ChangeContext Now(string? reason = null) => writer.Now(caller, reason);

    /// <summary>Refuses the change where the caller may not make it now, or the request is conditioned on another version.</summary>
    /// <exception cref="ApiException">403; 412.</exception>
    public void EnsureAllowed(bool isPermitted)
    {
        EnsureAllowed(context.Request.Headers, opportunity, isPermitted);
        _isAllowed = true;
    }

    /// <inheritdoc cref="EnsureAllowed(bool)"/>
    public static void EnsureAllowed(IHeaderDictionary headers, Opportunity opportunity, bool isPermitted)
    {
        if (!isPermitted) throw ApiException.Forbidden("You may not make this change to this opportunity now.");
        ETags.EnsureMatch(headers, opportunity.Version);
    }

    /// <summary>One of the opportunity's parts.</summary>
    /// <exception cref="ApiException">404: it has none of that id.</exception>
    public async Task<T> FindAsync<T>(Guid id)
        where T : OpportunityPart =>
        await writer.FindAsync<T>(id, context.RequestAborted) is { } part && part.OpportunityId == opportunity.Id
            ? part
            : throw ApiException.NotFound();

    /// <summary>Saves what was changed, if anything was, and answers with the version.</summary>
    public async Task<Opportunity> SaveAsync()
    {
        if (!_isAllowed) throw new InvalidOperationException("Nobody has asked whether the caller may make this change.");
        if (opportunity.Version != _version) await writer.SaveAsync(caller, opportunity);
        // What was deleted has no version that one could ask for.
        if (opportunity.DeletedAt is null) context.Response.Headers.ETag = ETags.Format(opportunity.Version);
        return opportunity;
    }

    public ValueTask DisposeAsync() => writer.CloseAsync();
}
