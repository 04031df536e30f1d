using System.Net.Sockets;

namespace Opportunities.Tests.Api;

/// <summary>Stands between a client and a server that answers what it is asked, and counts how often the client had to wait.</summary>
internal sealed class RoundTripCounter : IAsyncDisposable
{
    private readonly LoopbackServer _listener;
    private readonly (string Host, int Port) _server;
    private int _count;

    public RoundTripCounter(string host, int port)
    {
        _server = (host, port);
        _listener = new(0, RelayAsync);
    }

    public int Port => _listener.Port;

    /// <summary>Round trips of all connections so far.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>What comes after so many waits.</summary>
    public int Most { get; set; } = int.MaxValue;

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task RelayAsync(TcpClient client, CancellationToken stop)
    {
        using var server = new TcpClient { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            // What is asked after an answer begins a round trip; what is asked in more than one packet belongs to the same.
            var hasAnswered = true;
            try
            {
                await server.ConnectAsync(_server.Host, _server.Port, stop);
                await Task.WhenAny(
                    CopyAsync(client.GetStream(), server.GetStream(), async () =>
                    {
                        if (Interlocked.Exchange(ref hasAnswered, false)) Interlocked.Increment(ref _count);
                        while (Count > Most) await Task.Delay(20, stop);
                    }, stop),
                    CopyAsync(server.GetStream(), client.GetStream(), () =>
                    {
                        Volatile.Write(ref hasAnswered, true);
                        return Task.CompletedTask;
                    }, stop));
            }
            catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
            {
                // One of the ends is gone.
            }
        }
    }

    private static async Task CopyAsync(NetworkStream from, NetworkStream to, Func<Task> seen, CancellationToken stop)
    {
        var buffer = new byte[64 << 10];
        try
        {
            int count;
            while ((count = await from.ReadAsync(buffer, stop)) > 0)
            {
                await seen();
                await to.WriteAsync(buffer.AsMemory(0, count), stop);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // One of the ends is gone.
        }
    }
}
