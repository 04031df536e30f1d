using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;

namespace Opportunities.SystemTests.Identity;

/// <summary>The issuer as a process of its own, on a free port.</summary>
public sealed partial class IdentityProcess : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    private IdentityProcess(Process process, Uri address)
    {
        _process = process;
        Http = new HttpClient { BaseAddress = address, Timeout = _patience };
    }

    public HttpClient Http { get; }

    public string Issuer => Http.BaseAddress!.GetLeftPart(UriPartial.Authority);

    /// <summary>Starts the issuer and waits until it listens.</summary>
    public static async Task<IdentityProcess> StartAsync(params (string Name, string Value)[] settings)
    {
        var process = Launch("Development", settings);
        try
        {
            var address = await ListeningAddressAsync(process);
            _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
            _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
            return new IdentityProcess(process, address);
        }
        catch
        {
            End(process);
            throw;
        }
    }

    /// <summary>Runs the issuer where it is expected to end by itself.</summary>
    public static async Task<(int ExitCode, string Error)> RunToEndAsync(string environment, params (string Name, string Value)[] settings)
    {
        var process = Launch(environment, settings);
        using var limit = new CancellationTokenSource(_patience);
        try
        {
            _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, limit.Token);
            var error = await process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, error);
        }
        finally
        {
            End(process);
        }
    }

    /// <summary>Asks for a token with a form, as the system's documentation does.</summary>
    public async Task<HttpResponseMessage> RequestTokenAsync(params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await Http.PostAsync(new Uri("/oauth2/token", UriKind.Relative), content);
    }

    /// <summary>Asks for a token with the client in the header.</summary>
    public async Task<HttpResponseMessage> RequestTokenWithBasicAsync(string clientId, string secret)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/oauth2/token")
        {
            Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]),
            Headers =
            {
                Authorization = new AuthenticationHeaderValue(
                    "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{clientId}:{secret}"))),
            },
        };
        return await Http.SendAsync(request);
    }

    public void Dispose()
    {
        Http.Dispose();
        End(_process);
    }

    private static async Task<Uri> ListeningAddressAsync(Process process)
    {
        using var limit = new CancellationTokenSource(_patience);
        var log = new StringBuilder();
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            log.AppendLine(line);
            if (Listening().Match(line) is { Success: true } match) return new Uri(match.Groups["address"].Value);
        }

        throw new InvalidOperationException(
            $"The issuer ended instead of listening:\n{log}{await process.StandardError.ReadToEndAsync(limit.Token)}");
    }

    private static void End(Process process)
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }

    private static Process Launch(string environment, (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [ServiceAssemblies.Identity])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(ServiceAssemblies.Identity),
            Environment =
            {
                ["ASPNETCORE_ENVIRONMENT"] = environment,
                ["DOTNET_ENVIRONMENT"] = environment,
                ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
                ["Logging__LogLevel__Microsoft.Hosting.Lifetime"] = "Information",
            },
        };
        foreach (var (name, value) in settings) start.Environment[name] = value;

        return Process.Start(start)!;
    }

    [GeneratedRegex(@"Now listening on: (?<address>http://\S+)")]
    private static partial Regex Listening();
}
