using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Opportunities.SystemTests.Changes;

/// <summary>
/// A consumer that keeps a copy of the opportunities that it may see, and knows nothing of them but what the feed tells. It asks whatever
/// process the balancer names, goes on where it was after a failure, and now and then forgets its last page, as one that died would.
/// </summary>
internal sealed class Consumer : IDisposable
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(40) };
    private readonly bool _seesAll;
    private readonly Func<Uri> _choose;
    private readonly Random _random;
    private readonly Dictionary<string, int> _versions = [];
    private string _position = "from=oldest";

    /// <param name="token">Its access token.</param>
    /// <param name="seesAll">Whether it permits to read all opportunities.</param>
    /// <param name="choose">The API process that a request goes to.</param>
    /// <param name="seed">Of what it forgets.</param>
    public Consumer(string token, bool seesAll, Func<Uri> choose, int seed)
    {
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        (_seesAll, _choose, _random) = (seesAll, choose, new Random(seed));
    }

    /// <summary>The copy: version and state of each.</summary>
    public Dictionary<string, string> Rows { get; } = [];

    /// <summary>Changes that were told for the first time.</summary>
    public int Changes { get; private set; }

    /// <summary>Changes that were told again.</summary>
    public int Repeated { get; private set; }

    /// <summary>Versions that were passed over, or came after a later one.</summary>
    public int OutOfOrder { get; private set; }

    /// <summary>Requests that failed.</summary>
    public int Failures { get; private set; }

    /// <summary>Follows until nothing comes for a while after it is told that the writers have ended.</summary>
    public async Task RunAsync(Task writers)
    {
        while (true)
        {
            var ended = writers.IsCompleted;
            var answer = await AskAsync();
            if (answer is null) continue;
            answer.Items.ForEach(Take);
            if (_random.Next(10) > 0) _position = $"after={answer.Cursor}";
            else if (answer.Items.Count > 0) continue;
            if (ended && answer.Items.Count == 0 && !answer.HasMore) return;
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<FeedAnswer?> AskAsync()
    {
        try
        {
            var query = $"{_position}&wait=3&size={_random.Next(1, 400)}";
            using var response = await _client.GetAsync(new Uri(_choose(), $"{FeedClient.Path}?{query}"));
            if (response.StatusCode == HttpStatusCode.OK) return FeedAnswer.Of(await response.JsonAsync());
            Assert.True((int)response.StatusCode >= 500, $"{response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or TaskCanceledException)
        {
            // Its process has ended.
        }

        Failures++;
        await Task.Delay(_pause);
        return null;
    }

    private void Take(JsonNode change)
    {
        var (id, version, type) = ((string)change["opportunity_id"]!, (int)change["version"]!, (string)change["type"]!);
        var kept = _versions.GetValueOrDefault(id);
        if (version <= kept)
        {
            Repeated++;
            return;
        }

        Changes++;
        // What comes into sight comes with its version of then.
        if (version != kept + 1 && (_seesAll || Rows.ContainsKey(id))) OutOfOrder++;
        _versions[id] = version;
        if (type is "deleted" or "hidden") Rows.Remove(id);
        else Rows[id] = $"{version} {change["status"]}";
    }
}
