namespace Opportunities.Api.Writing;

/// <summary>409: an external id is that of another opportunity.</summary>
/// <param name="externalId">The external id.</param>
/// <param name="other">The other opportunity, where the caller may see it.</param>
internal sealed class ExternalIdException(ExternalId externalId, Guid? other)
    : ConflictException($"The external id {externalId} is that of {(other is null ? "another opportunity" : $"opportunity {other}")}.");
