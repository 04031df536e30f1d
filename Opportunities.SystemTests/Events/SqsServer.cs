using System.Globalization;
using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;
using Opportunities.LocalServers;

namespace Opportunities.SystemTests.Events;

/// <summary>
/// A server that speaks the protocol of Amazon SQS (the npm package fauxqs) as a process of its own, on a free port of 127.0.0.1.
/// </summary>
internal sealed class SqsServer : IAsyncDisposable
{
    private const string Region = "us-east-1";
    private readonly int _port = ListenPort.Free.Choose("the SQS server");
    private ChildProcess? _process;

    private SqsServer() => Client = new AmazonSQSClient(
        new BasicAWSCredentials("development", "development"),
        new AmazonSQSConfig { ServiceURL = $"http://127.0.0.1:{_port}", AuthenticationRegion = Region });

    /// <summary>A client of a consumer.</summary>
    public AmazonSQSClient Client { get; }

    /// <summary>The queue.</summary>
    public string QueueUrl { get; private set; } = null!;

    /// <summary>What the API must be told to publish to the queue.</summary>
    public Dictionary<string, string?> Settings => new()
    {
        ["Events__QueueUrl"] = QueueUrl,
        ["AWS_ENDPOINT_URL_SQS"] = $"http://127.0.0.1:{_port}",
        ["AWS_REGION"] = Region,
        ["AWS_ACCESS_KEY_ID"] = "development",
        ["AWS_SECRET_ACCESS_KEY"] = "development",
    };

    public static async Task<SqsServer> StartAsync()
    {
        var server = new SqsServer();
        await server.ResumeAsync();
        return server;
    }

    /// <summary>Ends it as a crash would; messages are lost.</summary>
    public async Task KillAsync()
    {
        await _process!.KillAsync();
        await _process.DisposeAsync();
    }

    /// <summary>Starts it again, at the same address and with an empty queue.</summary>
    public async Task ResumeAsync()
    {
        var folder = RepositoryRoot.Combine("tools");
        var node = Executables.Find("node", Executables.SearchPath);
        if (node is null || !Directory.Exists(Path.Combine(folder, "node_modules", "fauxqs")))
        {
            throw new InvalidOperationException(
                "These tests need Node.js and the npm package fauxqs: run ./test, which installs both, or `npm install --prefix tools`.");
        }

        // Its own command listens on every address.
        var program =
            $"import {{ buildApp }} from 'fauxqs'; await buildApp({{ logger: false }}).listen({{ port: {_port}, host: '127.0.0.1' }});";
        _process = await ChildProcess.StartAsync(
            "The SQS server", new LaunchCommand(node, "--input-type=module", "--eval", program) { WorkingDirectory = folder },
            ProcessSignal.Terminate, output: null);
        var isReady = await _process.WaitUntilReadyAsync(
            () => HttpProbe.AnswersAsync(new Uri($"http://127.0.0.1:{_port}/health"), default), TimeSpan.FromMinutes(1), default);
        Assert.True(isReady, $"The SQS server ended: {string.Join(' ', _process.LastLines)}");
        var created = await Client.CreateQueueAsync(
            new CreateQueueRequest { QueueName = "events.fifo", Attributes = new() { ["FifoQueue"] = "true" } });
        QueueUrl = created.QueueUrl;
    }

    /// <summary>From now on refuses messages of more bytes.</summary>
    public Task LimitAsync(int bytes) => Client.SetQueueAttributesAsync(
        QueueUrl, new Dictionary<string, string> { ["MaximumMessageSize"] = bytes.ToString(CultureInfo.InvariantCulture) });

    /// <summary>Receives and deletes messages until there are none, or enough.</summary>
    public async Task<List<Message>> ReceiveAsync(Func<List<Message>, bool> isEnough)
    {
        var messages = new List<Message>();
        await Eventually.TrueAsync(async () =>
        {
            var answer = await Client.ReceiveMessageAsync(new ReceiveMessageRequest
            {
                QueueUrl = QueueUrl,
                MaxNumberOfMessages = 10,
                MessageSystemAttributeNames = ["MessageGroupId", "MessageDeduplicationId"],
            });
            foreach (var message in answer.Messages ?? [])
            {
                messages.Add(message);
                await Client.DeleteMessageAsync(QueueUrl, message.ReceiptHandle);
            }

            return isEnough(messages);
        }, TimeSpan.FromMinutes(1));
        return messages;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        Client.Dispose();
    }
}
