using Opportunities.Api.Input;

namespace Opportunities.Api.Opportunities;

/// <summary>The parameters of every paged read.</summary>
internal static class Paging
{
    public const int DefaultSize = 20;
    public const int MaxSize = 100;

    /// <summary>The page, from 0; bounded so that page times size stays a 32-bit number.</summary>
    public static readonly IntegerMember Page = new("page", 0, 10_000_000);

    public static readonly IntegerMember Size = new("size", 1, MaxSize);

    public static long Pages(long total, int size) => (total + size - 1) / size;
}
