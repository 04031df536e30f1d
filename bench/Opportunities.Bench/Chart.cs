using System.Text;

namespace Opportunities.Bench;

/// <summary>Requests a second at 64 connections as bars, each workload's API beside its floors.</summary>
internal static class Chart
{
    private const int Bar = 14;
    private const int Width = 900;
    private const int Left = 300;

    private static readonly Dictionary<string, string> _colours = new()
    {
        [Measured.Cached] = "#2563eb",
        [Measured.Uncached] = "#0891b2",
        [Measured.Redis] = "#dc2626",
        [Measured.RedisJwt] = "#db2777",
        [Measured.Raw] = "#d97706",
        [Measured.Static] = "#9ca3af",
    };

    public static string Draw(Results results)
    {
        var series = results.Measurements.Where(one => one.Connections == 64).GroupBy(one => one.Series)
            .Select(group => (group.Key.Workload, group.Key.Server, group.Key.Rows,
                PerSecond: Results.Median(group.Select(one => one.PerSecond)))).ToList();
        var groups = series.GroupBy(one => (one.Workload, one.Rows)).ToList();
        var height = 40 + groups.Sum(group => (group.Count() * Bar) + 8);
        var scale = (Width - Left - 90) / series.Select(one => one.PerSecond).DefaultIfEmpty(1).Max();
        var svg = new StringBuilder();
        Line(
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{height}\" ",
            $"font-family=\"sans-serif\" font-size=\"11\">");
        Line($"<rect width=\"100%\" height=\"100%\" fill=\"white\"/>");
        Line($"<text x=\"10\" y=\"20\" font-size=\"14\">Requests a second, 64 connections</text>");
        var y = 36;
        foreach (var group in groups)
        {
            foreach (var (workload, server, rows, perSecond) in group)
            {
                Line($"<text x=\"{Left - 8}\" y=\"{y + 10}\" text-anchor=\"end\">{workload}, {rows:N0} rows, {server}</text>");
                Line(
                    $"<rect x=\"{Left}\" y=\"{y}\" width=\"{Math.Max(1, perSecond * scale):0}\" height=\"{Bar - 2}\" ",
                    $"fill=\"{_colours.GetValueOrDefault(server, "#6b7280")}\"/>");
                Line($"<text x=\"{Left + (perSecond * scale) + 4:0}\" y=\"{y + 10}\">{perSecond:N0}</text>");
                y += Bar;
            }

            y += 8;
        }

        Line($"</svg>");
        return svg.ToString();

        void Line(params FormattableString[] parts) => svg.AppendJoin("", parts.Select(FormattableString.Invariant)).Append('\n');
    }
}
