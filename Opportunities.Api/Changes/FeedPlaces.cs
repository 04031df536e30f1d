using Microsoft.Extensions.Options;
using Opportunities.Api.Http;

namespace Opportunities.Api.Changes;

/// <summary>
/// How many requests for changes may be under way in this process. They wait for most of their time: the limits on requests that are served
/// do not count them, and they hold no connection to the database meanwhile.
/// </summary>
internal sealed class FeedPlaces(IOptions<RateLimitSettings> settings) : IDisposable
{
    public Places Places { get; } = new(
        "requests for changes", settings.Value.WaitingPerCaller, settings.Value.Waiting, TimeSpan.Zero);

    public void Dispose() => Places.Dispose();
}
