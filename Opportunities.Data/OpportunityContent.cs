using System.Globalization;

namespace Opportunities.Data;

/// <summary>What a person writes about an opportunity. <see cref="Members"/> names each member, for this project alone.</summary>
public sealed record OpportunityContent
{
    public required string Title { get; init; }
    public required string Description { get; init; }
    public required string ClientName { get; init; }

    /// <summary>Above 0, up to <see cref="OpportunityLimits.Budget"/>, at most two decimals.</summary>
    public required decimal EstimatedBudget { get; init; }

    public required DateTime EstimatedStartDate { get; init; }
    public required DateTime EstimatedEndDate { get; init; }
    public required Priority Priority { get; init; }

    /// <summary>What another system calls it; null where none does.</summary>
    public ExternalId? ExternalId { get; init; }

    /// <summary>Each member with its name outside and its value as text: what the history compares, and a file shows.</summary>
    public static IReadOnlyList<ContentMember> Members { get; } =
    [
        new("title", content => content.Title),
        new("description", content => content.Description),
        new("client_name", content => content.ClientName),
        new("estimated_budget", content => Text(content.EstimatedBudget)),
        new("estimated_start_date", content => Text(content.EstimatedStartDate)),
        new("estimated_end_date", content => Text(content.EstimatedEndDate)),
        new("priority", content => WireName<Priority>.Format(content.Priority)),
        new("external_id", content => content.ExternalId?.ToString()) { IsOneCell = false },
    ];

    /// <summary>What is wrong with the end; null where it comes after the start.</summary>
    public string? EndError => EstimatedEndDate > EstimatedStartDate ? null : "must be after estimated_start_date.";

    /// <summary>As PostgreSQL's numeric(18,2) answers, so does a value that was just written, however many decimals it came with.</summary>
    internal static decimal TwoDecimals(decimal value) => decimal.Round(value, 2) + 0.00m;

    /// <summary>A time, UTC, as in JSON: fraction digits only where there are any.</summary>
    public static string Text(DateTime value) => value.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFZ", CultureInfo.InvariantCulture);

    private static string Text(decimal value) => TwoDecimals(value).ToString(CultureInfo.InvariantCulture);
}

/// <summary>A member that people write.</summary>
public sealed record ContentMember(string Name, Func<OpportunityContent, string?> Text)
{
    /// <summary>Whether it is one cell of a file, under its name.</summary>
    public bool IsOneCell { get; init; } = true;
}
