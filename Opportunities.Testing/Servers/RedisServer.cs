using System.Net;
using System.Net.Sockets;
using System.Text;
using Opportunities.LocalServers;

namespace Opportunities.Testing;

/// <summary>
/// A Redis (or Valkey) server on 127.0.0.1, run by this process from the program installed on the machine; never as root.
/// It is a cache: it keeps nothing on disk, and begins empty.
/// </summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly RedisServerOptions _options;
    private ChildProcess? _process;

    private RedisServer(RedisServerOptions options) =>
        (_options, Port) = (options, options.Port.Choose("Redis"));

    /// <summary>Where it listens.</summary>
    public int Port { get; private set; }

    /// <summary>The connection string for StackExchange.Redis.</summary>
    public string ConnectionString => RedisSetup.ConnectionString(Port);

    /// <summary>The process id.</summary>
    public int ProcessId => Process.ProcessId;

    /// <summary>Completes with the exit code when the server that runs now ends.</summary>
    public Task<int> Exited => Process.Exited;

    private ChildProcess Process => _process ?? throw new InvalidOperationException("The server has not been started.");

    /// <summary>Starts the server; returns when it answers.</summary>
    /// <param name="options">How.</param>
    /// <param name="cancellationToken">Gives up waiting, and stops what was started.</param>
    /// <exception cref="LocalServerException">This machine does not allow it; the message says why.</exception>
    public static async Task<RedisServer> StartAsync(RedisServerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var server = new RedisServer(options);
        await server.StartProcessAsync(cancellationToken);
        return server;
    }

    /// <summary>Stops the server.</summary>
    public Task StopAsync() => _process?.StopAsync() ?? Task.CompletedTask;

    /// <summary>Kills the server at once, as a crash would.</summary>
    public Task KillAsync() => _process?.KillAsync() ?? Task.CompletedTask;

    /// <summary>Stops the server if it runs, and starts it again, empty, on the same port.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync();
        await StartProcessAsync(cancellationToken, mayMove: false);
    }

    /// <summary>Makes the server stand still: connections stay open and nothing is answered, until <see cref="Resume"/>.</summary>
    public void Pause() => Process.Pause();

    /// <summary>Lets a paused server go on.</summary>
    public void Resume() => Process.Resume();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
    }

    private async Task StartProcessAsync(CancellationToken cancellationToken, bool mayMove = true)
    {
        while (true)
        {
            // Nothing on disk to finish, and a paused one would not notice a gentler signal.
            var process = await ChildProcess.StartAsync(
                "Redis", RedisSetup.Command(_options, Port), ProcessSignal.Kill, _options.Output, UnprivilegedUser.Needed);
            if (await process.WaitUntilReadyAsync(() => AnswersAsync(cancellationToken), _options.StartLimit, cancellationToken))
            {
                _process = process;
                return;
            }
            var lines = process.LastLines;
            if (!lines.Any(line => line.Contains("Address already in use")))
            {
                var complaint = lines.LastOrDefault(line => !string.IsNullOrWhiteSpace(line)) ?? "it says nothing.";
                throw new LocalServerException($"Redis cannot start: {complaint}");
            }
            if (_options.Port.IsRequired || !mayMove) throw ListenPort.Taken(Port, "Redis");
            Port = _options.Port.Choose("Redis");
        }
    }

    /// <summary>Whether a server with our password answers: another one on that port is not ours.</summary>
    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(1));
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port, limit.Token);
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"AUTH {RedisSetup.DevelopmentPassword}\r\nPING\r\n"), limit.Token);
            using var reader = new StreamReader(stream, Encoding.ASCII);
            return await reader.ReadLineAsync(limit.Token) == "+OK" && await reader.ReadLineAsync(limit.Token) == "+PONG";
        }
        catch (Exception exception) when (exception is SocketException or IOException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
