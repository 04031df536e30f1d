using Opportunities.LocalHost;

namespace Opportunities.AppHost;

/// <summary>The ports that the documentation names.</summary>
internal static class UsualPort
{
    private const string Endpoint = "http";

    /// <summary>
    /// Gives a service its usual port, or a free one where another program has that. The orchestrator would share the port with
    /// the other program, one on IPv4 and one on IPv6, and requests would reach now the one, now the other.
    /// </summary>
    /// <param name="service">The service.</param>
    /// <param name="port">Its usual port, which is that of its launch profile too.</param>
    /// <param name="folder">An isolated run has random ports anyway.</param>
    public static IResourceBuilder<ProjectResource> WithUsualPort(this IResourceBuilder<ProjectResource> service, ListenPort port, RunFolder folder)
    {
        if (!folder.IsKept || !service.ApplicationBuilder.ExecutionContext.IsRunMode)
            return service;

        var name = service.Resource.Name;
        var number = port.Choose(name);
        if (number != port.Number)
            Console.WriteLine($"{name}: the usual port {port.Number} is taken by another program: {number} instead");
        return service.WithEndpoint(Endpoint, endpoint => endpoint.Port = number);
    }
}
