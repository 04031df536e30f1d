namespace Opportunities.AppHost;

/// <summary>The ports that the documentation names.</summary>
internal static class UsualPort
{
    public const int Api = 5180;
    public const int Identity = 5181;
    public const int Postgres = 54320;
    public const int Cache = 63790;

    private const string Endpoint = "http";

    /// <summary>
    /// Gives a service its usual port, or a free one where another program has that. The orchestrator would share the port with
    /// the other program, one on IPv4 and one on IPv6, and requests would reach now the one, now the other.
    /// </summary>
    /// <param name="port">Its usual port, which is that of its launch profile too.</param>
    /// <param name="folder">An isolated run has random ports anyway.</param>
    public static IResourceBuilder<ProjectResource> WithUsualPort(
        this IResourceBuilder<ProjectResource> service, int port, RunFolder folder)
    {
        if (!folder.IsKept || !service.ApplicationBuilder.ExecutionContext.IsRunMode)
            return service;

        var number = Choose(port, service.Resource.Name, folder).Number;
        return service.WithEndpoint(Endpoint, endpoint => endpoint.Port = number);
    }

    /// <summary>Decides on the usual port, or says which other one is taken instead.</summary>
    /// <param name="folder">An isolated run takes any free port.</param>
    public static ListenPort Choose(int usual, string user, RunFolder folder)
    {
        if (!folder.IsKept)
            return ListenPort.Free;
        var number = ListenPort.Usually(usual).Choose(user);
        if (number != usual)
            Console.WriteLine($"{user}: the usual port {usual} is taken by another program: {number} instead");
        return ListenPort.Exactly(number);
    }
}
