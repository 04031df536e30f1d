using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CsvHelper;

namespace Opportunities.Testing;

/// <summary>Sends and takes CSV files as a consumer of the API does.</summary>
internal static class CsvClient
{
    public const string Export = $"{ApiClient.Opportunities}/export";
    public const string Import = $"{ApiClient.Opportunities}/import";
    public const string Header = "title,description,client_name,estimated_budget,estimated_start_date,estimated_end_date,priority";

    /// <summary>A row that is accepted.</summary>
    public static string Row(string title, string client = "Test Client") =>
        $"{title},Test Description,{client},10000.00,2023-01-01T00:00:00Z,2023-12-31T00:00:00Z,HIGH";

    /// <summary>A client's name that no other test has.</summary>
    public static string NewClientName() => $"Client {Guid.NewGuid():N}";

    public static string File(params IEnumerable<string> lines) => string.Concat(lines.Select(line => $"{line}\r\n"));

    public static Task<HttpResponseMessage> ImportAsync(this HttpClient client, string csv, params (string Name, string Value)[] headers) =>
        client.ImportAsync(Encoding.UTF8.GetBytes(csv), "text/csv", headers);

    public static async Task<HttpResponseMessage> ImportAsync(
        this HttpClient client, byte[] file, string contentType, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Import) { Content = new ByteArrayContent(file) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        // Asks before it sends, as curl does: what is refused for its size is answered before the connection closes.
        request.Headers.ExpectContinue = file.Length > 1 << 20;
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        return await client.SendAsync(request);
    }

    /// <summary>Sends a file with parameters, such as <c>separator=TAB</c>.</summary>
    public static async Task<HttpResponseMessage> ImportWithAsync(
        this HttpClient client, string query, byte[] file, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Import}?{query}") { Content = new ByteArrayContent(file) };
        request.Content.Headers.ContentType = new("text/csv");
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        return await client.SendAsync(request);
    }

    /// <inheritdoc cref="ImportWithAsync(HttpClient, string, byte[], ValueTuple{string, string}[])"/>
    public static Task<HttpResponseMessage> ImportWithAsync(
        this HttpClient client, string query, string csv, params (string Name, string Value)[] headers) =>
        client.ImportWithAsync(query, Encoding.UTF8.GetBytes(csv), headers);

    /// <summary>What a successful import says that it created.</summary>
    public static async Task<int> ImportedAsync(this HttpResponseMessage response) =>
        (await response.JsonAsync(HttpStatusCode.OK))["imported"]!.GetValue<int>();

    /// <summary>The file that an export answers with.</summary>
    public static async Task<string> ExportAsync(this HttpClient client, string query)
    {
        using var response = await client.GetAsync($"{Export}?{query}");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    /// <summary>The cells of a file by column, a dictionary for each row.</summary>
    public static List<Dictionary<string, string>> Parse(string file)
    {
        var rows = new List<Dictionary<string, string>>();
        using var csv = CsvReader.FromText(
            file, new CsvReaderOptions { Separator = ',', FieldCountMismatch = CsvFieldCountHandling.Throw });
        while (csv.Read()) rows.Add(csv.Headers.Index().ToDictionary(column => column.Item, column => csv.GetString(column.Index)));
        return rows;
    }

    /// <summary>How many opportunities of a client the list has.</summary>
    public static async Task<int> CountAsync(this HttpClient client, string clientName) =>
        (await client.GetJsonAsync($"{ApiClient.Opportunities}?client_name={Uri.EscapeDataString(clientName)}"))["total_items"]!
            .GetValue<int>();
}
