using System.Text.Json;
using Opportunities.LocalHost;
using Opportunities.Tests.Servers;

namespace Opportunities.Tests.LocalHost;

public sealed class EndpointsFileTests : IDisposable
{
    private static readonly LocalSystemEndpoints _endpoints = new()
    {
        Api = "http://127.0.0.1:5180",
        Identity = "http://127.0.0.1:5181",
        Postgres = "postgresql://postgres:development-only@127.0.0.1:54320/opportunitiesdb",
        Cache = "redis://:development-only@127.0.0.1:63790",
    };

    private readonly TestDirectory _directory = new();

    private string File => _directory["deeper/endpoints.json"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void It_has_a_member_for_each_part()
    {
        EndpointsFile.Write(File, _endpoints);

        using var json = JsonDocument.Parse(System.IO.File.ReadAllText(File));
        var names = json.RootElement.EnumerateObject().Select(member => member.Name);
        Assert.Equal(["api", "identity", "dashboard", "postgres", "cache"], names);
        Assert.Equal("http://127.0.0.1:5180", json.RootElement.GetProperty("api").GetString());
        Assert.Equal(_endpoints, EndpointsFile.Read(File));
    }

    [Fact]
    public void Writing_it_leaves_nothing_else_behind()
    {
        EndpointsFile.Write(File, _endpoints);
        EndpointsFile.Write(File, _endpoints with { Dashboard = "http://127.0.0.1:18888" });

        Assert.Equal([File], Directory.GetFiles(Path.GetDirectoryName(File)!));
        Assert.Equal("http://127.0.0.1:18888", EndpointsFile.Read(File)!.Dashboard);
    }

    [Fact]
    public void It_can_be_removed_more_than_once()
    {
        EndpointsFile.Write(File, _endpoints);

        EndpointsFile.Remove(File);
        EndpointsFile.Remove(File);

        Assert.Null(EndpointsFile.Read(File));
    }
}
