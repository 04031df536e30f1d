namespace Opportunities.Api.Caching;

/// <summary>What a write takes out of use at once: all lists, or one opportunity. Parsed values make it, never text.</summary>
internal readonly record struct CacheScope
{
    private readonly string _name;

    private CacheScope(string name) => _name = name;

    public static CacheScope Lists { get; } = new("list");

    public static CacheScope Item(Guid id) => new($"item:{id}");

    public override string ToString() => _name;
}
