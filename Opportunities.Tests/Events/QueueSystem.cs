using Opportunities.LocalHost;
using Opportunities.Tests.Api;
using Opportunities.Tests.Servers;

namespace Opportunities.Tests.Events;

/// <summary>A system of its own, whose API publishes to SQS as the deployed one does.</summary>
public sealed class QueueSystem : IAsyncLifetime, ISystemUnderTest
{
    private readonly TestDirectory _data = new();
    private SqsServer? _sqs;
    private LocalSystem? _local;

    public Uri Api => new(Local.Endpoints.Api);

    /// <summary>The processes.</summary>
    public LocalSystem Local => _local!;

    /// <summary>The server of the queue.</summary>
    internal SqsServer Sqs => _sqs!;

    public async Task InitializeAsync()
    {
        _sqs = await SqsServer.StartAsync();
        _local = await LocalSystem.StartAsync(new LocalSystemOptions
        {
            DataDirectory = _data.Path,
            IsDurable = false,
            Environment = new Dictionary<string, IReadOnlyDictionary<string, string?>> { ["api"] = _sqs.Settings },
        });
        await _local.WaitUntilPublishedAsync();
    }

    public async Task DisposeAsync()
    {
        if (_local is not null) await _local.DisposeAsync();
        if (_sqs is not null) await _sqs.DisposeAsync();
        _data.Dispose();
    }

    public Task<string> TokenAsync(string clientId) =>
        ApiClient.RequestTokenAsync(new Uri($"{Local.Endpoints.Identity}/oauth2/token"), clientId, "development-only");
}
