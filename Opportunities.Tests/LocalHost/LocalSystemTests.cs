using System.Collections.Concurrent;
using System.Net;
using Opportunities.LocalHost;
using Opportunities.Tests.Servers;

namespace Opportunities.Tests.LocalHost;

public sealed class LocalSystemTests : IDisposable
{
    private static readonly HttpClient _http = new();

    private readonly TestDirectory _directory = new();
    private readonly ConcurrentQueue<string> _progress = new();

    private string EndpointsPath => _directory["system/endpoints.json"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task It_runs_tells_where_stops_and_finds_its_data_again()
    {
        await using (var first = await LocalSystem.StartAsync(Options()))
        {
            Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync($"{first.Endpoints.Api}/health")).StatusCode);
            Assert.Equal(first.Endpoints, EndpointsFile.Read(EndpointsPath));
            await ShellAsync($"psql {first.Endpoints.Postgres} -c 'create table kept()'", mayBeMissing: true);

            // What is printed to be copied has to work as it stands.
            var text = Welcome.Text(first.Endpoints);
            Assert.Contains("\"items\"", await ShellAsync(text[text.IndexOf("TOKEN=", StringComparison.Ordinal)..]));

            var another = await Assert.ThrowsAsync<LocalHostException>(() => LocalSystem.StartAsync(Options()));
            Assert.StartsWith($"The system runs from {_directory["system"]} already", another.Message);
            Assert.Equal(first.Endpoints, EndpointsFile.Read(EndpointsPath));
        }

        Assert.Null(EndpointsFile.Read(EndpointsPath));
        Assert.Equal(["api > stopped", "identity > stopped", "cache > stopped", "postgres > stopped"], _progress.TakeLast(4));

        await using var second = await LocalSystem.StartAsync(Options());
        await ShellAsync($"psql {second.Endpoints.Postgres} -c 'table kept'", mayBeMissing: true);
    }

    [Fact]
    public async Task Failed_migrations_are_told_with_their_last_lines_and_nothing_keeps_running()
    {
        var options = Options(new() { ["migrations"] = new Dictionary<string, string?> { ["ConnectionStrings__opportunitiesdb"] = "" } });

        var refusal = await Assert.ThrowsAsync<LocalHostException>(() => LocalSystem.StartAsync(options));

        Assert.StartsWith("The migrations failed with exit code ", refusal.Message);
        Assert.Contains("Its last lines:", refusal.Message);
        Assert.Null(EndpointsFile.Read(EndpointsPath));
        Assert.Contains("postgres > stopped", _progress);
        using var released = DataDirectoryLock.Acquire(_directory["system"]);
    }

    [Fact]
    public async Task It_can_be_called_off_while_it_starts()
    {
        using var stop = new CancellationTokenSource();
        var start = LocalSystem.StartAsync(Options(onProgress: _ => stop.Cancel()), stop.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);

        Assert.Null(EndpointsFile.Read(EndpointsPath));
        using var released = DataDirectoryLock.Acquire(_directory["system"]);
    }

    [Fact]
    public async Task It_tells_which_part_has_ended()
    {
        await using var system = await LocalSystem.StartAsync(Options());

        await system.Identity.KillAsync();

        Assert.Equal(128 + 9, await system.Exits["identity"]);
        Assert.False(system.Exits["api"].IsCompleted);
    }

    [Fact]
    public async Task A_second_API_process_shares_database_cache_and_issuer()
    {
        await using var system = await LocalSystem.StartAsync(Options());

        await using var another = await system.StartAnotherApiAsync();

        Assert.NotEqual(system.Api.BaseAddress, another.BaseAddress);
        Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync(new Uri(another.BaseAddress, "/health"))).StatusCode);
    }

    private LocalSystemOptions Options(
        Dictionary<string, IReadOnlyDictionary<string, string?>>? environment = null, Action<string>? onProgress = null) => new()
        {
            DataDirectory = _directory["system"],
            EndpointsFile = EndpointsPath,
            IsDurable = false,
            Environment = environment ?? [],
            Progress = (resource, sentence) =>
            {
                _progress.Enqueue($"{resource} > {sentence.Split(" (")[0]}");
                onProgress?.Invoke(sentence);
            },
        };

    private static async Task<string> ShellAsync(string script, bool mayBeMissing = false)
    {
        var (exitCode, output) = await CommandRunner.RunAsync(new LaunchCommand("/bin/bash", "-c", script), CancellationToken.None);
        Assert.True(exitCode == 0 || (mayBeMissing && exitCode == 127), output);
        return output;
    }
}
