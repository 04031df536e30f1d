namespace Opportunities.Data;

/// <summary>How urgent an opportunity is. The numbers are the rank by which lists are sorted, and what the database stores.</summary>
public enum Priority
{
    /// <summary>Can wait.</summary>
    Low = 1,

    /// <summary>The default.</summary>
    Medium = 2,

    /// <summary>Before others.</summary>
    High = 3,

    /// <summary>Before everything else.</summary>
    Critical = 4,
}
