using System.Text.RegularExpressions;

namespace Opportunities.SystemTests.Deployed;

/// <summary>Nothing that a run tells holds a secret.</summary>
public sealed partial class SecretsTests(SecretsRun run) : IClassFixture<SecretsRun>
{
    /// <summary>Who tells, and what is surely told by it: what is searched is there.</summary>
    public static TheoryData<string, string> Sources() => new()
    {
        { "API", $"\"XRequestId\":\"{SecretsRun.RequestId}\"" },
        { "API", "\"LogLevel\":\"Information\"" },
        { "API", "\"LogLevel\":\"Debug\"" },
        { "API", "28P01" },
        { "migrations", "\"LogLevel\":\"Information\"" },
        { "migrations", "\"LogLevel\":\"Debug\"" },
        { "issuer", "dbug: " },
        { "issuer", "info: " },
        { "traces", SecretsRun.RequestId },
        { "logs", SecretsRun.RequestId },
        { "metrics", "http.server.request.duration" },
        { "answers", "\"status\":\"degraded\"" },
        { "answers", "application/problem+json" },
    };

    [Theory]
    [MemberData(nameof(Sources))]
    public void Everything_that_tells_is_searched(string source, string text) =>
        Assert.Contains(run.Told, told => told.Source == source && told.Text.Contains(text, StringComparison.Ordinal));

    [Fact]
    public void No_secret_is_told()
    {
        Assert.True(run.Secrets.Count >= 11 && run.Secrets.Values.All(secret => secret.Length >= 16), string.Join(", ", run.Secrets.Keys));
        Assert.Empty(
            from told in run.Told
            from secret in run.Secrets
            where told.Text.Contains(secret.Value, StringComparison.Ordinal)
            select $"{told.Source} tells {secret.Key}: {told.Text[..Math.Min(told.Text.Length, 400)]}");
    }

    [Fact]
    public void No_connection_string_with_its_password_is_told_and_no_private_key() => Assert.Empty(
        from told in run.Told
        let found = Secret().Match(told.Text)
        where found.Success
        select $"{told.Source} tells {found}");

    [GeneratedRegex(@"(password|pwd)\s*=\s*[^*\s;,]|\w+://[^/\s:@""]+:[^@\s/""]+@|BEGIN [A-Z ]*PRIVATE KEY", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();
}
