using Amazon.CDK.AWS.Logs;

namespace Opportunities.Infrastructure;

/// <summary>How long CloudWatch can keep logs: it knows some numbers of days, not all.</summary>
internal static class Retention
{
    private static readonly Dictionary<int, RetentionDays> _known = new()
    {
        [7] = RetentionDays.ONE_WEEK,
        [14] = RetentionDays.TWO_WEEKS,
        [30] = RetentionDays.ONE_MONTH,
        [90] = RetentionDays.THREE_MONTHS,
        [180] = RetentionDays.SIX_MONTHS,
        [365] = RetentionDays.ONE_YEAR,
    };

    public static IReadOnlyCollection<int> Days => _known.Keys;

    public static bool IsKept(int days) => _known.ContainsKey(days);

    public static RetentionDays Of(int days) => _known[days];
}
