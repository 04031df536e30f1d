using Opportunities.LocalHost;

namespace Opportunities.AppHost;

/// <summary>A PostgreSQL or Redis server that is installed on this machine, run as an executable resource.</summary>
/// <param name="name">The resource's name.</param>
/// <param name="launch">How the server is started and reached.</param>
internal sealed class LocalServerResource(string name, ServerLaunch launch)
    : ExecutableResource(name, launch.Command.Executable, launch.Command.WorkingDirectory ?? "/"), IResourceWithConnectionString
{
    /// <inheritdoc/>
    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{launch.ConnectionString}");
}
