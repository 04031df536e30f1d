using Microsoft.AspNetCore.Http.Metadata;

namespace Opportunities.Api.Http;

/// <summary>The largest body that an operation takes, where it is not <see cref="ServerLimits.MaxBodySize"/>; routing tells the server.</summary>
internal sealed record BodySizeLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;
