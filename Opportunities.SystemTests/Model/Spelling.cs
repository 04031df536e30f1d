using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Opportunities.SystemTests.Contract;

namespace Opportunities.SystemTests.Model;

/// <summary>
/// Says what a client says in other words that mean the same, so that the model need not know of it; and compares every answer's headers
/// with the contract, and what a write answers with the next read, byte for byte.
/// </summary>
/// <param name="inner">Sends the requests.</param>
internal sealed partial class Spelling(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>
    /// How requests are spelled: a sum of <see cref="Order"/>, <see cref="Escapes"/>, <see cref="Values"/> and <see cref="Headers"/>.
    /// </summary>
    public static readonly AsyncLocal<int> Current = new();

    /// <summary>Ids in capitals; parameters and members in the other order.</summary>
    private const int Order = 1;

    /// <summary>What need not be escaped, escaped.</summary>
    private const int Escapes = 2;

    /// <summary>Amounts, times and text in other forms of the same value.</summary>
    private const int Values = 4;

    /// <summary>Headers that say nothing here.</summary>
    private const int Headers = 8;

    /// <summary>All spellings.</summary>
    public const int Max = Order + Escapes + Values + Headers;

    /// <summary>What follows the address of an opportunity that is answered as a whole.</summary>
    private static readonly string[] _verbs = ["/restore", "/status", "/owner"];

    private const string ByExternalId = $"{ApiClient.Opportunities}/by-external-id/";

    private static readonly (string Name, string Value)[] _ignored =
    [
        ("If-Modified-Since", "Thu, 01 Jan 2099 00:00:00 GMT"), ("If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ("If-Range", "\"1\""), ("Range", "bytes=0-1"), ("Cache-Control", "only-if-cached, no-store, max-age=0"), ("Pragma", "no-cache"),
    ];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await RespellAsync(request, Current.Value);
        var response = await SendAndCompareAsync(request, cancellationToken);
        if (response.IsSuccessStatusCode && IsOfOne(request)) await CompareWithReadAsync(request, response, cancellationToken);
        else if (response.IsSuccessStatusCode && request.Method == HttpMethod.Get && response.Headers.ETag is { } tag)
            await CompareConditionsAsync(request, response, tag, cancellationToken);
        return response;
    }

    /// <summary>Whether what a request writes can be read.</summary>
    private static bool IsOfOne(HttpRequestMessage request) =>
        request.Method != HttpMethod.Get && !request.RequestUri!.AbsolutePath.EndsWith("/import", StringComparison.Ordinal);

    private static async Task RespellAsync(HttpRequestMessage request, int how)
    {
        if (how == 0) return;
        request.RequestUri = Respell(request.RequestUri!, how);
        if ((how & Headers) != 0)
        {
            foreach (var (name, value) in _ignored) request.Headers.TryAddWithoutValidation(name, value);
        }

        if (request.Content?.Headers.ContentType?.MediaType == "application/json"
            && JsonNode.Parse(await request.Content.ReadAsStringAsync()) is JsonObject body)
        {
            request.Content = new StringContent(Respell(body, how), Encoding.UTF8);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }
    }

    private static Uri Respell(Uri address, int how)
    {
        var path = Id().Replace(address.AbsolutePath, match =>
        {
            var id = (how & Order) != 0 ? match.Value.ToUpperInvariant() : match.Value;
            return (how & Escapes) != 0 ? $"%{(int)id[0]:X2}{id[1..]}" : id;
        });
        var pairs = address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries);
        if ((how & Order) != 0) Array.Reverse(pairs);
        var query = string.Join('&', pairs);
        if ((how & Escapes) != 0) query = query.Replace("%20", "+", StringComparison.Ordinal).Replace("s", "%73", StringComparison.Ordinal);
        // As it is: a Uri would take back what need not be escaped.
        return new Uri(
            $"{address.GetLeftPart(UriPartial.Authority)}{path}{(query.Length > 0 ? $"?{query}" : "")}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }

    private static string Respell(JsonObject body, int how)
    {
        var members = body.Select(
            member => $"{Name(member.Key)}:{((how & Values) != 0 ? Value(member.Key, member.Value) : Json(member.Value))}").ToList();
        if ((how & Order) != 0) members.Reverse();
        return $"{{ {string.Join(" ,\r\n", members)} }}";

        string Name(string name) => (how & Escapes) != 0 ? $"\"\\u{(int)name[0]:x4}{name[1..]}\"" : $"\"{name}\"";
    }

    private static string Json(JsonNode? value) => value?.ToJsonString() ?? "null";

    private static string Value(string name, JsonNode? value)
    {
        switch (value?.GetValueKind())
        {
            case JsonValueKind.Object when name == "external_id":
                return $"{{\"id\": {Text((string)value["id"]!)},\t\"source\":{value["source"]!.ToJsonString()}}}";
            case JsonValueKind.Number when name == "estimated_budget":
                var amount = decimal.Parse(value!.ToJsonString(), CultureInfo.InvariantCulture);
                return ((int)amount % 3) switch
                {
                    0 => string.Create(CultureInfo.InvariantCulture, $"{amount:0.00}000"),
                    1 => string.Create(CultureInfo.InvariantCulture, $"{amount * 100:0}E-2"),
                    _ => string.Create(CultureInfo.InvariantCulture, $"{amount / 1000:0.00000}e+3"),
                };
            case JsonValueKind.String when name.EndsWith("_date", StringComparison.Ordinal):
                var time = DateTimeOffset.Parse((string)value!, CultureInfo.InvariantCulture).ToOffset(TimeSpan.FromMinutes(330));
                return $"\"{time.ToString("yyyy-MM-dd't'HH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture)}\"";
            case JsonValueKind.String
                when name is "title" or "description" or "client_name" or "reason" or "skill_name" or "owner" or "text":
                return Text((string)value!);
            default:
                return Json(value);
        }

        // In parts, where a letter has any.
        static string Text(string text)
        {
            var parts = text.Replace("é", "e\u0301", StringComparison.Ordinal).Replace("Å", "\u212b", StringComparison.Ordinal)
                .Replace("한", "\u1112\u1161\u11ab", StringComparison.Ordinal);
            return JsonSerializer.Serialize($" \t\r\n\u00a0{parts}\u2003\u3000 ");
        }
    }

    private async Task<HttpResponseMessage> SendAndCompareAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        Assert.Empty(AnswerRules.Differences(
            request.Method.Method, Uri.UnescapeDataString(request.RequestUri!.AbsolutePath), requestId: null, response));
        return response;
    }

    private async Task CompareWithReadAsync(HttpRequestMessage request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath;
        if (request.Method == HttpMethod.Delete)
        {
            using var gone = await ReadAsync(request, path, null, cancellationToken);
            Assert.Equal(404, (int)gone.StatusCode);
            return;
        }

        if (path.StartsWith(ByExternalId, StringComparison.Ordinal))
        {
            Assert.Equal(response.StatusCode == HttpStatusCode.Created, response.Headers.Location is not null);
            path = $"{ApiClient.Opportunities}/{JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!["id"]}";
        }

        var verb = _verbs.FirstOrDefault(end => path.EndsWith(end, StringComparison.Ordinal)) ?? "";
        var address = response.Headers.Location?.ToString() ?? path[..^verb.Length];
        using var read = await ReadAsync(request, address, null, cancellationToken);
        Assert.Equal(await response.Content.ReadAsStringAsync(cancellationToken), await read.Content.ReadAsStringAsync(cancellationToken));
        Assert.Equal(response.Headers.ETag, read.Headers.ETag);
    }

    private async Task CompareConditionsAsync(
        HttpRequestMessage request, HttpResponseMessage response, EntityTagHeaderValue tag, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.PathAndQuery;
        var other = $"\"{int.Parse(tag.Tag.Trim('"'), CultureInfo.InvariantCulture) + 1}\"";
        var known = new[] { tag.Tag, $"W/{tag.Tag}", $"{other}, {tag.Tag}", "*" }[Current.Value % 4];
        using var unchanged = await ReadAsync(request, path, known, cancellationToken);
        Assert.Equal(
            (304, tag.Tag, ""),
            ((int)unchanged.StatusCode, unchanged.Headers.ETag?.Tag, await unchanged.Content.ReadAsStringAsync(cancellationToken)));
        using var changed = await ReadAsync(request, path, other, cancellationToken);
        Assert.Equal(
            (200, await response.Content.ReadAsStringAsync(cancellationToken)),
            ((int)changed.StatusCode, await changed.Content.ReadAsStringAsync(cancellationToken)));
    }

    private async Task<HttpResponseMessage> ReadAsync(
        HttpRequestMessage like, string path, string? knownTag, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            new Uri(
                $"{like.RequestUri!.GetLeftPart(UriPartial.Authority)}{path}",
                new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        request.Headers.Authorization = like.Headers.Authorization;
        if (knownTag is not null) request.Headers.TryAddWithoutValidation("If-None-Match", knownTag);
        return await SendAndCompareAsync(request, cancellationToken);
    }

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex Id();
}
