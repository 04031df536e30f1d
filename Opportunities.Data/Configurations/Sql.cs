namespace Opportunities.Data.Configurations;

internal static class Sql
{
    /// <summary>A condition that a column holds one of an enum's names.</summary>
    public static string OneOf<T>(string column)
        where T : struct, Enum => $"{column} IN ({string.Join(", ", WireName<T>.All.Select(name => $"'{name}'"))})";
}
