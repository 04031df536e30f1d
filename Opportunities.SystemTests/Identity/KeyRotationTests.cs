using System.Net;
using System.Net.Http.Headers;

namespace Opportunities.SystemTests.Identity;

/// <summary>The issuer changes its key.</summary>
[Trait("Category", "Faults")]
public sealed class KeyRotationTests : OwnSystem
{
    [Fact]
    public async Task Tokens_of_a_new_key_are_taken_without_a_restart_and_those_of_the_old_one_still_are()
    {
        var old = await NewTokenAsync("dev-all");
        await using var second = await Local.StartAnotherApiAsync();
        using var client = new HttpClient();
        for (var round = 0; round < 3; round++)
        {
            using var rotated = await client.PostAsync($"{Local.IdentityAddress}development/rotate-key", null);
            Assert.Equal(HttpStatusCode.NoContent, rotated.StatusCode);
            var fresh = await NewTokenAsync("dev-all");
            foreach (var api in new[] { Local.Api, second })
            {
                await Eventually.TrueAsync(async () => await StatusAsync(api.BaseAddress, fresh) == HttpStatusCode.OK);
                Assert.Equal(HttpStatusCode.OK, await StatusAsync(api.BaseAddress, round < 2 ? old : fresh));
            }
        }

        async Task<HttpStatusCode> StatusAsync(Uri api, string token)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(api, $"{ApiClient.Opportunities}?size=1"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await client.SendAsync(request);
            return response.StatusCode;
        }
    }
}
