// Shows what memory the API's process takes for what many ask for at once, and that an export needs no more of it for a million rows than
// for ten thousand: starts a throw-away system, fills it, and prints the peak resident memory beside that of an idle process. Linux only
// (it reads /proc).
//
//   dotnet run -c Release --project bench/Memory [rows, 1000000 by default]
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;
using Opportunities.Testing;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var rows = args is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 1_000_000;
var directory = Directory.CreateTempSubdirectory("opportunities-export-").FullName;
try
{
    await using var system = await ProcessSystem.StartAsync(new ProcessSystemOptions { DataDirectory = directory, IsDurable = false });
    var issuer = system.IdentityAddress.ToString().TrimEnd('/');
    await ShowLoadsAsync(system, issuer);
    await FillAsync(system.ConnectionString, rows);
    Console.WriteLine($"{"rows",10} {"coding",8} {"MiB",8} {"seconds",8} {"rows/s",8} {"peak RSS MiB",13}");
    int[] sizes = [10_000, 100_000, 1_000_000];
    DecompressionMethods[] codings = [DecompressionMethods.None, DecompressionMethods.GZip, DecompressionMethods.Brotli];
    foreach (var coding in codings)
    {
        using var handler = new SocketsHttpHandler { AutomaticDecompression = coding };
        using var client = new HttpClient(handler) { BaseAddress = system.ApiAddress, Timeout = TimeSpan.FromHours(1) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(issuer, "dev-all"));
        // The first one warms up, and is not printed.
        await ExportAsync(client, UpTo(10_000));
        foreach (var size in sizes.Where(size => size < rows).Append(rows))
        {
            ResetPeak(system.Api.ProcessId);
            var elapsed = Stopwatch.StartNew();
            var (lines, bytes) = await ExportAsync(client, UpTo(size));
            var (seconds, peak) = (elapsed.Elapsed.TotalSeconds, StatusMiB(system.Api.ProcessId, "VmHWM:"));
            if (lines != size + 1) throw new InvalidOperationException($"{size} rows were expected, and {lines - 1} came.");
            Console.WriteLine($"{size,10} {coding,8} {bytes / 1048576.0,8:0.0} {seconds,8:0.0} {size / seconds,8:0} {peak,13:0}");
        }
    }
}
finally
{
    Directory.Delete(directory, recursive: true);
}

// What many take at once, each measured in a process that was idle before.
static async Task ShowLoadsAsync(ProcessSystem system, string issuer)
{
    const int Bodies = 200;
    await FillLongAsync(system.ConnectionString);
    string[] callers = ["dev-all", "dev-service", "dev-reader", "dev-admin", "dev-manager"];
    var tokens = await Task.WhenAll(callers.Select(caller => TokenAsync(issuer, caller)));
    Console.WriteLine($"{"load",-58} {"idle RSS MiB",13} {"peak RSS MiB",13}  answers");
    await ShowAsync("50 exports of 2,000 rows of 10,000 characters", async api =>
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(async n =>
        {
            using var client = new HttpClient { BaseAddress = api, Timeout = TimeSpan.FromMinutes(10) };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens[n % tokens.Length]);
            return await TryExportAsync(client);
        }));
        return string.Join(", ", answers.CountBy(answer => answer).Select(answer => $"{answer.Value} × {(int)answer.Key}"));
    });
    await ShowAsync($"{Bodies} bodies that claim 1 MiB and send 1 KiB", api => HoldAsync(api, tokens[0], Bodies, 1 << 10));
    await ShowAsync($"{Bodies} bodies of 1 MiB but for their last byte", api => HoldAsync(api, tokens[0], Bodies, (1 << 20) - 1));

    async Task ShowAsync(string load, Func<Uri, Task<string>> act)
    {
        await using var api = await system.StartAnotherApiAsync();
        using var client = new HttpClient { BaseAddress = api.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens[0]);
        // It has served before: what it compiles is not counted.
        await ExportAsync(client, UpTo(0));
        var idle = StatusMiB(api.ProcessId, "VmRSS:");
        ResetPeak(api.ProcessId);
        var answers = await act(api.BaseAddress);
        Console.WriteLine($"{load,-58} {idle,13:0} {StatusMiB(api.ProcessId, "VmHWM:"),13:0}  {answers}");
    }
}

// Each body stays unfinished until all are there, and the process has had time to read them.
static async Task<string> HoldAsync(Uri api, string token, int count, int sent)
{
    var head = Encoding.ASCII.GetBytes(
        $"POST /api/v1/opportunities HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        + $"Content-Length: {1 << 20}\r\n\r\n");
    var body = new byte[sent];
    Array.Fill(body, (byte)' ');
    var connections = await Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
    {
        var connection = new TcpClient { NoDelay = true };
        await connection.ConnectAsync(IPAddress.Loopback, api.Port);
        await connection.GetStream().WriteAsync(head);
        await connection.GetStream().WriteAsync(body);
        return connection;
    }));
    await Task.Delay(TimeSpan.FromSeconds(5));
    var open = connections.Count(connection => connection.Connected && connection.Available == 0);
    foreach (var connection in connections) connection.Dispose();
    return $"{open} waited for";
}

static async Task FillLongAsync(string connectionString)
{
    await using var connection = new NpgsqlConnection(connectionString);
    await connection.OpenAsync();
    await using var command = new NpgsqlCommand(
        """
        INSERT INTO opportunities (id, title, description, client_name, estimated_budget, estimated_start_date, estimated_end_date, priority, status,
          created_by, updated_by, created_at, updated_at, version)
        SELECT gen_random_uuid(), 'Long ' || n, repeat('é', 10000), 'Client', 10000, '2023-01-01Z', '2023-12-31Z', 2, 'DRAFT', 'bench', 'bench',
          timestamptz '1990-01-01Z' + n * interval '1 second', now(), 1
        FROM generate_series(1, 2000) n
        """, connection)
    { CommandTimeout = 0 };
    await command.ExecuteNonQueryAsync();
}

// One row a second from the year 2000 on, so that created_to chooses how many. The indexes that an export does not read would
// only take time.
static async Task FillAsync(string connectionString, int rows)
{
    await using var connection = new NpgsqlConnection(connectionString);
    await connection.OpenAsync();
    await using var command = new NpgsqlCommand(
        """
        DO $$ DECLARE name text; BEGIN
          FOR name IN SELECT indexname FROM pg_indexes WHERE tablename = 'opportunities' AND indexname NOT IN ('pk_opportunities', 'ix_opportunities_created_at_id')
          LOOP EXECUTE format('DROP INDEX %I', name); END LOOP;
        END $$;
        """, connection)
    { CommandTimeout = 0 };
    await command.ExecuteNonQueryAsync();
    command.CommandText =
        """
        INSERT INTO opportunities (id, title, description, client_name, estimated_budget, estimated_start_date, estimated_end_date, priority, status,
          created_by, updated_by, created_at, updated_at, version)
        SELECT gen_random_uuid(), 'Opportunity ' || n, repeat('The need of the client, in prose. ', 10), 'Client ' || n % 1000, 10000 + n,
          '2023-01-01Z', '2023-12-31Z', 2, 'DRAFT', 'bench', 'bench', timestamptz '2000-01-01Z' + n * interval '1 second', now(), 1
        FROM generate_series(1, @rows) n
        """;
    command.Parameters.AddWithValue("rows", rows);
    await command.ExecuteNonQueryAsync();
    command.CommandText = "VACUUM ANALYZE opportunities";
    command.Parameters.Clear();
    await command.ExecuteNonQueryAsync();
}

static async Task<string> TokenAsync(string issuer, string clientId)
{
    using var client = new HttpClient();
    using var form = new FormUrlEncodedContent(new Dictionary<string, string>
    {
        ["grant_type"] = "client_credentials",
        ["client_id"] = clientId,
        ["client_secret"] = "development-only",
    });
    using var response = await client.PostAsync(new Uri($"{issuer}/oauth2/token"), form);
    return JsonNode.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!["access_token"]!.GetValue<string>();
}

static string UpTo(int rows) =>
    "?created_from=2000-01-01T00:00:00Z&"
        + $"created_to={new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(rows):yyyy-MM-dd'T'HH:mm:ss'Z'}";

static async Task<(long Lines, long Bytes)> ExportAsync(HttpClient client, string query)
{
    using var response = await client.GetAsync(
        new Uri($"/api/v1/opportunities/export{query}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
    return await CountAsync(response.EnsureSuccessStatusCode());
}

static async Task<HttpStatusCode> TryExportAsync(HttpClient client)
{
    using var response = await client.GetAsync(
        new Uri("/api/v1/opportunities/export?created_to=1999-01-01T00:00:00Z", UriKind.Relative),
        HttpCompletionOption.ResponseHeadersRead);
    await CountAsync(response);
    return response.StatusCode;
}

static async Task<(long Lines, long Bytes)> CountAsync(HttpResponseMessage response)
{
    await using var body = await response.Content.ReadAsStreamAsync();
    var buffer = new byte[1 << 16];
    long lines = 0, bytes = 0;
    while (await body.ReadAsync(buffer) is > 0 and var read)
    {
        lines += buffer.AsSpan(0, read).Count((byte)'\n');
        bytes += read;
    }

    return (lines, bytes);
}

static void ResetPeak(int processId) => File.WriteAllText($"/proc/{processId}/clear_refs", "5");

static double StatusMiB(int processId, string name) => long.Parse(
    File.ReadLines($"/proc/{processId}/status").Single(line => line.StartsWith(name, StringComparison.Ordinal))
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
    CultureInfo.InvariantCulture) / 1024.0;
