using Opportunities.Testing;

namespace Opportunities.Bench;

/// <summary>
/// A server that requests are sent to: the API in one of its settings, a floor, or another server given by <c>--target</c>.
/// </summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="Url">Where it is.</param>
/// <param name="Process">Its process, where it is one of ours.</param>
internal sealed record Measured(string Name, Uri Url, ServiceProcess? Process)
{
    public const string Cached = "api";
    public const string Uncached = "api, cache off";
    public const string Static = "static";
    public const string Redis = "redis";
    public const string RedisJwt = "redis-jwt";
    public const string Raw = "raw";
}
