namespace Opportunities.SystemTests.Identity;

public sealed class IdentityStartTests
{
    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    public async Task It_does_not_start_outside_Development(string environment)
    {
        var (exitCode, error) = await IdentityProcess.RunToEndAsync(environment);

        Assert.NotEqual(0, exitCode);
        Assert.Contains($"does not start in the environment '{environment}'", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    [Theory]
    [InlineData("Identity__Issuer", "not an address", "Identity:Issuer")]
    [InlineData("Identity__Issuer", "ftp://example", "Identity:Issuer")]
    [InlineData("Identity__Issuer", "http://example/?a=b", "Identity:Issuer")]
    [InlineData("Identity__ClientSecret", "", "Identity:ClientSecret")]
    [InlineData("Identity__SigningKeyPath", " ", "Identity:SigningKeyPath")]
    [InlineData("Identity__SigningKeyPath", "Opportunities.Identity.dll", "Identity:SigningKeyPath")]
    public async Task It_names_the_setting_that_it_cannot_start_with(string name, string value, string setting)
    {
        var (exitCode, error) = await IdentityProcess.RunToEndAsync("Development", (name, value));

        Assert.NotEqual(0, exitCode);
        Assert.Contains(setting, error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }
}
