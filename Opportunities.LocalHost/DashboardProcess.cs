namespace Opportunities.LocalHost;

/// <summary>The Aspire dashboard on its own, for telemetry: traces, metrics and structured logs of the services.</summary>
internal static class DashboardProcess
{
    /// <summary>How to get what is missing.</summary>
    public const string Missing =
        "not started, as there is no Aspire CLI: `npm install --prefix tools` gets it (or see https://aspire.dev/get-started/install-cli)";

    /// <summary>The settings of the host's launch profile, which the dashboard would take for its own.</summary>
    private static readonly Dictionary<string, string?> _hostVariables = Environment.GetEnvironmentVariables().Keys.Cast<string>()
        .Where(name => name.StartsWith("ASPIRE_", StringComparison.Ordinal) || name.StartsWith("ASPNETCORE_", StringComparison.Ordinal))
        .ToDictionary(name => name, _ => (string?)null);

    /// <summary>The Aspire CLI: the version that this repository names, or the one on PATH; null where there is neither.</summary>
    public static string? FindCli()
    {
        var packages = RepositoryRoot.Combine("tools/node_modules/@microsoft").Replace('\\', '/');
        return Executables.Find("aspire", [.. Executables.Expand($"{packages}/aspire-cli-*/bin"), .. Executables.SearchPath]);
    }

    /// <summary>Starts the dashboard. It asks for no token: it listens on 127.0.0.1 only, and shows a developer's data.</summary>
    public static Task<ChildProcess> StartAsync(string cli, Uri frontend, Uri telemetry)
    {
        var command = new LaunchCommand(cli,
        [
            "dashboard", "run", "--non-interactive", "--nologo", "--allow-anonymous",
            "--frontend-url", frontend.Text(),
            "--otlp-grpc-url", telemetry.Text(),
            "--otlp-http-url", "http://127.0.0.1:0",
        ])
        {
            Environment = new Dictionary<string, string?>(_hostVariables) { ["NO_COLOR"] = "1" },
        };
        // What the CLI writes is for a terminal of its own.
        return ChildProcess.StartAsync("The dashboard", command, ProcessSignal.Terminate, output: null);
    }

    /// <summary>Waits until the dashboard shows its pages.</summary>
    /// <exception cref="LocalHostException">It does not; the message says why.</exception>
    public static async Task WaitAsync(ChildProcess dashboard, Uri frontend, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (await dashboard.WaitUntilReadyAsync(() => HttpProbe.AnswersAsync(frontend, cancellationToken), limit, cancellationToken))
            return;
        var lastLines = string.Join(' ', dashboard.LastLines.TakeLast(2));
        throw new LocalHostException($"It ended with exit code {dashboard.ExitCode}: {lastLines}");
    }
}
