using Opportunities.AppHost;

namespace Opportunities.SystemTests.LocalServers;

/// <summary>A usual port is found free before its server starts: nothing else may be given it in between.</summary>
public sealed class UsualPortTests
{
    [Theory]
    [InlineData(UsualPort.Api)]
    [InlineData(UsualPort.Identity)]
    [InlineData(UsualPort.Postgres)]
    [InlineData(UsualPort.Cache)]
    public void No_outgoing_connection_and_no_free_choice_gets_a_usual_port(int port) =>
        Assert.InRange(port, 1024, 19_999);
}
