using System.Globalization;
using System.Text.Json.Nodes;
using Xunit.Abstractions;

namespace Opportunities.SystemTests.Security;

/// <summary>The scanner Wapiti against the running API: it puts its attacks into every parameter of every documented read.</summary>
[Collection(SystemCollection.Name)]
public sealed class WapitiTests(TestSystem system, ITestOutputHelper output)
{
    /// <summary>
    /// Those that attack. Headers, cookies and methods are asked for by <see cref="PassiveScanTests"/>; others need servers of
    /// Wapiti's makers.
    /// </summary>
    private const string Modules = "backup,blindsql,crlf,exec,file,htaccess,permanentxss,redirect,shellshock,sql,xss";

    [Fact]
    public async Task Wapiti_finds_nothing()
    {
        using var data = new TestDirectory();
        using var client = await system.ClientAsync();
        var operations = DocumentedOperation.AllOf(await client.GetJsonAsync("/openapi/v1.json"));
        var target = await RequestTarget.CreateAsync(client);
        var reads = operations.Where(operation => operation.Method == "GET").Select(operation => Address(operation, target)).ToList();
        var report = data["report.json"];

        var told = await MachineTool.RunAsync("wapiti",
        [
            "--url", $"{system.Api}api/v1/", "--scope", "folder", "--depth", "0", "--module", Modules,
            .. reads.SelectMany(read => (string[])["--start", new Uri(system.Api, read).ToString()]),
            "--header", $"Authorization: Bearer {await system.TokenAsync("dev-all")}",
            "--max-scan-time", "30", "--max-attack-time", "5", "--timeout", "10",
            "--store-session", data["session"], "--store-config", data["config"], "--flush-session", "--no-bugreport",
            "--verbose", "2", "--format", "json", "--output", report,
        ]);

        var found = JsonNode.Parse(await File.ReadAllTextAsync(report))!;
        var sent = told.Split('\n').Count(line => line.Contains($"{system.Api}api/v1/", StringComparison.Ordinal));
        output.WriteLine($"{found["infos"]!["version"]}: {sent} requests to {reads.Count} addresses");
        Assert.True(sent > 1000, $"Only {sent} requests were sent: {told}");
        Assert.Empty(
            from part in (string[])["vulnerabilities", "anomalies"]
            from category in found[part]!.AsObject()
            from finding in category.Value!.AsArray()
            select $"{category.Key}: {finding!.ToJsonString()}");
    }

    /// <summary>The read with a good value for each of its parameters.</summary>
    private static string Address(DocumentedOperation operation, RequestTarget target)
    {
        var part = operation.Path.Split('/').Skip(5).FirstOrDefault() is { } segment ? target.Parts.GetValueOrDefault(segment) : null;
        var path = operation.Path.Replace("{id}", target.Id).Replace("{sid}", part).Replace("{aid}", part);
        var parameters = from parameter in operation.Node["parameters"]?.AsArray() ?? []
                         where (string?)parameter!["in"] == "query" && (string?)parameter["name"] is not ("cursor" or "after")
                         let name = (string)parameter["name"]!
                         select $"{name}={Uri.EscapeDataString(Value(operation, name, parameter["schema"]!))}";
        return $"{path}?{string.Join('&', parameters)}".TrimEnd('?');
    }

    private static string Value(DocumentedOperation operation, string name, JsonNode schema)
    {
        if ((string?)schema["type"] == "array") schema = schema["items"]!;
        if ((string?)schema["$ref"] is { } reference) schema = operation.Document["components"]!["schemas"]![reference.Split('/')[^1]]!;
        return Known(name, schema) ?? (string?)schema["enum"]?[0]
            ?? throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{name} has no value here yet."));
    }

    private static string? Known(string name, JsonNode schema) => name switch
    {
        "sort_by" => "created_at",
        "sort_direction" => "asc",
        "status" => "DRAFT",
        "priority" => "MEDIUM",
        "page" => "0",
        "size" => "20",
        "created_by" or "owner" => "me",
        "fields" => "title",
        "from" => "oldest",
        "wait" => "0",
        "external_source" => RequestTarget.Source,
        "min_budget" => "1",
        "max_budget" => "1000000",
        _ when name.EndsWith("_from", StringComparison.Ordinal) => "2020-01-01T00:00:00Z",
        _ when name.EndsWith("_to", StringComparison.Ordinal) => "2999-01-01T00:00:00Z",
        _ when (string?)schema["type"] == "string" => "Test",
        _ when (string?)schema["type"] == "boolean" => "false",
        _ => null,
    };
}
