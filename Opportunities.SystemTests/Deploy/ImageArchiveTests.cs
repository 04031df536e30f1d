using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Opportunities.SystemTests.Deploy;

/// <summary>
/// An image that is built once is the same image, by its digest, in every registry that it is pushed to: real registries, the real skopeo.
/// </summary>
public sealed partial class ImageArchiveTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [RegistryFact]
    public async Task One_archive_has_the_same_digest_in_each_registry()
    {
        var archive = Archive();
        var digest = await SkopeoAsync("inspect", "--format", "{{.Digest}}", $"oci-archive:{archive}");
        foreach (var environment in new[] { "dev", "prod" })
        {
            using var registry = Registry.Start(_directory[environment]);
            var image = $"docker://{registry.Address}/opportunity-management-service:1.0.0";
            await SkopeoAsync("copy", "--dest-tls-verify=false", "--preserve-digests", $"oci-archive:{archive}", image);
            Assert.Equal(digest, await SkopeoAsync("inspect", "--tls-verify=false", "--format", "{{.Digest}}", image));
        }
    }

    [Fact]
    public async Task An_archive_is_pushed_as_it_is_and_only_once()
    {
        using var aws = new PretendAws { NextImage = "sha256:b" }.Released("sha256:a");
        await File.WriteAllTextAsync(Path.Combine(aws.Root, "image.tar"), "an image");
        aws.Git("add", "image.tar");
        aws.Git("commit", "--quiet", "--message", "An image");
        for (var run = 0; run < 2; run++)
            (await aws.RunAsync("deploy/deploy.sh", ["staging"], ("VERSION", "2.0.0"), ("IMAGE_ARCHIVE", "image.tar"))).Succeeded();
        Assert.Single(
            aws.Calls, call => call == $"skopeo copy --preserve-digests oci-archive:image.tar docker://{ScriptSandbox.Registry}:2.0.0");
        Assert.DoesNotContain(aws.Calls, call => call.StartsWith("docker", StringComparison.Ordinal));
        Assert.Equal(("sha256:b", "sha256:b"), (aws.Runs, aws.Tagged));
    }

    [Fact]
    public async Task Another_image_under_the_same_version_is_refused()
    {
        using var aws = new PretendAws { NextImage = "sha256:b" }.Released("sha256:a");
        await File.WriteAllTextAsync(Path.Combine(aws.Root, "image.tar"), "an image");
        (await aws.RunAsync("deploy/deploy.sh", ["staging", "--step", "push"], ("VERSION", "1.0.0"), ("IMAGE_ARCHIVE", "image.tar")))
            .Failed("Under 1.0.0 there is another image (sha256:a) than the one that was built (sha256:b): give it another VERSION.");
    }

    [Fact]
    public async Task Environments_that_differ_in_their_processor_have_no_image_in_common()
    {
        using var aws = new PretendAws();
        aws.Set("prod", ("architecture", "ARM64"));
        (await aws.RunAsync("deploy/image.sh", ["1.0.0", "image.tar"]))
            .Failed("The environments differ in their architecture (ARM64 X86_64)");
    }

    /// <summary>An OCI archive of one small layer.</summary>
    private string Archive()
    {
        var layout = _directory["layout"];
        Directory.CreateDirectory(Path.Combine(layout, "blobs/sha256"));
        (string Digest, int Size) Blob(byte[] content)
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(content));
            File.WriteAllBytes(Path.Combine(layout, "blobs/sha256", hash), content);
            return ($"sha256:{hash}", content.Length);
        }

        var layer = Blob(File.ReadAllBytes("/dev/null"));
        var config = Blob(Encoding.UTF8.GetBytes(
            $$$"""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":["{{{layer.Digest}}}"]}}"""));
        var manifest = Blob(Encoding.UTF8.GetBytes($$$"""
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{{config.Digest}}}","size":{{{config.Size}}}},
             "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{{{layer.Digest}}}","size":{{{layer.Size}}}}]}
            """));
        File.WriteAllText(Path.Combine(layout, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
        File.WriteAllText(Path.Combine(layout, "index.json"), JsonSerializer.Serialize(new
        {
            schemaVersion = 2,
            manifests = new[]
            {
                new { mediaType = "application/vnd.oci.image.manifest.v1+json", digest = manifest.Digest, size = manifest.Size },
            },
        }));
        using var tar = Process.Start("tar", ["-C", layout, "-cf", _directory["image.tar"], "oci-layout", "index.json", "blobs"]);
        tar.WaitForExit();
        return _directory["image.tar"];
    }

    private static async Task<string> SkopeoAsync(params string[] arguments) =>
        (await MachineTool.RunAsync("skopeo", arguments)).Trim();

    /// <summary>A test that wants a registry; where there is none, it says so.</summary>
    private sealed class RegistryFactAttribute : FactAttribute
    {
        private static readonly string[] _tools = ["skopeo", "docker-registry"];

        public RegistryFactAttribute()
        {
            var missing = _tools.Where(tool =>
                !Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, tool)))).ToArray();
            if (missing.Length > 0) Skip = $"{string.Join(" and ", missing)} is not on PATH";
        }
    }

    /// <summary>A registry of its own, without TLS, at a port of the machine's choice.</summary>
    private sealed class Registry : IDisposable
    {
        private readonly Process _process;

        private Registry(Process process, string address) => (_process, Address) = (process, address);

        public string Address { get; }

        public static Registry Start(string directory)
        {
            Directory.CreateDirectory(directory);
            var configuration = Path.Combine(directory, "config.yml");
            File.WriteAllText(configuration, $"""
                version: 0.1
                storage:
                  filesystem:
                    rootdirectory: {directory}/images
                http:
                  addr: 127.0.0.1:0
                """);
            var process = Process.Start(new ProcessStartInfo("docker-registry", ["serve", configuration])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            _ = process.StandardOutput.ReadToEndAsync();
            while (process.StandardError.ReadLine() is { } line)
            {
                if (Listening().Match(line) is not { Success: true } match) continue;
                _ = process.StandardError.ReadToEndAsync();
                return new Registry(process, match.Groups["address"].Value);
            }

            throw new InvalidOperationException($"The registry ended with exit code {process.ExitCode}.");
        }

        public void Dispose()
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
        }
    }

    [GeneratedRegex("listening on (?<address>127\\.0\\.0\\.1:[0-9]+)")]
    private static partial Regex Listening();
}
