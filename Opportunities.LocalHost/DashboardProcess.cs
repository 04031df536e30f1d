namespace Opportunities.LocalHost;

/// <summary>The Aspire dashboard on its own, for telemetry: traces, metrics and structured logs of the services.</summary>
internal static class DashboardProcess
{
    /// <summary>How to get what is missing.</summary>
    public const string Missing = "not started, as there is no Aspire CLI: `npm install --prefix tools` gets it (or see https://aspire.dev/get-started/install-cli)";

    /// <summary>The Aspire CLI: the version that this repository names, or the one on PATH; null where there is neither.</summary>
    public static string? FindCli() => Executables.Find("aspire",
        [.. Executables.Expand(RepositoryRoot.Combine("tools/node_modules/@microsoft").Replace('\\', '/') + "/aspire-cli-*/bin"), .. Executables.SearchPath]);

    /// <summary>Starts the dashboard. It asks for no token: it listens on 127.0.0.1 only, and shows a developer's data.</summary>
    public static Task<ChildProcess> StartAsync(string cli, Uri frontend, Uri telemetry)
    {
        var command = new LaunchCommand(cli,
        [
            "dashboard", "run", "--non-interactive", "--nologo", "--allow-anonymous",
            "--frontend-url", Authority(frontend),
            "--otlp-grpc-url", Authority(telemetry),
            "--otlp-http-url", "http://127.0.0.1:0",
        ])
        {
            Environment = new Dictionary<string, string?>
            {
                ["NO_COLOR"] = "1",
                // The addresses of the host's launch profile are not the dashboard's.
                ["ASPNETCORE_URLS"] = null,
            },
        };
        // What the CLI writes is for a terminal of its own.
        return ChildProcess.StartAsync("The dashboard", command, ProcessSignal.Terminate, output: null);
    }

    private static string Authority(Uri uri) => uri.GetLeftPart(UriPartial.Authority);
}
