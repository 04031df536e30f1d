using System.Net;

namespace Opportunities.SystemTests.Api;

/// <summary>What happens when a process of the system ends for good, each test with a system of its own.</summary>
public sealed class ShutdownTests : OwnSystem
{
    [Fact]
    public async Task Without_the_issuer_tokens_that_were_issued_keep_working()
    {
        using var client = await this.ClientAsync();
        await client.GetJsonAsync(ApiClient.Opportunities);
        await Local.Identity.StopAsync();
        await client.GetJsonAsync(ApiClient.Opportunities);
    }

    [Fact]
    public async Task A_stop_lets_what_is_being_served_finish()
    {
        using var client = await this.ClientAsync();
        await client.GetJsonAsync(ApiClient.Opportunities);
        var reads = Enumerable.Range(0, 20).Select(n => client.GetAsync($"{ApiClient.Opportunities}?page={n}&size=100")).ToList();
        await Task.WhenAny(reads);
        // It would be killed then, and end otherwise.
        await Local.Api.StopAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(0, await Local.Api.Exited);
        foreach (var read in reads)
        {
            // A connection that the server never accepted is no request; one that it accepted gets its answer.
            if (await read.ContinueWith(task => task.IsCompletedSuccessfully, TaskScheduler.Default))
                Assert.Equal(HttpStatusCode.OK, (await read).StatusCode);
        }
    }
}
