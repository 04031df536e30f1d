using Opportunities.LocalServers;

namespace Opportunities.SystemTests.Deployed;

/// <summary>A server's certificate and key as files that the server's user can read.</summary>
internal sealed record TlsFiles(string Certificate, string Key)
{
    /// <summary>Writes both.</summary>
    /// <param name="directory">Where to.</param>
    /// <param name="authority">Who certifies.</param>
    /// <param name="host">The only name that the certificate is for.</param>
    public static async Task<TlsFiles> WriteAsync(string directory, CertificateAuthority authority, string host)
    {
        var files = new TlsFiles(Path.Combine(directory, "server.pem"), Path.Combine(directory, "server.key"));
        var (certificate, key) = authority.Certify(host);
        await File.WriteAllTextAsync(files.Certificate, certificate);
        await File.WriteAllTextAsync(files.Key, key);
        // PostgreSQL takes no key that others than its user could read.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(files.Key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        if (UnprivilegedUser.Needed is { } user) await user.OwnAsync([files.Key], default);
        return files;
    }
}
