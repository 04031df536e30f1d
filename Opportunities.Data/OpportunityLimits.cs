namespace Opportunities.Data;

/// <summary>The sizes and ranges of an opportunity; those of its parts are theirs. Text lengths count Unicode code points.</summary>
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

    /// <summary>Longest subject that an opportunity can be handed to.</summary>
    public const int Owner = 200;

    /// <summary>First year that a time may lie in.</summary>
    public const int FirstYear = 1900;

    /// <summary>Last year that a time may lie in.</summary>
    public const int LastYear = 2999;

    /// <summary>Of the name of another system.</summary>
    public const int ExternalSource = 50;

    /// <summary>Of an id in another system.</summary>
    public const int ExternalId = 100;
}
