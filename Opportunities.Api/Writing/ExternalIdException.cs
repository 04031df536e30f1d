using Opportunities.Api.Errors;

namespace Opportunities.Api.Writing;

/// <summary>409: an external id is that of another opportunity.</summary>
/// <param name="other">The other opportunity, where the caller may see it.</param>
internal sealed class ExternalIdException(ExternalId externalId, Guid? other)
    : ConflictException($"The external id {externalId} is that of {(other is null ? "another opportunity" : $"opportunity {other}")}.")
{
    /// <summary>The refusal to put what the caller does not see: 412 where only a new one, or one of a version, was meant.</summary>
    public static Exception OfUnseen(IHeaderDictionary headers, ExternalId externalId)
    {
        var taken = new ExternalIdException(externalId, null);
        return headers.IfMatch.Count > 0 || headers.IfNoneMatch == "*" ? ApiException.PreconditionFailed(taken.Message) : taken;
    }
}
