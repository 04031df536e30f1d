using System.Net;
using System.Net.Http.Headers;
using Opportunities.Tests.Api;
using Opportunities.Tests.Servers;

namespace Opportunities.Tests.Faults;

/// <summary>The issuer hangs, changes its key, and is gone.</summary>
[Collection(FaultCollection.Name)]
[Trait("Category", "Faults")]
public sealed class IssuerFaultTests(FaultSystem system)
{
    [Fact]
    public Task It_hangs_and_tokens_that_were_issued_keep_working() => new FaultRun
    {
        Name = "Issuer hanging",
        Break = () =>
        {
            system.Local.Identity.Pause();
            return Task.CompletedTask;
        },
        Duration = FaultRun.Outage,
        Mend = () =>
        {
            system.Local.Identity.Resume();
            return Task.CompletedTask;
        },
    }.RunAsync(system);

    [Fact]
    public async Task Tokens_of_a_new_key_are_taken_without_a_restart_and_those_of_the_old_one_still_are()
    {
        var old = await system.NewTokenAsync("dev-all");
        using var client = new HttpClient();
        for (var round = 0; round < 3; round++)
        {
            using var rotated = await client.PostAsync($"{system.Local.Endpoints.Identity}/development/rotate-key", null);
            Assert.Equal(HttpStatusCode.NoContent, rotated.StatusCode);
            var fresh = await system.NewTokenAsync("dev-all");
            foreach (var api in new[] { system.Local.Api, system.Second })
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
