using System.Text.RegularExpressions;
using System.Xml.Linq;
using Opportunities.LocalServers;
using Xunit.Abstractions;

namespace Opportunities.SystemTests.Deployed;

/// <summary>The API served with a certificate, as a scanner sees it.</summary>
public sealed partial class TlsTests(DeployedSystem system, ITestOutputHelper output) : IClassFixture<DeployedSystem>, IAsyncLifetime
{
    private readonly TestDirectory _data = new();
    private readonly int _port = ListenPort.Free.Choose("the API over TLS");
    private ServiceProcess? _api;

    public async Task InitializeAsync()
    {
        var (certificate, key) = system.Servers.Authority.Certify(TlsServers.Host);
        await File.WriteAllTextAsync(_data["api.pem"], certificate);
        await File.WriteAllTextAsync(_data["api.key"], key);
        (_api, _) = await system.StartApiAsync(more: new Dictionary<string, string?>
        {
            ["ASPNETCORE_HTTPS_PORTS"] = $"{_port}",
            ["Kestrel__Certificates__Default__Path"] = _data["api.pem"],
            ["Kestrel__Certificates__Default__KeyPath"] = _data["api.key"],
        });
    }

    public async Task DisposeAsync()
    {
        if (_api is not null) await _api.DisposeAsync();
        _data.Dispose();
    }

    [Fact]
    public async Task Nmap_finds_TLS_1_2_and_1_3_alone_with_ciphers_of_grade_A()
    {
        // With a plus the script runs though the port is no known one, and without raw sockets the scan needs no root.
        var report = await MachineTool.RunAsync(
            "nmap", "--unprivileged", "-Pn", "-p", $"{_port}", "--script", "+ssl-enum-ciphers", "127.0.0.1");
        output.WriteLine(report);
        Assert.Equal(["TLSv1.2", "TLSv1.3"], Protocol().Matches(report).Select(match => match.Groups["name"].Value));
        var ciphers = Cipher().Matches(report);
        Assert.NotEmpty(ciphers);
        Assert.All(ciphers, cipher => Assert.True(cipher.Groups["grade"].Value == "A", cipher.Value));
        Assert.Contains("least strength: A", report, StringComparison.Ordinal);
        Assert.DoesNotContain("warnings", report, StringComparison.Ordinal);
        Assert.Equal(["NULL"], Compressor().Matches(report).Select(match => match.Groups["name"].Value));
    }

    [Fact]
    public async Task Sslscan_finds_nothing_weak()
    {
        var file = _data["sslscan.xml"];
        output.WriteLine(await MachineTool.RunAsync(
            "sslscan", "--no-colour", "--timeout=30", "--show-certificate", $"--xml={file}", $"--sni-name={TlsServers.Host}",
            $"127.0.0.1:{_port}"));
        var report = XDocument.Load(file).Descendants("ssltest").Single();
        Assert.Equal(
            ["1.2", "1.3"],
            report.Elements("protocol")
                .Where(protocol => (int)protocol.Attribute("enabled")! == 1)
                .Select(protocol => (string)protocol.Attribute("version")!).Order());
        var ciphers = report.Elements("cipher").ToList();
        Assert.NotEmpty(ciphers);
        Assert.All(ciphers, cipher =>
        {
            // Ephemeral keys and authenticated encryption: nothing that could be read later, or answered differently for a wrong padding.
            Assert.Matches("^(TLS_|ECDHE-).*(GCM|POLY1305)", (string)cipher.Attribute("cipher")!);
            Assert.True((int)cipher.Attribute("bits")! >= 128, cipher.ToString());
        });
        Assert.All(report.Elements("heartbleed"), heartbleed => Assert.Equal("0", (string)heartbleed.Attribute("vulnerable")!));
    }

    [GeneratedRegex(@"^\|   (?<name>SSL\S+|TLS\S+): ?$", RegexOptions.Multiline)]
    private static partial Regex Protocol();

    [GeneratedRegex(@"^\|       (?<name>TLS_\S+) .*- (?<grade>\S+)", RegexOptions.Multiline)]
    private static partial Regex Cipher();

    [GeneratedRegex(@"compressors: \n\|       (?<name>\S+)")]
    private static partial Regex Compressor();
}
