namespace Opportunities.LocalServers;

/// <summary>A server that is ready to be started by somebody else, an Aspire executable resource for one.</summary>
/// <param name="Command">The program; where this process is root, one that drops to an unprivileged user and becomes the server.</param>
/// <param name="Port">Where it will listen on 127.0.0.1.</param>
/// <param name="ConnectionString">How .NET clients reach it.</param>
public sealed record ServerLaunch(LaunchCommand Command, int Port, string ConnectionString);
