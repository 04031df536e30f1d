using Opportunities.LocalServers;

namespace Opportunities.SystemTests.LocalServers;

public sealed class ServiceProcessTests
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void The_build_says_where_the_services_are(string assemblyPath) =>
        Assert.True(File.Exists(assemblyPath), assemblyPath);

    public static TheoryData<string> Assemblies => [ServiceAssemblies.Api, ServiceAssemblies.Identity, ServiceAssemblies.Migrations];

    [Fact]
    public async Task A_service_that_is_not_built_is_said_in_a_sentence()
    {
        var refusal = await Assert.ThrowsAsync<LocalServerException>(
            () => ServiceProcess.StartAsync(new() { Name = "api", AssemblyPath = "/nowhere/Opportunities.Api.dll" }));

        Assert.StartsWith("api is not built: there is no /nowhere/Opportunities.Api.dll.", refusal.Message);
    }

    [Fact]
    public async Task A_service_that_ends_before_it_is_healthy_is_told_with_its_last_lines()
    {
        await using var service = await ServiceProcess.StartAsync(new()
        {
            Name = "migrations",
            AssemblyPath = ServiceAssemblies.Migrations,
            Arguments = ["--no-such-argument"],
            BaseAddress = new Uri($"http://127.0.0.1:{ListenPort.Free.Choose("a test")}"),
        });

        var refusal = await Assert.ThrowsAsync<LocalServerException>(() => service.WaitUntilHealthyAsync(_limit));

        Assert.StartsWith($"migrations ended with exit code {service.ExitCode} before it answered at http://127.0.0.1:", refusal.Message);
        Assert.Contains("Its last lines:", refusal.Message);
        Assert.NotEqual(0, service.ExitCode);
    }

    [Fact]
    public async Task A_service_that_does_not_get_healthy_in_time_is_told()
    {
        await using var service = await ServiceProcess.StartAsync(new()
        {
            Name = "identity",
            AssemblyPath = ServiceAssemblies.Identity,
            BaseAddress = new Uri($"http://127.0.0.1:{ListenPort.Free.Choose("a test")}"),
        });

        var refusal = await Assert.ThrowsAsync<LocalServerException>(
            () => service.WaitForHttpAsync(new Uri(service.BaseAddress, "/no/such/page"), TimeSpan.FromMilliseconds(200)));

        Assert.StartsWith("identity ", refusal.Message);
    }
}
