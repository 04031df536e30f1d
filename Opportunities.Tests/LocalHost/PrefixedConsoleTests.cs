using Opportunities.LocalHost;

namespace Opportunities.Tests.LocalHost;

public sealed class PrefixedConsoleTests : IDisposable
{
    private readonly StringWriter _writer = new() { NewLine = "\n" };

    public void Dispose() => _writer.Dispose();

    [Fact]
    public void Without_colour_a_line_begins_with_the_padded_name()
    {
        var console = new PrefixedConsole(_writer, hasColour: false);

        console.WriteOutput("api", "Now listening");
        console.WriteProgress("postgres", "ready (0.1 s)");

        Assert.Equal("api        | Now listening\npostgres   > ready (0.1 s)\n", _writer.ToString());
    }

    [Fact]
    public void With_colour_the_name_has_that_of_its_resource()
    {
        var console = new PrefixedConsole(_writer, hasColour: true);

        console.WriteOutput("api", "one");
        console.WriteOutput("cache", "two");

        Assert.Equal("\e[32mapi       \e[0m | one\n\e[31mcache     \e[0m | two\n", _writer.ToString());
    }
}
