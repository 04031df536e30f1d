namespace Opportunities.AppHost;

/// <summary>A database on a <see cref="LocalServerResource"/>.</summary>
internal sealed class LocalDatabaseResource(string name, LocalServerResource parent)
    : Resource(name), IResourceWithParent<LocalServerResource>, IResourceWithConnectionString
{
    public LocalServerResource Parent => parent;

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{parent};Database={Name}");

    public IEnumerable<KeyValuePair<string, ReferenceExpression>> GetConnectionProperties() =>
        [new(nameof(parent.Uri), ReferenceExpression.Create($"{parent.Uri}/{Name}"))];
}
