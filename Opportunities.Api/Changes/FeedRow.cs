namespace Opportunities.Api.Changes;

/// <summary>A row of what <see cref="FeedReader"/> reads, with the feed's state.</summary>
internal sealed class FeedRow(NpgsqlDataReader row, FeedState state)
{
    private readonly bool _isHidden = !row.IsDBNull(7) && row.GetInt32(7) == 2;
    private readonly string? _changes = row[10] as string;

    public FeedState State { get; } = state;

    /// <summary>Null: there is nothing but the state.</summary>
    public long? Sequence { get; } = row.IsDBNull(6) ? null : row.GetInt64(6);

    public bool IsForCaller { get; } = !row.IsDBNull(7);

    /// <summary>Whether it is the last that one statement looks at.</summary>
    public bool IsLimit { get; } = !row.IsDBNull(8) && row.GetBoolean(8);

    /// <summary>Null where it is not for the caller, or too much for the page.</summary>
    public string? Content { get; } = row.IsDBNull(7) ? null : row[9] as string;

    public ChangeItem? Item() => Content is null ? null : ChangeItem.From(Content, _isHidden, _changes);
}
