using System.Text.RegularExpressions;

namespace Opportunities.LocalServers;

/// <summary>Reads what PostgreSQL's programs write.</summary>
internal static partial class PostgresLog
{
    /// <summary>What is wrong: the last line that says so, without its prefix.</summary>
    public static string Complaint(IEnumerable<string> lines)
    {
        var written = lines.Where(line => !string.IsNullOrWhiteSpace(line)).ToArray();
        var grave = written.Select(line => Grave().Match(line)).LastOrDefault(match => match.Success);
        return (grave?.Groups["message"].Value ?? written.LastOrDefault() ?? "it says nothing").Trim();
    }

    [GeneratedRegex("(PANIC|FATAL|ERROR|error): +(?<message>.*)")]
    private static partial Regex Grave();
}
