namespace Opportunities.AppHost;

/// <summary>
/// The ports of a developer's run. They lie below the range of outgoing connections, and outside that of
/// <see cref="ListenPort.Free"/>.
/// </summary>
internal static class UsualPort
{
    public const int Api = 5180;
    public const int Identity = 5181;
    public const int Postgres = 15432;
    public const int Cache = 16379;

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
        var name = service.Resource.Name;
        if (!folder.IsKept || !service.ApplicationBuilder.ExecutionContext.IsRunMode) return service;

        var number = Wanted(port, folder).Choose(name);
        TellIfOther(number, port, name, folder);
        return service.WithEndpoint(Endpoint, endpoint => endpoint.Port = number);
    }

    /// <summary>The usual port where it is free; an isolated run takes any.</summary>
    public static ListenPort Wanted(int usual, RunFolder folder) => folder.IsKept ? ListenPort.Usually(usual) : ListenPort.Free;

    /// <summary>Says that a developer's run could not have the usual port.</summary>
    public static void TellIfOther(int number, int usual, string user, RunFolder folder)
    {
        if (folder.IsKept && number != usual)
            Console.WriteLine($"{user}: the usual port {usual} is taken by another program: {number} instead");
    }
}
