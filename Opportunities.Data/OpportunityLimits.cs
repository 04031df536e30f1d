namespace Opportunities.Data;

/// <summary>The sizes and ranges of an opportunity; those of its parts are theirs. Text lengths count Unicode code points.</summary>
public static class OpportunityLimits
{
    public const int Title = 200;
    public const int Description = 10_000;
    public const int ClientName = 200;
    public const int Reason = 1_000;
    public const int Subject = 255;

    /// <summary>Largest budget, in the currency's main unit.</summary>
    public const decimal Budget = 9_999_999_999_999.99m;

    /// <summary>Longest subject that an opportunity can be handed to.</summary>
    public const int Owner = 200;

    public const int FirstYear = 1900;
    public const int LastYear = 2999;
    public const int ExternalSource = 50;
    public const int ExternalId = 100;
}
