using Opportunities.Api.Input;

namespace Opportunities.Api.Opportunities;

/// <summary>The parameters of every paged read.</summary>
internal static class Paging
{
    public const int DefaultSize = 20;
    public const int MaxSize = 100;

    /// <summary>How many items a page may skip: the database reads them all to get there.</summary>
    public const int MaxOffset = 100_000;

    public static readonly IntegerMember Page = new("page", 0, MaxOffset);

    public static readonly IntegerMember Size = new("size", 1, MaxSize);

    /// <summary>Reads both; what is wrong is noted in the input.</summary>
    /// <param name="instead">How to get further than <see cref="MaxOffset"/>.</param>
    public static (int Page, int Size) Read(QueryInput input, string instead)
    {
        var page = (int)input.Optional(Page, 0, "The page, from 0.");
        var size = (int)input.Optional(Size, DefaultSize, "Items a page; 20 by default.");
        if ((long)page * size > MaxOffset) input.Refuse(Page, $"must not skip more than {MaxOffset} items (page times size): {instead}");
        return (page, size);
    }

    public static long Pages(long total, int size) => (total + size - 1) / size;
}
