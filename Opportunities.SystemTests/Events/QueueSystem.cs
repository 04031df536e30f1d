namespace Opportunities.SystemTests.Events;

/// <summary>A system of its own, whose API publishes to SQS as the deployed one does.</summary>
public sealed class QueueSystem : OwnSystem
{
    private SqsServer? _sqs;

    /// <summary>The server of the queue.</summary>
    internal SqsServer Sqs => _sqs!;

    public override async Task InitializeAsync()
    {
        _sqs = await SqsServer.StartAsync();
        await base.InitializeAsync();
        // The events of the demo data are nobody's here.
        await Local.WaitUntilPublishedAsync();
        await Sqs.Client.PurgeQueueAsync(Sqs.QueueUrl);
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        if (_sqs is not null) await _sqs.DisposeAsync();
    }

    protected override ProcessSystemOptions Options(string dataDirectory) => new()
    {
        DataDirectory = dataDirectory,
        IsDurable = false,
        Environment = new Dictionary<string, IReadOnlyDictionary<string, string?>>
        {
            ["api"] = new Dictionary<string, string?>(Sqs.Settings) { ["Events__MaxAttempts"] = "6" },
        },
    };
}
