using System.Net;
using System.Net.Http.Headers;

namespace Opportunities.Tests.Api;

/// <summary>The permission table, every operation by every kind of caller, on an opportunity that dev-rep-1 owns and that is a draft.</summary>
[Collection(SystemCollection.Name)]
public sealed class PermissionMatrixTests(TestSystem system)
{
    private static readonly (string Operation, string Method, string Path, string? Body)[] _operations =
    [
        ("list", "GET", "", null),
        ("summary", "GET", "/summary", null),
        ("create", "POST", "", ApiClient.Valid().ToJsonString()),
        ("get", "GET", "/{id}", null),
        ("history", "GET", "/{id}/history", null),
        ("update", "PUT", "/{id}", """{"title":"Changed"}"""),
        ("add skill", "POST", "/{id}/skill-requirements", """{"skill_name":"Go","experience_level":"EXPERT"}"""),
        ("list skills", "GET", "/{id}/skill-requirements", null),
        ("list problems", "GET", "/{id}/problem-statements", null),
        ("list dates", "GET", "/{id}/timeline-requirements", null),
        ("export", "GET", "/export", null),
        ("list files", "GET", "/{id}/attachments", null),
        ("upload url", "POST", "/{id}/attachments/upload-url", """{"file_name":"plan.pdf","content_type":"application/pdf","file_size":1000}"""),
        ("submit", "POST", "/{id}/status", """{"new_status":"SUBMITTED","reason":"Ready"}"""),
        ("withdraw", "POST", "/{id}/status", """{"new_status":"DRAFT","reason":"Not ready"}"""),
        ("cancel", "POST", "/{id}/status", """{"new_status":"CANCELLED","reason":"Over"}"""),
        ("delete", "DELETE", "/{id}", null),
    ];

    /// <summary>For each caller, the status codes of the operations above, in their order.</summary>
    private static readonly Dictionary<string, int[]> _expected = new()
    {
        ["dev-all"] = [200, 200, 201, 200, 200, 200, 201, 200, 200, 200, 200, 200, 200, 200, 200, 200, 204],
        ["dev-admin"] = [200, 200, 201, 200, 200, 200, 201, 200, 200, 200, 200, 200, 200, 200, 200, 200, 204],
        ["dev-manager"] = [200, 200, 201, 200, 200, 200, 201, 200, 200, 200, 200, 200, 200, 200, 200, 200, 204],
        ["dev-service"] = [200, 200, 201, 200, 200, 200, 201, 200, 200, 200, 200, 200, 200, 200, 200, 200, 403],
        ["dev-reader"] = [200, 200, 403, 200, 200, 403, 403, 200, 200, 200, 200, 200, 403, 403, 403, 403, 403],
        ["dev-none"] = [403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403, 403],
        // The owner: may edit and submit the draft, may not withdraw it, may cancel it.
        ["dev-rep-1"] = [200, 200, 201, 200, 200, 200, 201, 200, 200, 200, 200, 200, 200, 200, 403, 200, 403],
        // Another representative: does not learn that it exists.
        ["dev-rep-2"] = [200, 200, 201, 404, 404, 404, 404, 404, 404, 404, 200, 404, 404, 404, 404, 404, 403],
    };

    public static TheoryData<string> Callers() => [.. _expected.Keys];

    [Theory]
    [MemberData(nameof(Callers))]
    public async Task A_caller_may_do_what_its_scopes_and_roles_permit_and_nothing_else(string caller)
    {
        using var owner = await system.ClientAsync("dev-rep-1");
        using var client = await system.ClientAsync(caller);
        var id = await owner.CreateAsync();
        var answers = new List<string>();
        foreach (var (operation, method, path, body) in _operations)
        {
            using var response = await client.SendAsync(new HttpMethod(method), ApiClient.Opportunities + path.Replace("{id}", id), body);
            answers.Add($"{operation}: {(int)response.StatusCode}");
        }

        Assert.Equal(_operations.Zip(_expected[caller], (operation, status) => $"{operation.Operation}: {status}"), answers);
    }

    public static TheoryData<string> BadTokens() => [.. TokenForge.Kinds];

    [Theory]
    [MemberData(nameof(BadTokens))]
    public async Task A_token_that_does_not_validate_is_401_everywhere(string kind)
    {
        using var client = await system.ClientAsync(null);
        var token = await TokenForge.MakeAsync(kind, system);
        if (token is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (operation, method, path, body) in _operations)
        {
            using var response = await client.SendAsync(
                new HttpMethod(method), ApiClient.Opportunities + path.Replace("{id}", Guid.CreateVersion7().ToString()), body);
            Assert.True(response.StatusCode == HttpStatusCode.Unauthorized, $"{operation}: {response.StatusCode}");
            Assert.StartsWith("Bearer", response.Headers.WwwAuthenticate.ToString());
        }
    }

    [Fact]
    public async Task The_scheme_of_the_token_is_case_insensitive()
    {
        using var client = await system.ClientAsync(null);
        using var response = await client.SendAsync(
            HttpMethod.Get, ApiClient.Opportunities, headers: ("Authorization", $"bEaReR {await system.TokenAsync("dev-reader")}"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task An_unknown_path_is_401_without_a_token_and_404_with_one()
    {
        using var anonymous = await system.ClientAsync(null);
        using var without = await anonymous.GetAsync("/api/v1/nothing");
        await without.ProblemAsync(HttpStatusCode.Unauthorized);
        using var client = await system.ClientAsync("dev-none");
        using var with = await client.GetAsync("/api/v1/nothing");
        await with.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_representative_lists_and_counts_only_what_is_its_own()
    {
        using var first = await system.ClientAsync("dev-rep-1");
        using var second = await system.ClientAsync("dev-rep-2");
        var id = await first.CreateAsync();
        var own = await first.GetJsonAsync($"{ApiClient.Opportunities}?size=100");
        Assert.Contains(own["items"]!.AsArray(), item => item!["id"]!.GetValue<string>() == id);
        var foreign = await second.GetJsonAsync($"{ApiClient.Opportunities}?size=100&created_by=dev-rep-1");
        Assert.Equal(0, foreign["total_items"]!.GetValue<int>());
        var summary = await second.GetJsonAsync($"{ApiClient.Opportunities}/summary");
        var mine = await second.GetJsonAsync($"{ApiClient.Opportunities}?created_by=me&size=1");
        Assert.Equal(mine["total_items"]!.GetValue<int>(), summary["total_count"]!.GetValue<int>());
    }
}
