using System.Net;
using System.Net.Http.Headers;
using Opportunities.Tests.Api;

namespace Opportunities.Tests.Security;

/// <summary>Who has no token that validates gets nothing, whatever is asked for.</summary>
[Collection(SystemCollection.Name)]
public sealed class AuthenticationTests(TestSystem system)
{
    public static TheoryData<string> BadTokens() => [.. TokenForge.Kinds];

    [Theory]
    [MemberData(nameof(BadTokens))]
    public async Task A_token_that_does_not_validate_is_401_everywhere(string kind)
    {
        using var client = await system.ClientAsync(null);
        var operations = DocumentedOperation.AllOf(await client.GetJsonAsync("/openapi/v1.json"));
        var token = await TokenForge.MakeAsync(kind, system);
        if (token is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var operation in operations.Where(
            operation => operation.Path.StartsWith(ApiClient.Opportunities, StringComparison.Ordinal)))
        {
            using var response = await operation.SendAsync(client, RequestTarget.Unknown);
            Assert.True(response.StatusCode == HttpStatusCode.Unauthorized, $"{operation.Method} {operation.Path}: {response.StatusCode}");
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
}
