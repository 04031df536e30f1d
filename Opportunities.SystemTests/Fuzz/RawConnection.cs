using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Opportunities.SystemTests.Fuzz;

/// <summary>One connection over which anything can be sent: no HTTP client lets through what a server must withstand.</summary>
internal sealed class RawConnection(Uri server) : IDisposable
{
    private TcpClient? _connection;
    private BufferedStream? _received;

    /// <summary>Sends a request and reads the answer.</summary>
    /// <returns>The answer; null where the server closed the connection without one.</returns>
    public async Task<HttpResponseMessage?> SendAsync(FuzzRequest request, CancellationToken limit)
    {
        if (_connection is null)
        {
            _connection = new TcpClient { NoDelay = true };
            await _connection.ConnectAsync(server.Host, server.Port, limit);
            _received = new BufferedStream(_connection.GetStream(), 16 * 1024);
        }

        try
        {
            try
            {
                await _connection.GetStream().WriteAsync(request.ToBytes(), limit);
                if (request.IsCutOff) _connection.Client.Shutdown(SocketShutdown.Send);
            }
            catch (IOException) when (request.IsMalformed)
            {
                // Refused while it was being sent: the answer may still be there to be read.
            }

            var response = await ReadAsync(request.Method, limit);
            if (request.IsMalformed || response?.Headers.ConnectionClose == true) Close();
            return response;
        }
        catch (Exception exception) when (exception is IOException or SocketException or EndOfStreamException)
        {
            Close();
            return null;
        }
        catch
        {
            Close();
            throw;
        }
    }

    public void Dispose() => Close();

    private void Close()
    {
        _connection?.Dispose();
        _connection = null;
    }

    private async Task<HttpResponseMessage?> ReadAsync(string method, CancellationToken limit)
    {
        HttpResponseMessage response;
        do
        {
            if (await ReadLineAsync(limit) is not { Length: > 0 } status) return null;
            response = new HttpResponseMessage((HttpStatusCode)int.Parse(status.Split(' ')[1], CultureInfo.InvariantCulture))
            {
                Content = new ByteArrayContent([]),
            };
            await ReadHeadersAsync(response, limit);
        }
        while ((int)response.StatusCode < 200);

        var body = method == "HEAD" || response.StatusCode is HttpStatusCode.NoContent or HttpStatusCode.NotModified ? []
            : response.Headers.TransferEncodingChunked == true ? await ReadChunksAsync(limit)
            : await ReadBytesAsync((int)(response.Content.Headers.ContentLength ?? 0), limit);
        var content = new ByteArrayContent(response.Content.Headers.ContentEncoding.SingleOrDefault() switch
        {
            "gzip" => Decompress(new GZipStream(new MemoryStream(body), CompressionMode.Decompress)),
            "br" => Decompress(new BrotliStream(new MemoryStream(body), CompressionMode.Decompress)),
            _ => body,
        });
        foreach (var header in response.Content.Headers.Where(static header => header.Key != "Content-Length"))
            content.Headers.TryAddWithoutValidation(header.Key, header.Value);
        response.Content = content;
        return response;
    }

    private static byte[] Decompress(Stream coded)
    {
        using var plain = new MemoryStream();
        using (coded) coded.CopyTo(plain);
        return plain.ToArray();
    }

    private async Task ReadHeadersAsync(HttpResponseMessage response, CancellationToken limit)
    {
        while (await ReadLineAsync(limit) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var (name, value) = (line[..colon], line[(colon + 1)..].Trim());
            if (!response.Headers.TryAddWithoutValidation(name, value)) response.Content.Headers.TryAddWithoutValidation(name, value);
        }
    }

    private async Task<byte[]> ReadChunksAsync(CancellationToken limit)
    {
        var body = new MemoryStream();
        while (true)
        {
            var length = int.Parse(
                await ReadLineAsync(limit) ?? throw new EndOfStreamException(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            await body.WriteAsync(await ReadBytesAsync(length, limit), limit);
            await ReadLineAsync(limit);
            if (length == 0) return body.ToArray();
        }
    }

    private async Task<byte[]> ReadBytesAsync(int count, CancellationToken limit)
    {
        var bytes = new byte[count];
        await _received!.ReadExactlyAsync(bytes, limit);
        return bytes;
    }

    private async Task<string?> ReadLineAsync(CancellationToken limit)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await _received!.ReadAsync(one, limit) == 1)
        {
            if (one[0] == '\n') return line.ToString().TrimEnd('\r');
            line.Append((char)one[0]);
        }

        return line.Length == 0 ? null : throw new EndOfStreamException();
    }
}
