using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Opportunities.SystemTests.Api;

/// <summary>Clients that connect and ask for nothing, or never to the end.</summary>
[Trait("Category", "Faults")]
public sealed class IdleClientTests : OwnSystem
{
    private const int Idle = 10_000;

    [Fact]
    public async Task Idle_connections_and_those_that_never_finish_a_header_keep_nobody_from_being_served()
    {
        using var client = await this.ClientAsync();
        var api = client.BaseAddress!;
        var slow = new List<Socket>();
        var idle = new List<Socket>();
        try
        {
            for (var n = 0; n < Idle; n++) idle.Add(await ConnectAsync(api));
            for (var n = 0; n < 200; n++)
            {
                slow.Add(await ConnectAsync(api));
                await slow[^1].SendAsync(Encoding.ASCII.GetBytes($"GET {ApiClient.Opportunities} HTTP/1.1\r\nHost: slow\r\nX-Slow: "));
            }

            // As long as the server lets them, and other clients' requests all the while.
            var open = slow.Count;
            await Eventually.TrueAsync(async () =>
            {
                using var created = await client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, ApiClient.Valid().ToJsonString());
                Assert.Equal(HttpStatusCode.Created, created.StatusCode);
                await client.GetJsonAsync($"{ApiClient.Opportunities}?size=1");
                foreach (var socket in slow.Where(socket => socket.Connected).ToList())
                {
                    try
                    {
                        if (!socket.Poll(0, SelectMode.SelectRead)) await socket.SendAsync("x"u8.ToArray());
                        else if (await socket.ReceiveAsync(new byte[4096]) == 0) socket.Dispose();
                    }
                    catch (SocketException)
                    {
                        socket.Dispose();
                    }
                }

                return slow.TrueForAll(socket => !socket.Connected);
            }, TimeSpan.FromSeconds(60));
            Assert.Equal(200, open);
        }
        finally
        {
            foreach (var socket in slow.Concat(idle)) socket.Dispose();
        }
    }

    private static async Task<Socket> ConnectAsync(Uri api)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, api.Port);
        return socket;
    }
}
