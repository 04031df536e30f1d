// Shows that an export needs no more memory for a million rows than for ten thousand: starts a throw-away system, fills it,
// exports, and prints the peak resident memory of the API's process for each size. Linux only (it reads /proc).
//
//   dotnet run -c Release --project bench/ExportMemory [rows, 1000000 by default]
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Npgsql;
using Opportunities.Testing;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var rows = args is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 1_000_000;
var directory = Directory.CreateTempSubdirectory("opportunities-export-").FullName;
try
{
    await using var system = await ProcessSystem.StartAsync(new ProcessSystemOptions { DataDirectory = directory, IsDurable = false });
    await FillAsync(system.ConnectionString, rows);
    using var client = new HttpClient { BaseAddress = system.ApiAddress, Timeout = TimeSpan.FromHours(1) };
    client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(system.IdentityAddress.ToString().TrimEnd('/')));

    // The first one warms up, and is not printed.
    await ExportAsync(client, 10_000);
    Console.WriteLine($"{"rows",10} {"MiB",8} {"seconds",8} {"rows/s",8} {"peak RSS MiB",13}");
    int[] sizes = [10_000, 100_000, 1_000_000];
    foreach (var size in sizes.Where(size => size < rows).Append(rows))
    {
        ResetPeak(system.Api.ProcessId);
        var elapsed = Stopwatch.StartNew();
        var (lines, bytes) = await ExportAsync(client, size);
        var seconds = elapsed.Elapsed.TotalSeconds;
        if (lines != size + 1) throw new InvalidOperationException($"{size} rows were expected, and {lines - 1} came.");
        Console.WriteLine($"{size,10} {bytes / 1048576.0,8:0.0} {seconds,8:0.0} {size / seconds,8:0} {PeakMiB(system.Api.ProcessId),13:0}");
    }
}
finally
{
    Directory.Delete(directory, recursive: true);
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

static async Task<string> TokenAsync(string issuer)
{
    using var client = new HttpClient();
    using var form = new FormUrlEncodedContent(new Dictionary<string, string>
    {
        ["grant_type"] = "client_credentials",
        ["client_id"] = "dev-all",
        ["client_secret"] = "development-only",
    });
    using var response = await client.PostAsync(new Uri($"{issuer}/oauth2/token"), form);
    return JsonNode.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!["access_token"]!.GetValue<string>();
}

static async Task<(long Lines, long Bytes)> ExportAsync(HttpClient client, int rows)
{
    var until = new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(rows);
    using var response = await client.GetAsync(
        new Uri($"/api/v1/opportunities/export?created_to={until:yyyy-MM-dd'T'HH:mm:ss'Z'}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
    await using var body = await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync();
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

static double PeakMiB(int processId) => long.Parse(
    File.ReadLines($"/proc/{processId}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
    CultureInfo.InvariantCulture) / 1024.0;
