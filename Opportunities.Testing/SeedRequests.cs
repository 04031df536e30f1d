using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Opportunities.Testing;

/// <summary>
/// The functional and security validation of the deployment document, request by request, body by body. Whatever system can be
/// told to run this, runs the same.
/// </summary>
public abstract class SeedRequests(ISystemUnderTest system)
{
    [Fact]
    public async Task The_functional_validation_passes_request_by_request()
    {
        using var anonymous = await system.ClientAsync(null);
        using var client = await system.ClientAsync();

        using var health = await anonymous.GetAsync("/health");
        Assert.Equal("healthy", (await health.JsonAsync(HttpStatusCode.OK))["status"]!.GetValue<string>());
        using var detailed = await anonymous.GetAsync("/health/detailed");
        Assert.Equal("healthy", (await detailed.JsonAsync(HttpStatusCode.OK))["components"]!["database"]!["status"]!.GetValue<string>());

        using var list = await client.GetAsync("/api/v1/opportunities");
        Assert.NotNull((await list.JsonAsync(HttpStatusCode.OK))["items"]);

        using var created = await client.PostAsync("/api/v1/opportunities", Json(
            """
            {
                   "title": "Test Opportunity",
                   "description": "Test Description",
                   "client_name": "Test Client",
                   "estimated_budget": 10000.0,
                   "estimated_start_date": "2023-01-01T00:00:00Z",
                   "estimated_end_date": "2023-12-31T00:00:00Z",
                   "status": "DRAFT"
                 }
            """));
        var id = (await created.JsonAsync(HttpStatusCode.Created))["id"]!.GetValue<string>();

        using var got = await client.GetAsync($"/api/v1/opportunities/{id}");
        Assert.Equal("Test Opportunity", (await got.JsonAsync(HttpStatusCode.OK))["title"]!.GetValue<string>());

        using var updated = await client.PutAsync($"/api/v1/opportunities/{id}", Json("""{ "title": "Updated Opportunity" }"""));
        var afterUpdate = await updated.JsonAsync(HttpStatusCode.OK);
        Assert.Equal("Updated Opportunity", afterUpdate["title"]!.GetValue<string>());
        Assert.Equal("Test Description", afterUpdate["description"]!.GetValue<string>());

        using var moved = await client.PostAsync(
            $"/api/v1/opportunities/{id}/status", Json("""{ "new_status": "SUBMITTED", "reason": "Ready for review" }"""));
        Assert.Equal("SUBMITTED", (await moved.JsonAsync(HttpStatusCode.OK))["status"]!.GetValue<string>());

        using var deleted = await client.DeleteAsync($"/api/v1/opportunities/{id}");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var gone = await client.GetAsync($"/api/v1/opportunities/{id}");
        await gone.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_security_validation_is_refused_as_it_should_be()
    {
        using var anonymous = await system.ClientAsync(null);
        using var without = await anonymous.GetAsync("/api/v1/opportunities");
        await without.ProblemAsync(HttpStatusCode.Unauthorized);
        Assert.Equal("Bearer", without.Headers.WwwAuthenticate.ToString());

        anonymous.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "invalid_token");
        using var invalid = await anonymous.GetAsync("/api/v1/opportunities");
        await invalid.ProblemAsync(HttpStatusCode.Unauthorized);
        Assert.Contains("invalid_token", invalid.Headers.WwwAuthenticate.ToString());

        using var limited = await system.ClientAsync("dev-none");
        using var insufficient = await limited.GetAsync("/api/v1/opportunities");
        await insufficient.ProblemAsync(HttpStatusCode.Forbidden);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
