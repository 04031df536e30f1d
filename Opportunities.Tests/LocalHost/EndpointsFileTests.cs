using System.Text.Json;
using Opportunities.LocalHost;
using Opportunities.Tests.Servers;

namespace Opportunities.Tests.LocalHost;

public sealed class EndpointsFileTests : IDisposable
{
    private static readonly LocalSystemEndpoints Endpoints = new()
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
        EndpointsFile.Write(File, Endpoints);

        using var json = JsonDocument.Parse(System.IO.File.ReadAllText(File));
        Assert.Equal(["api", "identity", "dashboard", "postgres", "cache"], json.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal("http://127.0.0.1:5180", json.RootElement.GetProperty("api").GetString());
        Assert.Equal(Endpoints, EndpointsFile.Read(File));
    }

    [Fact]
    public void Writing_it_leaves_nothing_else_behind()
    {
        EndpointsFile.Write(File, Endpoints);
        EndpointsFile.Write(File, Endpoints with { Dashboard = "http://127.0.0.1:18888" });

        Assert.Equal([File], Directory.GetFiles(Path.GetDirectoryName(File)!));
        Assert.Equal("http://127.0.0.1:18888", EndpointsFile.Read(File)!.Dashboard);
    }

    [Fact]
    public void It_can_be_removed_more_than_once()
    {
        EndpointsFile.Write(File, Endpoints);

        EndpointsFile.Remove(File);
        EndpointsFile.Remove(File);

        Assert.Null(EndpointsFile.Read(File));
    }
}
