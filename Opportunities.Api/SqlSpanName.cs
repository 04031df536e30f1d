namespace Opportunities.Api;

/// <summary>
/// What a statement is called in a trace: as the comment that it begins with says (<c>TagWith</c> of EF Core writes one), otherwise by what
/// it does, and to which table. Never its values.
/// </summary>
internal static partial class SqlSpanName
{
    public static string From(string sql)
    {
        if (Comment().Match(sql) is { Success: true } comment) return comment.Groups[1].Value;
        var operation = Operation().Match(sql);
        if (!operation.Success) return "postgresql";
        var table = Table().Match(sql);
        return table.Success ? $"{operation.Value.ToUpperInvariant()} {table.Groups[1].Value}" : operation.Value.ToUpperInvariant();
    }

    [GeneratedRegex(@"^\s*-- (\S[^\r\n]{0,99})")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\b(?:SELECT|INSERT|UPDATE|DELETE|COPY|NOTIFY|LOCK)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Operation();

    [GeneratedRegex(@"\b(?:FROM|INTO|UPDATE|COPY)\s+""?([a-z_]\w*)", RegexOptions.IgnoreCase)]
    private static partial Regex Table();
}
