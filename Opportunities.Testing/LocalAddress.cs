namespace Opportunities.Testing;

/// <summary>URLs on this machine.</summary>
internal static class LocalAddress
{
    /// <summary>The root URL of what listens on a port.</summary>
    public static Uri Of(int port) => new($"http://127.0.0.1:{port}");

    /// <summary>The URL as configuration has it: without a slash at its end.</summary>
    public static string Text(this Uri address) => address.GetLeftPart(UriPartial.Authority);
}
