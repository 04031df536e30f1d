namespace Opportunities.Data;

/// <summary>The sizes and ranges of the contract, in one place; text lengths count Unicode code points.</summary>
public static class OpportunityLimits
{
    /// <summary>Longest title.</summary>
    public const int Title = 200;

    /// <summary>Longest description.</summary>
    public const int Description = 10_000;

    /// <summary>Longest client name.</summary>
    public const int ClientName = 200;

    /// <summary>Longest reason of a change.</summary>
    public const int Reason = 1_000;

    /// <summary>Longest subject of a token.</summary>
    public const int Subject = 255;

    /// <summary>Largest budget, in the currency's main unit.</summary>
    public const decimal Budget = 9_999_999_999_999.99m;

    /// <summary>First year that a time may lie in.</summary>
    public const int FirstYear = 1900;

    /// <summary>Last year that a time may lie in.</summary>
    public const int LastYear = 2999;

    /// <summary>Shortest description of a problem statement.</summary>
    public const int ProblemDescriptionMin = 100;

    /// <summary>Longest description of a problem statement.</summary>
    public const int ProblemDescription = 20_000;

    /// <summary>Longest name of a skill.</summary>
    public const int SkillName = 100;

    /// <summary>Longest description of a timeline requirement.</summary>
    public const int TimelineDescription = 1_000;

    /// <summary>Longest name of a file.</summary>
    public const int FileName = 255;

    /// <summary>Longest description of a file.</summary>
    public const int FileDescription = 1_000;

    /// <summary>Largest file, in bytes.</summary>
    public const long FileSize = 50L << 20;
}
