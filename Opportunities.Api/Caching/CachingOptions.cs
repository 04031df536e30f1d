namespace Opportunities.Api.Caching;

internal sealed class CachingOptions
{
    public const string Section = "Caching";

    /// <summary>
    /// Whether this process answers reads from the cache. Without, every read goes to the database (to find a fault, or to measure it);
    /// the cache is still told of writes, because other processes may read from it.
    /// </summary>
    public bool ReadsFromCache { get; set; } = true;
}
