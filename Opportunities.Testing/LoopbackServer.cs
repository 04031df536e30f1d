using System.Net;
using System.Net.Sockets;

namespace Opportunities.Testing;

/// <summary>Listens on this machine and serves each connection until it is disposed of.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    /// <param name="port">Where; 0 for any.</param>
    /// <param name="serve">Serves a connection, and closes it.</param>
    public LoopbackServer(int port, Func<TcpClient, CancellationToken, Task> serve)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _serving = ServeAsync(serve);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync(Func<TcpClient, CancellationToken, Task> serve)
    {
        var connections = new List<Task>();
        try
        {
            while (true) connections.Add(serve(await _listener.AcceptTcpClientAsync(_stop.Token), _stop.Token));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }
}
