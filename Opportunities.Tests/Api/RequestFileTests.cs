using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Opportunities.LocalServers;

namespace Opportunities.Tests.Api;

/// <summary>Sends requests/opportunities.http as an editor would, so that it cannot rot.</summary>
[Collection(SystemCollection.Name)]
public sealed partial class RequestFileTests(TestSystem system)
{
    [Fact]
    public async Task Every_request_of_the_file_gets_the_status_code_that_it_names()
    {
        var file = await File.ReadAllTextAsync(RepositoryRoot.Combine("requests/opportunities.http"));
        // A developer's run has the usual secret, that of the tests another.
        var text = file.Replace("client_secret=development-only", $"client_secret={system.ClientSecret}", StringComparison.Ordinal);
        var variables = new Dictionary<string, string>
        {
            ["api"] = system.Api.ToString().TrimEnd('/'),
            ["identity"] = system.Local.IdentityAddress.ToString().TrimEnd('/'),
            ["client_secret"] = system.ClientSecret,
        };
        using var client = new HttpClient();
        var sent = 0;
        foreach (var block in text.Split("###").Skip(1))
        {
            var (name, expected, request) = Parse(Fill(block, variables));
            using (request)
            {
                using var response = await client.SendAsync(request);
                var body = await response.Content.ReadAsStringAsync();
                Assert.True(
                    expected == (int)response.StatusCode, $"{request.Method} {request.RequestUri}: {(int)response.StatusCode} {body}");
                if (name is not null) Remember(name, body, variables);
                sent++;
            }
        }

        Assert.Equal(text.Split("# →").Length - 2, sent);
    }

    [Fact]
    public async Task Every_operation_of_the_document_is_in_the_file()
    {
        var file = await File.ReadAllTextAsync(RepositoryRoot.Combine("requests/opportunities.http"));
        var document = JsonNode.Parse(await File.ReadAllTextAsync(RepositoryRoot.Combine("docs/openapi.json")))!;
        var missing = from path in document["paths"]!.AsObject()
                      from operation in path.Value!.AsObject().Where(member => member.Value!["operationId"] is not null)
                      let address = Regex.Replace(Regex.Escape(path.Key), @"\\\{.+?}", @"[^/\s]+")
                      where !Regex.IsMatch(file, $@"(?m)^{operation.Key.ToUpperInvariant()} {{{{api}}}}{address}(\?|$)")
                      select $"{operation.Key} {path.Key}";
        Assert.Empty(missing);
    }

    private static string Fill(string block, Dictionary<string, string> variables) => Variable().Replace(block, match =>
        match.Groups[1].Value == "$guid" ? Guid.NewGuid().ToString() : variables[match.Groups[1].Value]);

    private static (string? Name, int Expected, HttpRequestMessage Request) Parse(string block)
    {
        var lines = block.ReplaceLineEndings("\n").Split('\n').Skip(1).ToList();
        var name = lines.FirstOrDefault(line => line.StartsWith("# @name ", StringComparison.Ordinal))?["# @name ".Length..];
        var expected = int.Parse(
            lines.Single(line => line.StartsWith("# → ", StringComparison.Ordinal))["# → ".Length..],
            System.Globalization.CultureInfo.InvariantCulture);
        var message = lines.SkipWhile(line => line.StartsWith('#')).ToList();
        var start = message[0].Split(' ', 2);
        var request = new HttpRequestMessage(new HttpMethod(start[0]), start[1]);
        var headers = message.Skip(1)
            .TakeWhile(line => line.Length > 0)
            .Select(line => line.Split(": ", 2))
            .ToDictionary(pair => pair[0], pair => pair[1]);
        var body = string.Join('\n', message.Skip(1 + headers.Count)).Trim();
        if (headers.Remove("Content-Type", out var type))
        {
            request.Content = new StringContent(body, Encoding.UTF8);
            request.Content.Headers.ContentType = new(type);
        }

        foreach (var (header, value) in headers) request.Headers.TryAddWithoutValidation(header, value);
        return (name, expected, request);
    }

    private static void Remember(string name, string body, Dictionary<string, string> variables)
    {
        foreach (var (member, value) in JsonNode.Parse(body)!.AsObject())
            variables[$"{name}.response.body.$.{member}"] = value?.ToString() ?? "";
    }

    [GeneratedRegex(@"\{\{([^}]+)\}\}")]
    private static partial Regex Variable();
}
