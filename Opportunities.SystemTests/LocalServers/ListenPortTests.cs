using System.Net;
using System.Net.Sockets;
using Opportunities.LocalServers;

namespace Opportunities.SystemTests.LocalServers;

public sealed class ListenPortTests
{
    [Fact]
    public void A_usual_port_is_used_where_it_is_free()
    {
        var number = ListenPort.Free.Choose("a test");

        Assert.Equal(number, ListenPort.Usually(number).Choose("a test"));
        Assert.Equal(number, ListenPort.Exactly(number).Choose("a test"));
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void A_port_on_which_somebody_listens_at_any_local_address_is_taken(string address)
    {
        using var listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start();
        var number = ((IPEndPoint)listener.LocalEndpoint).Port;

        Assert.NotEqual(number, ListenPort.Usually(number).Choose("a test"));
        var refusal = Assert.Throws<LocalServerException>(() => ListenPort.Exactly(number).Choose("a test"));
        Assert.StartsWith($"Port {number}, which a test shall listen on, is taken by another program", refusal.Message);
    }

    [Fact]
    public void A_free_port_is_given_once()
    {
        // So many of 12,000 that some would be the same.
        var numbers = Enumerable.Range(0, 500).Select(_ => ListenPort.Free.Choose("a test")).ToList();

        Assert.Equal(numbers.Count, numbers.Distinct().Count());
    }
}
