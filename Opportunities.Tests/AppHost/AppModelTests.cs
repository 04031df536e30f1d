using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;

namespace Opportunities.Tests.AppHost;

/// <summary>The application model, built and not started, where this machine cannot run it or nobody wants it to.</summary>
public sealed class AppModelTests
{
    [Fact]
    public async Task With_a_container_runtime_the_servers_are_containers_under_the_same_names()
    {
        var resources = await ResourcesAsync("--UseContainers=true");

        Assert.IsType<PostgresServerResource>(resources["postgres"]);
        Assert.IsType<PostgresDatabaseResource>(resources["opportunitiesdb"]);
        Assert.IsType<RedisResource>(resources["cache"]);
        Assert.All(["migrations", "identity", "api"], name => Assert.IsType<ProjectResource>(resources[name]));
    }

    [Fact]
    public async Task A_developers_database_has_a_volume_and_that_of_a_test_has_none()
    {
        using var data = new TestDirectory();
        var kept = await ResourcesAsync("--UseContainers=true", "--DcpPublisher:RandomizePorts=false", $"--Data={data.Path}");
        var isolated = await ResourcesAsync("--UseContainers=true");

        Assert.Single(kept["postgres"].Annotations.OfType<ContainerMountAnnotation>());
        Assert.Empty(isolated["postgres"].Annotations.OfType<ContainerMountAnnotation>());
    }

    [Fact]
    public async Task Nothing_of_development_is_published()
    {
        var resources = await ResourcesAsync("--publisher", "manifest", "--output-path", Path.GetTempPath());

        Assert.DoesNotContain("identity", resources.Keys);
        Assert.All(["opportunitiesdb", "cache", "api"], name => Assert.DoesNotContain(
            resources[name].Annotations.OfType<ResourceCommandAnnotation>(),
            command => command.Name is "seed" or "reset" or "flush" or "token"));
        Assert.DoesNotContain(resources.Values, resource => resource is ContainerResource or ExecutableResource or ParameterResource);
    }

    private static async Task<Dictionary<string, IResource>> ResourcesAsync(params string[] arguments)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Opportunities_AppHost>(
            arguments, limit.Token);
        return builder.Resources.ToDictionary(resource => resource.Name);
    }
}
