namespace Opportunities.SystemTests.Api;

/// <summary>The API does not start with settings that it cannot work with, and says in one sentence which.</summary>
public sealed class ConfigurationTests
{
    [Theory]
    [InlineData("Authentication__Issuer", "", "Issuer")]
    [InlineData("Authentication__Issuer", "not a url", "Authentication:Issuer must be an absolute URL.")]
    [InlineData("Authentication__Issuer", "http://issuer.example.com", "Authentication:Issuer must be an https URL outside development.")]
    [InlineData("Authentication__AllowedAudiences__0", " ", "Authentication:AllowedAudiences must not contain a blank entry.")]
    [InlineData("ConnectionStrings__opportunitiesdb", "", "ConnectionStrings:opportunitiesdb is missing.")]
    [InlineData("ConnectionStrings__opportunitiesdb", "nonsense", "ConnectionStrings:opportunitiesdb is not a connection string")]
    [InlineData("ConnectionStrings__cache", "", "ConnectionStrings:cache is missing.")]
    [InlineData("Events__QueueUrl", "not a url", "Events:QueueUrl must be the http or https URL of a FIFO queue")]
    [InlineData(
        "Events__QueueUrl", "https://sqs.us-east-1.amazonaws.com/000000000000/events",
        "Events:QueueUrl must be the http or https URL of a FIFO queue, which ends in .fifo.")]
    [InlineData("Events__Retention", "00:00:00", "Events: Retention and CleaningInterval must be above zero.")]
    [InlineData("Idempotency__CleaningInterval", "00:00:00", "Idempotency:CleaningInterval must be above zero.")]
    [InlineData("Cors__AllowedOrigins__0", "example", "Cors:AllowedOrigins: 'example' is not an origin")]
    public async Task A_setting_that_is_missing_or_wrong_is_named(string name, string value, string sentence)
    {
        var lines = new List<string>();
        await using var process = await ServiceProcess.StartAsync(new ServiceProcessOptions
        {
            Name = "api",
            AssemblyPath = ServiceAssemblies.Api,
            Environment = new Dictionary<string, string?>
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
                ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
                ["Authentication__Issuer"] = "https://issuer.example.com",
                ["Authentication__AllowedAudiences__0"] = "opportunities",
                ["ConnectionStrings__opportunitiesdb"] = "Host=127.0.0.1;Port=1;Database=none",
                ["ConnectionStrings__cache"] = "127.0.0.1:1",
                ["Attachments__Directory"] = Path.GetTempPath(),
                [name] = value,
            },
            Output = line =>
            {
                lock (lines) lines.Add(line);
            },
        });
        Assert.Equal(1, await process.Exited.WaitAsync(TimeSpan.FromSeconds(60)));
        lock (lines)
        {
            var said = Assert.Single(lines, line => line.StartsWith("The configuration is invalid:", StringComparison.Ordinal));
            Assert.Contains(sentence, said);
            Assert.DoesNotContain(lines, line => line.Contains("   at ", StringComparison.Ordinal));
        }
    }
}
