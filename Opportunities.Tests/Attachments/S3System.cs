using Opportunities.Tests.Api;

namespace Opportunities.Tests.Attachments;

/// <summary>The system of this run with one more API, which keeps attachments in S3 as the deployed one does.</summary>
public sealed class S3System(TestSystem system) : IAsyncLifetime, ISystemUnderTest
{
    private S3Server? _server;
    private ServiceProcess? _api;

    public Uri Api => _api!.BaseAddress;

    /// <summary>The store.</summary>
    internal S3Server Server => _server!;

    public async Task InitializeAsync()
    {
        _server = await S3Server.StartAsync();
        _api = await system.Local.StartAnotherApiAsync(_server.Settings("attachments"));
    }

    public async Task DisposeAsync()
    {
        if (_api is not null) await _api.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
    }

    public Task<string> TokenAsync(string clientId) => system.TokenAsync(clientId);
}
