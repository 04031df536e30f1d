using Opportunities.Api.Errors;
using Opportunities.Api.Http;

namespace Opportunities.Api.Writing;

/// <summary>A change under way: the opportunity's row is locked until the change is saved or disposed of.</summary>
internal sealed class OpportunityChange(
    OpportunityWriter writer, HttpRequest request, Caller caller, IDisposable place, Opportunity opportunity, OpportunityStatus seenStatus)
    : IAsyncDisposable
{
    private readonly int _version = opportunity.Version;
    private bool _isAllowed;

    /// <summary>The opportunity, with its collections, as the writer before left it.</summary>
    public Opportunity Opportunity => opportunity;

    /// <summary>Its status before the request waited for its turn.</summary>
    public OpportunityStatus SeenStatus => seenStatus;

    /// <summary>Refuses the change where the caller may not make it now, or the request is conditioned on another version.</summary>
    /// <exception cref="ApiException">403; 412.</exception>
    public void EnsureAllowed(bool isPermitted)
    {
        EnsureAllowed(request.Headers, opportunity, isPermitted);
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
    public async Task<T> FindAsync<T>(Guid id, CancellationToken cancellationToken)
        where T : OpportunityPart =>
        await writer.FindAsync<T>(id, cancellationToken) is { } part && part.OpportunityId == opportunity.Id
            ? part
            : throw ApiException.NotFound();

    /// <summary>Saves what was changed, if anything was.</summary>
    public Task SaveAsync()
    {
        if (!_isAllowed) throw new InvalidOperationException("Nobody has asked whether the caller may make this change.");
        return opportunity.Version == _version
            ? Task.CompletedTask
            : writer.SaveAsync(caller, place, opportunity);
    }

    public ValueTask DisposeAsync() => writer.CloseAsync(place);
}
