namespace Opportunities.AppHost;

/// <summary>A PostgreSQL or Redis server that is installed on this machine, run as an executable resource.</summary>
internal sealed class LocalServerResource(string name, ServerLaunch launch)
    : ExecutableResource(name, launch.Command.Executable, launch.Command.WorkingDirectory ?? "/"), IResourceWithConnectionString
{
    public ReferenceExpression ConnectionStringExpression => ReferenceExpression.Create($"{launch.ConnectionString}");
}
