using Opportunities.LocalServers;

namespace Opportunities.Testing;

/// <summary>An S3-compatible server (the npm package s3rver) as a process of its own, on a free port of 127.0.0.1.</summary>
internal sealed class S3Server : IAsyncDisposable
{
    private static readonly string[] _buckets = ["attachments", "orphans"];

    private readonly TestDirectory _data = new();
    private readonly int _port = ListenPort.Free.Choose("the S3 server");
    private ChildProcess? _process;

    private S3Server()
    {
    }

    /// <summary>Where it answers.</summary>
    public Uri Url => new($"http://127.0.0.1:{_port}");

    /// <summary>Where it keeps the objects of a bucket, each as a few files whose names begin with the key's.</summary>
    public string DirectoryOf(string bucket) => Path.Combine(_data.Path, bucket);

    /// <summary>What the API must be told to keep attachments in one of the buckets.</summary>
    public Dictionary<string, string?> Settings(string bucket) => new()
    {
        ["Attachments__Directory"] = null,
        ["Attachments__Bucket"] = bucket,
        ["Attachments__ServiceUrl"] = Url.GetLeftPart(UriPartial.Authority),
        ["AWS_REGION"] = "us-east-1",
        // The server knows one account, and no other.
        ["AWS_ACCESS_KEY_ID"] = "S3RVER",
        ["AWS_SECRET_ACCESS_KEY"] = "S3RVER",
    };

    public static async Task<S3Server> StartAsync()
    {
        var server = new S3Server();
        await server.ResumeAsync();
        return server;
    }

    /// <summary>Ends it as a crash would; its objects stay.</summary>
    public async Task KillAsync()
    {
        await _process!.KillAsync();
        await _process.DisposeAsync();
    }

    /// <summary>Makes it stand still, as a hung one does, until <see cref="Continue"/>.</summary>
    public void Pause() => _process!.Pause();

    /// <summary>Lets it go on after <see cref="Pause"/>.</summary>
    public void Continue() => _process!.Resume();

    /// <summary>Starts it again, at the same address and with the same objects.</summary>
    public async Task ResumeAsync()
    {
        var program = RepositoryRoot.Combine("tools/node_modules/s3rver/bin/s3rver.js");
        var node = Executables.Find("node", Executables.SearchPath);
        if (node is null || !File.Exists(program))
        {
            throw new InvalidOperationException(
                "These tests need Node.js and the npm package s3rver: run ./test, which installs both, or `npm install --prefix tools`.");
        }

        _process = await ChildProcess.StartAsync(
            "The S3 server",
            new LaunchCommand(node, [program, "-d", _data.Path, "-a", "127.0.0.1", "-p", $"{_port}", "--silent", "--no-vhost-buckets",
                .. _buckets.SelectMany(bucket => new[] { "--configure-bucket", bucket })]),
            ProcessSignal.Terminate,
            output: null);
        var isReady = await _process.WaitUntilReadyAsync(
            () => HttpProbe.AnswersAsync(new Uri(Url, _buckets[0]), default), TimeSpan.FromMinutes(1), default);
        Assert.True(isReady, $"The S3 server ended: {string.Join(' ', _process.LastLines)}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _data.Dispose();
    }
}
