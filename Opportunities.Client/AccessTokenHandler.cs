using System.Net;
using System.Net.Http.Headers;

namespace Opportunities.Client;

/// <summary>Sends the access token with each request; where the service refuses it, once more with a new one.</summary>
internal sealed class AccessTokenHandler(AccessTokens tokens) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var token = await tokens.GetAsync(refused: null, cancellationToken);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var response = await base.SendAsync(request, cancellationToken);
        // A stream is spent by the first attempt.
        if (response.StatusCode != HttpStatusCode.Unauthorized || request.Content is StreamContent) return response;
        var another = await tokens.GetAsync(refused: token, cancellationToken);
        if (another == token) return response;
        response.Dispose();
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", another);
        return await base.SendAsync(request, cancellationToken);
    }
}
