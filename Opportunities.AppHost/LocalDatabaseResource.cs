namespace Opportunities.AppHost;

/// <summary>A database on a <see cref="LocalServerResource"/>.</summary>
/// <param name="name">The resource's name, and the database's.</param>
/// <param name="parent">The server.</param>
internal sealed class LocalDatabaseResource(string name, LocalServerResource parent)
    : Resource(name), IResourceWithParent<LocalServerResource>, IResourceWithConnectionString
{
    /// <inheritdoc/>
    public LocalServerResource Parent => parent;

    /// <inheritdoc/>
    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{parent};Database={Name}");

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, ReferenceExpression>> GetConnectionProperties() =>
        [new(nameof(parent.Uri), ReferenceExpression.Create($"{parent.Uri}/{Name}"))];
}
