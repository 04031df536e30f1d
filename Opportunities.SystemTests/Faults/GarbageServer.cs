using System.Net.Sockets;
using System.Text;

namespace Opportunities.SystemTests.Faults;

/// <summary>
/// Answers on Redis' port, and never with what was asked for: noise, an answer to another question, half of one, or nothing.
/// </summary>
internal sealed class GarbageServer : IAsyncDisposable
{
    private static readonly byte[][] _answers =
    [
        [0x16, 0x03, 0x01, 0xFF, 0xFE, 0x00, 0x0D, 0x0A],
        Encoding.ASCII.GetBytes("+OK\r\n"),
        Encoding.ASCII.GetBytes(":42\r\n"),
        Encoding.ASCII.GetBytes("$1000000\r\nhalf"),
        Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\n\r\n"),
        Encoding.ASCII.GetBytes("*-1\r\n"),
        [],
    ];

    private readonly LoopbackServer _server;
    private int _connections;

    public GarbageServer(int port) => _server = new(port, AnswerAsync);

    /// <summary>How many clients it has had.</summary>
    public int Connections => _connections;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(TcpClient client, CancellationToken stop)
    {
        var answer = _answers[_connections++ % _answers.Length];
        using (client)
        {
            var buffer = new byte[64 << 10];
            try
            {
                while (await client.GetStream().ReadAsync(buffer, stop) > 0) await client.GetStream().WriteAsync(answer, stop);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
            }
        }
    }
}
