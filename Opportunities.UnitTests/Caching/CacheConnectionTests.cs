using System.Net.Sockets;
using Opportunities.Api.Caching;
using StackExchange.Redis;

namespace Opportunities.UnitTests.Caching;

/// <summary>What the client of Redis throws when Redis is gone; a request goes on without the cache.</summary>
public sealed class CacheConnectionTests
{
    public static TheoryData<Exception> Outages => new(
        new RedisConnectionException(ConnectionFailureType.SocketFailure, "The connection is gone."),
        new RedisServerException("OOM command not allowed when used memory > 'maxmemory'."),
        new RedisTimeoutException("No answer.", CommandStatus.Sent),
        new TimeoutException(),
        // Of a connection that is reset while a command is written to it.
        new IOException("Connection reset by peer", new SocketException((int)SocketError.ConnectionReset)),
        new SocketException((int)SocketError.ConnectionReset),
        new ObjectDisposedException("socket"),
        new TaskCanceledException());

    [Theory]
    [MemberData(nameof(Outages))]
    public void A_lost_connection_is_an_outage(Exception exception) =>
        Assert.True(CacheConnection.IsOutage(exception), exception.GetType().Name);

    [Fact]
    public void A_defect_of_ours_is_none() => Assert.False(CacheConnection.IsOutage(new ArgumentOutOfRangeException()));
}
