namespace Opportunities.Api.Changes;

/// <summary>
/// Which transactions had ended at a moment, as PostgreSQL tells it (<c>pg_snapshot</c>). What one has that another has not, in the order
/// of the sequences, is in order for each opportunity: who waited for a lock is in no snapshot without whom it waited for.
/// </summary>
/// <param name="Oldest">All transactions before this one had ended.</param>
/// <param name="Next">This one, and all after it, had not begun.</param>
/// <param name="Running">Those between that had not ended.</param>
internal sealed record Snapshot(ulong Oldest, ulong Next, IReadOnlyList<ulong> Running)
{
    /// <summary>More than a server has connections.</summary>
    private const int MaxRunning = 100_000;

    public static Snapshot Parse(string text)
    {
        var parts = text.Split(':');
        return new(Number(parts[0]), Number(parts[1]), [.. parts[2].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Number)]);

        static ulong Number(string digits) => ulong.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    /// <summary>The same of the transactions before one.</summary>
    public Snapshot Before(ulong next) =>
        next >= Next ? this : new(Math.Min(Oldest, next), next, [.. Running.Where(running => running < next)]);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Oldest}:{Next}:{string.Join(',', Running)}");

    /// <summary>Writes it in few bytes: a request's line is short.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write7BitEncodedInt64((long)Oldest);
        writer.Write7BitEncodedInt64((long)(Next - Oldest));
        writer.Write7BitEncodedInt(Running.Count);
        foreach (var running in Running) writer.Write7BitEncodedInt64((long)(running - Oldest));
    }

    public static Snapshot Read(BinaryReader reader)
    {
        var oldest = (ulong)reader.Read7BitEncodedInt64();
        var next = oldest + (ulong)reader.Read7BitEncodedInt64();
        var running = new ulong[Math.Clamp(reader.Read7BitEncodedInt(), 0, MaxRunning)];
        for (var n = 0; n < running.Length; n++) running[n] = oldest + (ulong)reader.Read7BitEncodedInt64();
        return new(oldest, next, running);
    }
}
