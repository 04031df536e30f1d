namespace Opportunities.AppHost;

/// <summary>A PostgreSQL or Redis server that is installed on this machine, run as an executable resource.</summary>
/// <param name="uri">The same address, as command line tools take it.</param>
internal sealed class LocalServerResource(string name, ServerLaunch launch, string uri)
    : ExecutableResource(name, launch.Command.Executable, launch.Command.WorkingDirectory ?? "/"), IResourceWithConnectionString
{
    public string Uri => uri;

    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{launch.ConnectionString}");

    public IEnumerable<KeyValuePair<string, ReferenceExpression>> GetConnectionProperties() =>
        [new(nameof(Uri), ReferenceExpression.Create($"{uri}"))];
}
