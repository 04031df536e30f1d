using System.Threading.Channels;

namespace Opportunities.Api;

internal static class Signal
{
    /// <summary>A channel with room for one signal: given again before it was taken, it is still one.</summary>
    public static Channel<bool> Create() =>
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
}
