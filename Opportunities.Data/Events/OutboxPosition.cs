namespace Opportunities.Data.Events;

/// <summary>How far the outbox has been published: one row. Noting it for each event would cost as much as writing the event.</summary>
public sealed class OutboxPosition
{
    /// <summary>Always 1.</summary>
    public short Id { get; init; }

    /// <summary>The sequence up to which events were published, but for <see cref="Behind"/>.</summary>
    public long Sequence { get; init; }

    /// <summary>What was not: sequences whose transaction had not committed (or never will), and refused events.</summary>
    public long[] Behind { get; init; } = [];
}
