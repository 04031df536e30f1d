using System.Net;
using System.Net.Sockets;
using Opportunities.LocalServers;

namespace Opportunities.Tests.AppHost;

/// <summary>What keeps a developer's run from starting: said in a sentence, exit code 1, and nothing is left running.</summary>
[Collection(DeveloperRun.UsualPorts)]
public sealed class StartFailureTests : IDisposable
{
    private readonly TestDirectory _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_second_run_from_the_same_folder()
    {
        Directory.CreateDirectory(_data.Path);
        await using var first = new FileStream(Path.Combine(_data.Path, "lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        Assert.Equal($"The system runs from {_data.Path} already: stop it first (Ctrl+C where it was started).", await FailAsync());
    }

    [Theory]
    [InlineData("127.0.0.1", "ASPNETCORE_URLS")]
    [InlineData("::1", "ASPNETCORE_URLS")]
    [InlineData("::1", "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL")]
    public async Task Another_program_on_a_port_of_the_dashboard(string address, string setting)
    {
        using var other = new TcpListener(IPAddress.Parse(address), 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        Assert.StartsWith(
            $"Port {port}, which the dashboard shall listen on, is taken by another program: ",
            await FailAsync($"--{setting}=http://localhost:{port}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_not_PostgreSQLs()
    {
        Directory.CreateDirectory(Path.Combine(_data.Path, "postgres"));
        await File.WriteAllTextAsync(Path.Combine(_data.Path, "postgres", "garbage"), "garbage");

        Assert.Contains("is not a PostgreSQL data folder", await FailAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Https_without_a_certificate()
    {
        var message = await FailAsync(
            "--ASPNETCORE_URLS=https://localhost:0", "--ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL=https://localhost:0");

        Assert.StartsWith("There is no trusted HTTPS development certificate for https://localhost", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_cannot_start()
    {
        // A folder that looks like one, and has no data in it.
        var folder = Path.Combine(_data.Path, "postgres");
        var installed = await PostgresSetup.PrepareAsync(new() { DataDirectory = folder, IsDurable = false });
        Directory.Delete(Path.Combine(folder, "global"), recursive: true);

        var message = await FailAsync();

        Assert.StartsWith("PostgreSQL", installed.Product, StringComparison.Ordinal);
        Assert.StartsWith("postgres ended with exit code", message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder, "postmaster.pid")));
    }

    private Task<string> FailAsync(params string[] arguments) => FailedRun.SentenceAsync(_data, _ => { }, arguments);
}
