using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Opportunities.SystemTests.Contract;

namespace Opportunities.SystemTests.Changes;

/// <summary>
/// A consumer that keeps a copy of the opportunities that it may see, and knows nothing of them but what the feed tells. It asks whatever
/// process the balancer names, goes on where it was after a failure, and now and then forgets its last page, as one that died would.
/// </summary>
internal sealed class Consumer : IDisposable
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(40) };
    private readonly Func<Uri> _choose;
    private readonly Random _random;
    private string _position;
    private bool _hasEnded;

    /// <param name="token">Its access token.</param>
    /// <param name="seesAll">Whether it permits to read all opportunities.</param>
    /// <param name="choose">The API process that a request goes to.</param>
    /// <param name="seed">Of what it forgets.</param>
    /// <param name="position">Where it begins.</param>
    public Consumer(string token, bool seesAll, Func<Uri> choose, int seed, string position = "from=oldest")
    {
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        (Copy, _choose, _random, _position) = (new FeedCopy(seesAll), choose, new Random(seed), position);
    }

    /// <summary>What it was told.</summary>
    public FeedCopy Copy { get; }

    /// <summary>How often it got which status code; 0 is no answer at all.</summary>
    public ConcurrentDictionary<int, int> Answers { get; } = [];

    /// <summary>What was wrong with answers.</summary>
    public ConcurrentBag<string> Wrong { get; } = [];

    /// <summary>The longest time to an answer.</summary>
    public TimeSpan Longest { get; private set; }

    /// <summary>Follows until nothing comes for a while after it is told that the writers have ended.</summary>
    public async Task RunAsync(Task writers)
    {
        while (true)
        {
            // From then on it need not wait.
            var ended = _hasEnded = writers.IsCompleted;
            var answer = await AskAsync();
            if (answer is null) continue;
            foreach (var item in answer.Items)
                Copy.Take((string)item["opportunity_id"]!, (int)item["version"]!, (string)item["type"]!, (string?)item["status"]);
            if (_random.Next(10) > 0) _position = $"after={answer.Cursor}";
            else if (answer.Items.Count > 0) continue;
            if (ended && answer.Items.Count == 0 && !answer.HasMore) return;
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<FeedAnswer?> AskAsync()
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            var query = $"{_position}&wait={(_hasEnded ? 0 : _random.Next(4))}&size={_random.Next(1, 400)}";
            using var response = await _client.GetAsync(new Uri(_choose(), $"{FeedClient.Path}?{query}"));
            foreach (var difference in AnswerRules.Differences("GET", FeedClient.Path, requestId: null, response))
                Wrong.Add($"{(int)response.StatusCode}: {difference}");
            Count((int)response.StatusCode);
            if (response.StatusCode == HttpStatusCode.OK) return FeedAnswer.Of(await response.JsonAsync());
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or TaskCanceledException)
        {
            // Its process has ended.
            Count(0);
        }

        await Task.Delay(_pause);
        return null;

        void Count(int status)
        {
            Answers.AddOrUpdate(status, 1, (_, count) => count + 1);
            if (Stopwatch.GetElapsedTime(began) is var took && took > Longest) Longest = took;
        }
    }
}
