namespace Opportunities.SystemTests.Changes;

/// <summary>A copy of the opportunities that a caller may see, made of nothing but what the feed tells.</summary>
/// <param name="seesAll">Whether the caller may see all.</param>
internal sealed class FeedCopy(bool seesAll)
{
    private readonly Dictionary<string, int> _versions = [];

    /// <summary>Version and state of each.</summary>
    public Dictionary<string, string> Rows { get; } = [];

    /// <summary>Changes that were told for the first time.</summary>
    public int Changes { get; private set; }

    /// <summary>Changes that were told again.</summary>
    public int Repeated { get; private set; }

    /// <summary>Versions that were passed over, or came after a later one.</summary>
    public int OutOfOrder { get; private set; }

    /// <summary>Takes what is told.</summary>
    public void Take(string id, int version, string type, string? status)
    {
        var kept = _versions.GetValueOrDefault(id);
        if (version <= kept)
        {
            Repeated++;
            return;
        }

        Changes++;
        // What comes into sight comes with its version of then.
        if (version != kept + 1 && (seesAll || Rows.ContainsKey(id))) OutOfOrder++;
        _versions[id] = version;
        if (type is "deleted" or "hidden") Rows.Remove(id);
        else Rows[id] = $"{version} {status}";
    }
}
