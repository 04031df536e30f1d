namespace Opportunities.LocalServers;

/// <summary>A server that is ready to be started by somebody else, an Aspire executable resource for one.</summary>
/// <param name="Product">What it is, with its version: <c>PostgreSQL 17.2</c>.</param>
/// <param name="Command">The program to start; where this process is root, one that drops to an unprivileged user and becomes the
/// server.</param>
/// <param name="Port">Where it will listen on 127.0.0.1.</param>
/// <param name="ConnectionString">How .NET clients reach it.</param>
/// <param name="Uri">The same, as command line tools take it.</param>
public sealed record ServerLaunch(string Product, LaunchCommand Command, int Port, string ConnectionString, string Uri);
