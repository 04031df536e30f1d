using System.Net;
using System.Text.Json.Nodes;

namespace Opportunities.SystemTests.Changes;

/// <summary>Requests for changes, and what tests look at in the answers.</summary>
internal static class FeedClient
{
    public const string Path = "/api/v1/changes";

    public static async Task<FeedAnswer> ChangesAsync(this HttpClient client, string query)
    {
        using var response = await client.GetAsync($"{Path}?{query}");
        return FeedAnswer.Of(await response.JsonAsync(HttpStatusCode.OK));
    }

    public static Task<FeedAnswer> AfterAsync(this HttpClient client, string cursor, string also = "") =>
        client.ChangesAsync($"after={cursor}{also}");

    /// <summary>The cursor behind everything that has happened.</summary>
    public static async Task<string> NowAsync(this HttpClient client) => (await client.ChangesAsync("from=now")).Cursor;

    /// <summary>All that follows, page by page, as one.</summary>
    public static async Task<FeedAnswer> WalkAsync(this HttpClient client, string begin, string also = "&size=1000")
    {
        var answer = await client.ChangesAsync(begin + also);
        var all = new List<JsonNode>(answer.Items);
        while (answer.HasMore)
        {
            answer = await client.AfterAsync(answer.Cursor, also);
            all.AddRange(answer.Items);
        }

        return answer with { Items = all };
    }

    public static async Task<List<JsonNode>> AllAsync(this HttpClient client, string begin, string also = "&size=1000") =>
        (await client.WalkAsync(begin, also)).Items;

    public static string Text(this JsonNode change) => $"{change["type"]} {change["version"]}";
}

/// <summary>A page of changes.</summary>
internal sealed record FeedAnswer(List<JsonNode> Items, string Cursor, bool HasMore)
{
    public static FeedAnswer Of(JsonNode answer) =>
        new([.. answer["items"]!.AsArray().Select(item => item!)], (string)answer["next_cursor"]!, (bool)answer["has_more"]!);
}
