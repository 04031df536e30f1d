using System.Net;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Opportunities.SystemTests.Identity;

public sealed class SigningKeyTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("opportunities-identity-");

    private string KeyPath => Path.Combine(_folder.FullName, "keys", "signing.pem");

    [Fact]
    public async Task A_token_outlives_a_restart_when_the_key_is_kept()
    {
        string token, issuer;
        using (var before = await IdentityProcess.StartAsync(("Identity__SigningKeyPath", KeyPath)))
        {
            token = await before.AccessTokenAsync("dev-all");
            issuer = before.Issuer;
        }

        using var after = await IdentityProcess.StartAsync(("Identity__SigningKeyPath", KeyPath), ("Identity__Issuer", issuer));
        var result = await after.ValidateAsync(token);

        Assert.True(result.IsValid, result.Exception?.Message);
    }

    [Fact]
    public async Task The_key_file_is_for_its_owner_only()
    {
        using var identity = await IdentityProcess.StartAsync(("Identity__SigningKeyPath", KeyPath));

        Assert.True(File.Exists(KeyPath));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyPath));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_rotation_the_new_key_signs_and_the_old_one_still_validates(bool keptInFile)
    {
        using var identity = await IdentityProcess.StartAsync(keptInFile ? [("Identity__SigningKeyPath", KeyPath)] : []);
        var before = await identity.AccessTokenAsync("dev-all");

        using var rotation = await identity.Http.PostAsync(new Uri("/development/rotate-key", UriKind.Relative), content: null);
        var after = await identity.AccessTokenAsync("dev-all");

        Assert.Equal(HttpStatusCode.NoContent, rotation.StatusCode);
        Assert.NotEqual(new JsonWebToken(before).Kid, new JsonWebToken(after).Kid);
        Assert.True((await identity.ValidateAsync(before)).IsValid);
        Assert.True((await identity.ValidateAsync(after)).IsValid);
    }

    [Fact]
    public async Task Both_keys_of_a_rotation_outlive_a_restart()
    {
        string old, young, issuer;
        using (var before = await IdentityProcess.StartAsync(("Identity__SigningKeyPath", KeyPath)))
        {
            issuer = before.Issuer;
            old = await before.AccessTokenAsync("dev-all");
            using var rotation = await before.Http.PostAsync(new Uri("/development/rotate-key", UriKind.Relative), content: null);
            young = await before.AccessTokenAsync("dev-all");
        }

        using var after = await IdentityProcess.StartAsync(("Identity__SigningKeyPath", KeyPath), ("Identity__Issuer", issuer));
        var newest = await after.AccessTokenAsync("dev-all");

        Assert.True((await after.ValidateAsync(old)).IsValid);
        Assert.True((await after.ValidateAsync(young)).IsValid);
        Assert.Equal(new JsonWebToken(young).Kid, new JsonWebToken(newest).Kid);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
