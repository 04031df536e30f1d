using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Opportunities.Api.Errors;

namespace Opportunities.Tests.Api;

/// <summary>What the fuzz tests found, each once.</summary>
[Collection(SystemCollection.Name)]
public sealed class FuzzRegressionTests(TestSystem system)
{
    private static readonly string _longName = new('[', 3000);

    [Fact]
    public async Task A_directive_for_caches_on_the_way_is_none_for_ours()
    {
        using var client = await system.ClientAsync();
        var address = $"{ApiClient.Opportunities}/{await client.CreateAsync()}";
        using var uncached = await client.SendAsync(HttpMethod.Get, address, headers: ("Cache-Control", "only-if-cached"));
        await uncached.JsonAsync(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task A_name_that_is_none_of_ours_is_repeated_in_part_however_long_it_is(string method)
    {
        using var client = await system.ClientAsync();
        using var refused = method == "GET"
            ? await client.GetAsync($"{ApiClient.Opportunities}?{_longName}=1")
            : await client.SendAsync(
                HttpMethod.Post, ApiClient.Opportunities, $"{ApiClient.Valid().ToJsonString()[..^1]},\"{_longName}\":1}}");
        Assert.Equal([$"{_longName[..50]}…"], await refused.OffendingAsync());
    }

    [Fact]
    public async Task A_body_of_nothing_but_unknown_members_is_answered_with_a_part_of_them()
    {
        using var client = await system.ClientAsync();
        var members = string.Join(',', Enumerable.Range(0, 50_000).Select(n => $"\"m{n}\":1"));
        using var refused = await client.SendAsync(HttpMethod.Post, ApiClient.Opportunities, $"{{{members}}}");
        Assert.Equal(1000, (await refused.OffendingAsync()).Length);
    }

    [Fact]
    public async Task A_document_that_is_not_there_is_a_problem_like_any_other()
    {
        using var client = await system.ClientAsync();
        using var missing = await client.GetAsync("/openapi/v2.json");
        await missing.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_history_of_the_longest_text_is_no_longer_than_the_document_says()
    {
        using var client = await system.ClientAsync();
        var address = $"{ApiClient.Opportunities}/{await client.CreateAsync()}";
        var statement = new JsonObject { ["description"] = new StringBuilder().Insert(0, "😀", 20_000).ToString() };
        using var added = await client.SendAsync(HttpMethod.Post, $"{address}/problem-statements", statement.ToJsonString());
        await added.JsonAsync(HttpStatusCode.Created);
        var document = await client.GetJsonAsync("/openapi/v1.json");
        var longest = (int)document["components"]!["schemas"]!["ChangeResponse"]!["properties"]!["new_value"]!["maxLength"]!;
        var history = await client.GetJsonAsync($"{address}/history");
        Assert.InRange(history["items"]![0]!["new_value"]!.GetValue<string>().Length, 20_000, longest);
    }

    [Fact]
    public async Task A_client_that_goes_away_while_it_is_told_why_it_is_refused_is_no_failure()
    {
        using var gone = new CancellationTokenSource();
        var context = new DefaultHttpContext { RequestAborted = gone.Token, Response = { Body = new ClosingStream(gone) } };
        var handler = new ProblemExceptionHandler(NullLogger<ProblemExceptionHandler>.Instance);
        Assert.True(await handler.TryHandleAsync(context, ApiException.NotFound(), CancellationToken.None));
        Assert.True(gone.IsCancellationRequested);
    }

    /// <summary>A connection that the client closes with the first byte that comes.</summary>
    private sealed class ClosingStream(CancellationTokenSource gone) : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await gone.CancelAsync();
            throw new OperationCanceledException(gone.Token);
        }
    }
}
