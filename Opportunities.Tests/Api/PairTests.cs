using System.Net;
using System.Text.Json.Nodes;

namespace Opportunities.Tests.Api;

/// <summary>Each pair of operations on the same part, sent at the same time: whoever comes first, nothing is left half done.</summary>
[Collection(SystemCollection.Name)]
public sealed class PairTests(TestSystem system) : IAsyncLifetime
{
    private const int Rounds = 12;
    private const string Skills = "skill-requirements";

    private static readonly Dictionary<string, Func<HttpClient, string, string, Task<HttpResponseMessage>>> _operations = new()
    {
        ["replace"] = (client, id, part) => client.SendAsync(
            HttpMethod.Put, $"{ApiClient.Opportunities}/{id}/{Skills}/{part}",
            new { skill_name = "Patience", experience_level = "EXPERT", importance = "NICE_TO_HAVE" }),
        ["replace by another"] = (client, id, part) => client.SendAsync(
            HttpMethod.Put, $"{ApiClient.Opportunities}/{id}/{Skills}/{part}",
            new { skill_name = "Courage", experience_level = "BEGINNER" }),
        ["remove"] = (client, id, part) => client.DeleteAsync($"{ApiClient.Opportunities}/{id}/{Skills}/{part}"),
        ["add the same"] = (client, id, _) => client.SendAsync(
            HttpMethod.Post, $"{ApiClient.Opportunities}/{id}/{Skills}", new { skill_name = "courage", experience_level = "EXPERT" }),
        ["delete the opportunity"] = (client, id, _) => client.DeleteAsync($"{ApiClient.Opportunities}/{id}"),
        ["begin matching"] = (client, id, _) => client.MoveAsync(id, "MATCHING_IN_PROGRESS"),
        ["change the opportunity"] = (client, id, _) => client.SendAsync(
            HttpMethod.Put, $"{ApiClient.Opportunities}/{id}", new { title = "Another title", reason = "A pair" }),
    };

    private HttpClient _client = null!;

    public static IEnumerable<object[]> Pairs =>
        _operations.Keys.SelectMany((one, n) => _operations.Keys.Skip(n).Select(two => new object[] { one, two }));

    public async Task InitializeAsync() => _client = await system.ClientAsync();

    public Task DisposeAsync()
    {
        _client.Dispose();
        return Task.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Two_operations_on_a_requirement_leave_what_one_after_the_other_leaves(string one, string two)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var (id, part) = await SubmittedAsync();
            var answers = await Task.WhenAll(_operations[one](_client, id, part), _operations[two](_client, id, part));
            var done = answers.Count(answer => answer.IsSuccessStatusCode);
            Assert.All(answers, answer => Assert.True(
                answer.IsSuccessStatusCode || answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict,
                $"{one}, {two}: {answer.StatusCode}"));
            Assert.NotEqual(0, done);

            using var read = await _client.GetAsync($"{ApiClient.Opportunities}/{id}");
            if (read.StatusCode == HttpStatusCode.NotFound)
            {
                Assert.Contains("delete the opportunity", new[] { one, two });
                continue;
            }

            var after = await read.JsonAsync(HttpStatusCode.OK);
            var skills = after["skill_requirements"]!.AsArray();
            Assert.Equal(skills.Count, skills.Select(skill => ((string)skill!["skill_name"]!).ToUpperInvariant()).Distinct().Count());
            if ((string?)after["status"] == "MATCHING_IN_PROGRESS" && one != "remove" && two != "remove") Assert.NotEmpty(skills);
            await HistoryMatchesAsync(id, after);
        }
    }

    [Theory]
    [InlineData("delete", "complete")]
    [InlineData("complete", "complete")]
    [InlineData("delete", "delete")]
    [InlineData("delete", "download-url")]
    public async Task Two_operations_on_an_attachment_leave_no_attachment_without_its_bytes(string one, string two)
    {
        for (var round = 0; round < 40; round++)
        {
            var id = await _client.CreateAsync();
            var key = await _client.StoreAsync(id);
            using var first = await _client.CompleteAsync(id, key);
            var attachment = await first.JsonAsync(HttpStatusCode.Created);
            Task<HttpResponseMessage> Send(string operation) => operation switch
            {
                "delete" => _client.DeleteAsync($"{AttachmentClient.Of(id)}/{attachment["id"]}"),
                "complete" => _client.CompleteAsync(id, key),
                _ => _client.GetAsync($"{AttachmentClient.Of(id)}/{attachment["id"]}/download-url"),
            };
            foreach (var answer in await Task.WhenAll(Send(one), Send(two)))
            {
                Assert.True(
                    answer.IsSuccessStatusCode || answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict,
                    $"{one}, {two}: {answer.StatusCode}");
            }

            var listed = (await _client.GetJsonAsync(AttachmentClient.Of(id)))["items"]!.AsArray();
            Assert.True(listed.Count <= 1, $"{one}, {two}: {listed.Count} attachments of one file");
            foreach (var item in listed)
            {
                using var bytes = await AttachmentClient.FetchAsync(await _client.DownloadUrlAsync(id, item!));
                Assert.True(
                    bytes.StatusCode == HttpStatusCode.OK,
                    $"{one}, {two}, round {round}: an attachment without bytes ({bytes.StatusCode})");
                Assert.Equal(AttachmentClient.Content, await bytes.Content.ReadAsByteArrayAsync());
            }
        }
    }

    private async Task<(string Id, string Part)> SubmittedAsync()
    {
        var id = await _client.CreateAsync();
        using var problem = await _client.SendAsync(
            HttpMethod.Post, $"{ApiClient.Opportunities}/{id}/problem-statements", new { description = new string('p', 100) });
        using var skill = await _client.SendAsync(
            HttpMethod.Post, $"{ApiClient.Opportunities}/{id}/{Skills}", new { skill_name = "Patience", experience_level = "ADVANCED" });
        using var moved = await _client.MoveAsync(id, "SUBMITTED");
        await moved.JsonAsync(HttpStatusCode.OK);
        return (id, (string)(await skill.JsonAsync(HttpStatusCode.Created))["id"]!);
    }

    // The versions without a gap; and each part that the history added and did not remove is there, with its last values.
    private async Task HistoryMatchesAsync(string id, JsonNode after)
    {
        var changes =
            (await _client.GetJsonAsync($"{ApiClient.Opportunities}/{id}/history?size=100"))["items"]!.AsArray().Reverse().ToList();
        var parts = new Dictionary<string, string?>();
        foreach (var change in changes.Where(
            change => ((string)change!["field_name"]!).StartsWith("skill_requirements/", StringComparison.Ordinal)))
        {
            var name = (string)change!["field_name"]!;
            Assert.Equal(parts.GetValueOrDefault(name), (string?)change["old_value"]);
            parts[name] = (string?)change["new_value"];
        }

        Assert.Equal(
            parts.Where(part => part.Value is not null).Select(part => part.Key.Split('/')[1]).Order(),
            after["skill_requirements"]!.AsArray().Select(skill => (string)skill!["id"]!).Order());
    }
}
