using System.IO.Compression;
using Npgsql;
using Opportunities.Tests.Api;

namespace Opportunities.Tests.Transfer;

/// <summary>An export is sent as it is read, compressed or not.</summary>
[Collection(SystemCollection.Name)]
public sealed class ExportStreamTests(TestSystem system) : IAsyncLifetime
{
    /// <summary>The rows that are read at a time, twice and one more.</summary>
    private const int Rows = 401;

    private readonly string _clientName = CsvClient.NewClientName();
    private RoundTripCounter _database = null!;
    private ServiceProcess _api = null!;
    private HttpClient _client = null!;
    private bool _isCutOff;

    public async Task InitializeAsync()
    {
        var connection = new NpgsqlConnectionStringBuilder(system.Local.ConnectionString);
        _database = new RoundTripCounter(connection.Host!, connection.Port);
        (connection.Host, connection.Port) = ("127.0.0.1", _database.Port);
        _api = await system.Local.StartAnotherApiAsync(
            new Dictionary<string, string?> { ["ConnectionStrings__opportunitiesdb"] = connection.ConnectionString });
        _client = new HttpClient { BaseAddress = _api.BaseAddress };
        using var known = await system.ClientAsync();
        _client.DefaultRequestHeaders.Authorization = known.DefaultRequestHeaders.Authorization;
        using var imported = await known.ImportAsync(
            CsvClient.File([CsvClient.Header, .. Enumerable.Range(0, Rows).Select(n => CsvClient.Row($"Row {n}", _clientName))]));
        Assert.Equal(Rows, await imported.ImportedAsync());
        // Connected, and prepared.
        for (var n = 0; n < 10; n++) await _client.ExportAsync(Query);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _api.DisposeAsync();
        if (!_isCutOff) await _database.DisposeAsync();
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task What_was_read_arrives_while_the_database_reads_on_and_a_file_that_is_cut_off_is_not_whole(string coding)
    {
        _database.Most = _database.Count + 2;
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{CsvClient.Export}?{Query}");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", coding);
        // Before the database is given up.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        var body = await response.Content.ReadAsStreamAsync(limit.Token);
        using var reader = new StreamReader(coding switch
        {
            "gzip" => new GZipStream(body, CompressionMode.Decompress),
            "br" => new BrotliStream(body, CompressionMode.Decompress),
            _ => body,
        });
        // The header and two batches; the third is being read.
        for (var number = 0; number <= 400; number++)
        {
            var line = reader.ReadLineAsync(limit.Token).AsTask();
            // A statement of the background may have had the place of one of the export's.
            while (await Task.WhenAny(line, Task.Delay(TimeSpan.FromSeconds(3), limit.Token)) != line) _database.Most++;
            Assert.NotNull(await line);
        }

        _isCutOff = true;
        await _database.DisposeAsync();
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (await reader.ReadLineAsync(limit.Token) is not null)
            {
            }
        });
    }

    private string Query => $"client_name={_clientName.Replace(" ", "%20", StringComparison.Ordinal)}";
}
