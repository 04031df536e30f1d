using Opportunities.LocalServers;
using StackExchange.Redis;

namespace Opportunities.SystemTests.LocalServers;

public sealed class RedisServerTests
{
    [Fact]
    public async Task It_answers_with_the_password_and_not_without()
    {
        await using var server = await RedisServer.StartAsync(new());
        await using var connection = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);

        Assert.True(await connection.GetDatabase().StringSetAsync("key", "value"));
        await Assert.ThrowsAsync<RedisConnectionException>(() => ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{server.Port}"));
    }

    [Fact]
    public async Task A_paused_server_answers_nothing_until_it_is_resumed()
    {
        await using var server = await RedisServer.StartAsync(new());
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"{server.ConnectionString},asyncTimeout=500");
        var database = connection.GetDatabase();

        server.Pause();
        await Assert.ThrowsAsync<RedisTimeoutException>(() => database.StringSetAsync("key", "value"));
        server.Resume();

        await Eventually.TrueAsync(async () =>
        {
            try
            {
                return await database.StringSetAsync("key", "value");
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task A_paused_server_can_be_stopped()
    {
        await using var server = await RedisServer.StartAsync(new());
        server.Pause();

        await server.StopAsync();

        Assert.True(server.Exited.IsCompleted);
    }

    [Fact]
    public async Task A_restarted_server_listens_on_the_same_port_and_is_empty()
    {
        await using var server = await RedisServer.StartAsync(new());
        var port = server.Port;
        await using (var connection = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString))
            await connection.GetDatabase().StringSetAsync("key", "value");

        await server.KillAsync();
        await server.RestartAsync();

        Assert.Equal(port, server.Port);
        await using var again = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString);
        Assert.False(await again.GetDatabase().KeyExistsAsync("key"));
    }

    [Fact]
    public async Task The_usual_port_taken_means_another_one_and_a_required_one_a_sentence()
    {
        await using var first = await RedisServer.StartAsync(new());

        await using var second = await RedisServer.StartAsync(new() { Port = ListenPort.Usually(first.Port) });
        Assert.NotEqual(first.Port, second.Port);

        var refusal = await Assert.ThrowsAsync<LocalServerException>(
            () => RedisServer.StartAsync(new() { Port = ListenPort.Exactly(first.Port) }));
        Assert.StartsWith($"Port {first.Port}, which Redis shall listen on, is taken", refusal.Message);
    }

    [Fact]
    public async Task A_missing_installation_is_said_with_what_to_install()
    {
        var refusal = await Assert.ThrowsAsync<LocalServerException>(
            () => RedisServer.StartAsync(new() { BinaryDirectories = ["/nowhere"] }));

        Assert.StartsWith("Redis is not installed", refusal.Message);
        Assert.Contains("apt-get install redis-server", refusal.Message);
    }
}
