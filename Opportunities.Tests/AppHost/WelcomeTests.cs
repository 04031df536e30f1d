using System.Diagnostics;
using System.Text.Json.Nodes;
using Opportunities.LocalServers;

namespace Opportunities.Tests.AppHost;

/// <summary>What a developer's run tells at the terminal, from its start to Ctrl+C.</summary>
[Collection(DeveloperRun.UsualPorts)]
public sealed class WelcomeTests : IDisposable
{
    private readonly TestDirectory _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_run_ends_its_start_with_every_address_and_a_first_request_that_works()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        using var run = Process.Start(DeveloperRun.StartInfo(
            _data, Listen("ASPNETCORE_URLS"), Listen("ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"), Listen("ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"),
            "--Logging:LogLevel:Aspire.Hosting.ApplicationModel=Debug"))!;
        try
        {
            var errors = run.StandardError.ReadToEndAsync(limit.Token);
            var lines = new List<string>();
            while (await run.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                lines.Add(line);
                if (line.StartsWith("curl", StringComparison.Ordinal)) break;
            }

            if (!lines.Any(line => line.Contains("Opportunities is running", StringComparison.Ordinal)))
                Assert.Fail(string.Join('\n', [.. lines, await errors]));
            var endpoints = JsonNode.Parse(await File.ReadAllTextAsync(_data["endpoints.json"], limit.Token))!.AsObject();
            Assert.All(
                endpoints, endpoint => Assert.Contains(lines, line => line.Contains($" {endpoint.Value}", StringComparison.Ordinal)));
            Assert.All(endpoints, endpoint => Assert.NotEmpty(endpoint.Value!.GetValue<string>()));
            Assert.Equal("1", (await MachineTool.RunAsync("psql", $"{endpoints["postgres"]}", "-Atc", "SELECT 1")).Trim());
            Assert.Equal("PONG", (await MachineTool.RunAsync("redis-cli", "-u", $"{endpoints["cache"]}", "PING")).Trim());
            // `aspire run` waits for it.
            Assert.Contains(lines, line => line.Contains("Resource aspire-dashboard", StringComparison.Ordinal)
                && line.EndsWith("Running", StringComparison.Ordinal));
            Assert.DoesNotContain(endpoints, endpoint => endpoint.Key.Contains("secret", StringComparison.OrdinalIgnoreCase));
            var request = lines[lines.FindLastIndex(line => line.StartsWith("TOKEN=", StringComparison.Ordinal))..];
            Assert.NotNull(JsonNode.Parse(await MachineTool.RunAsync("bash", "-c", string.Join('\n', request)))!["items"]);

            _ = run.StandardOutput.ReadToEndAsync(limit.Token);
            Signals.Send(run.Id, ProcessSignal.Terminate);
            await run.WaitForExitAsync(limit.Token);

            Assert.Equal(0, run.ExitCode);
            Assert.False(File.Exists(_data["endpoints.json"]));
        }
        finally
        {
            if (!run.HasExited) run.Kill(entireProcessTree: true);
        }
    }

    private static string Listen(string setting) => $"--{setting}=http://localhost:{ListenPort.Free.Choose(setting)}";
}
