using System.Diagnostics;
using Opportunities.LocalServers;

namespace Opportunities.Bench;

/// <summary>nginx in front of one and of two API processes.</summary>
internal sealed class Replicas : IAsyncDisposable
{
    private readonly List<Process> _proxies = [];
    private readonly List<Measured> _servers = [];

    public IReadOnlyList<Measured> Servers => _servers;

    public static async Task<Replicas> StartAsync(Site site, string directory)
    {
        var second = Site.Address();
        var process = await site.StartApiAsync(second, isCached: true);
        await process.WaitUntilHealthyAsync(TimeSpan.FromSeconds(60));
        var first = site.Server(Measured.Cached).Url;
        var replicas = new Replicas();
        await replicas.AddAsync("nginx, 1 process", directory, [first]);
        await replicas.AddAsync("nginx, 2 processes", directory, [first, second]);
        return replicas;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in _proxies)
        {
            proxy.Kill(entireProcessTree: true);
            await proxy.WaitForExitAsync();
            proxy.Dispose();
        }
    }

    private async Task AddAsync(string name, string directory, Uri[] upstream)
    {
        var address = Site.Address();
        var folder = Directory.CreateDirectory(Path.Combine(directory, $"nginx-{upstream.Length}")).FullName;
        var file = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(file, $$"""
            daemon off;
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            worker_processes 2;
            pid {{folder}}/pid;
            error_log stderr warn;
            events { worker_connections 1024; }
            http {
              access_log off;
              client_body_temp_path {{folder}}/body;
              proxy_temp_path {{folder}}/proxy;
              fastcgi_temp_path {{folder}}/fastcgi;
              uwsgi_temp_path {{folder}}/uwsgi;
              scgi_temp_path {{folder}}/scgi;
              keepalive_requests 1000000000;
              proxy_buffers 8 32k;
              upstream api {
                least_conn;
                {{string.Join(' ', upstream.Select(url => $"server {url.Authority};"))}}
                keepalive 256;
                keepalive_requests 1000000000;
              }
              server {
                listen {{address.Authority}};
                location / {
                  proxy_pass http://api;
                  proxy_http_version 1.1;
                  proxy_set_header Connection "";
                }
              }
            }
            """);
        var program = File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";
        _proxies.Add(Process.Start(new ProcessStartInfo(program, ["-c", file, "-p", folder]))
            ?? throw new LocalServerException("nginx cannot be started."));
        using var client = new HttpClient { BaseAddress = address };
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri("/health", UriKind.Relative));
                answer.EnsureSuccessStatusCode();
                break;
            }
            catch (HttpRequestException) when (attempt < 100)
            {
                await Task.Delay(50);
            }
        }

        _servers.Add(new Measured(name, address, Process: null));
    }
}
