namespace Opportunities.Api.Opportunities;

/// <summary>A whole sub-collection.</summary>
/// <typeparam name="T">Its members.</typeparam>
/// <param name="Items">Oldest first.</param>
public sealed record PartList<T>(IReadOnlyList<T> Items);
