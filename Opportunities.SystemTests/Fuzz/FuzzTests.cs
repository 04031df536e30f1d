using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Opportunities.SystemTests.Api;
using Opportunities.SystemTests.Contract;
using Xunit.Abstractions;

namespace Opportunities.SystemTests.Fuzz;

/// <summary>
/// Generated requests to every documented operation, and to paths and methods beside them, whose answers are compared with the contract: no
/// failure, no value taken that has another form, no condition misunderstood, every header, and what a write answered is what is
/// read. FUZZ_REQUESTS says how many (10,000), FUZZ_SEED which: each request is made of the seed and its number, which are told
/// with what it found.
/// </summary>
[Trait("Category", "Fuzz")]
public sealed partial class FuzzTests(ITestOutputHelper output) : OwnSystem
{
    private const int Connections = 8;
    private const int RequestsOfATarget = 100;

    /// <summary>The server's own memory after the run may exceed that after its first tenth by no more than this.</summary>
    private const long MaxGrowth = 256L << 20;

    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(30);
    private static readonly int _requests = Setting("FUZZ_REQUESTS", 10_000);
    private static readonly int _seed = Setting("FUZZ_SEED", 1);

    /// <summary>What the server may refuse without the application.</summary>
    private static readonly int[] _bare = [400, 405, 408, 411, 413, 414, 417, 431];

    private static readonly string[] _callers = ["dev-all", "dev-rep-1", "dev-rep-2", "dev-reader", "dev-none"];

    private readonly ConcurrentQueue<string> _log = new();
    private readonly ConcurrentQueue<string> _findings = new();
    private readonly ConcurrentDictionary<string, int> _answers = new();
    private readonly Dictionary<string[], HashSet<string>> _paths = [];
    private DocumentedAnswers _documented = null!;
    private int _sent;

    protected override ProcessSystemOptions Options(string dataDirectory) => new()
    {
        DataDirectory = dataDirectory,
        IsDurable = false,
        ApiOutput = _log.Enqueue,
    };

    [Fact]
    public async Task Whatever_is_sent_the_answer_is_a_documented_one_and_the_server_stays_as_it_was()
    {
        output.WriteLine($"FUZZ_SEED={_seed} FUZZ_REQUESTS={_requests}");
        // Another caller than the requests have: what they leave under way takes none of its places.
        using var client = await this.ClientAsync("dev-admin");
        var text = await client.GetStringAsync("/openapi/v1.json");
        _documented = await DocumentedAnswers.OfAsync(text);
        var operations = DocumentedOperation.AllOf(JsonNode.Parse(text)!);
        foreach (var path in operations.GroupBy(operation => operation.Path))
        {
            var methods = path.Select(operation => operation.Method).ToHashSet();
            methods.UnionWith(methods.Contains("GET") ? ["HEAD", "OPTIONS"] : ["OPTIONS"]);
            _paths[path.Key.Split('/')] = methods;
        }

        var tokens = await Task.WhenAll(_callers.Select(TokenAsync));

        await AssertServesAsync(client);
        var watch = Stopwatch.StartNew();
        await SendAsync(_requests / 10);
        var before = Memory();
        await SendAsync(_requests);
        var after = Memory();

        foreach (var (answer, count) in _answers.OrderBy(pair => pair.Key, StringComparer.Ordinal)) output.WriteLine($"{answer}: {count}");
        output.WriteLine($"{_sent} requests in {watch.Elapsed.TotalSeconds:0} s; memory {before >> 20} MiB, then {after >> 20} MiB");
        Assert.True(_findings.IsEmpty, $"{_findings.Count} findings (FUZZ_SEED={_seed}):\n{string.Join("\n", _findings.Take(40))}");
        Assert.DoesNotContain(_log, line => line.StartsWith("crit:", StringComparison.Ordinal)
            // On a machine that is busy with other tests a database answers health late.
            || (line.StartsWith("fail:", StringComparison.Ordinal) && !line.Contains("HealthChecks", StringComparison.Ordinal)));
        Assert.True(after - before < MaxGrowth, $"The server's memory grew from {before >> 20} to {after >> 20} MiB (FUZZ_SEED={_seed}).");
        await AssertServesAsync(client);
        await StoredValues.AssertAreOneAsync(Local);
        await AssertSkillsAreRequiredOnceAsync();

        Task SendAsync(int until) => Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
        {
            using var connection = new RawConnection(Api);
            var target = await RequestTarget.CreateAsync(client);
            string? tag = null;
            for (var used = 0; Interlocked.Increment(ref _sent) is var number && number <= until; used++)
            {
                if (used == RequestsOfATarget) (target, used, tag) = (await RequestTarget.CreateAsync(client), 0, null);
                var request = new RequestGenerator(operations, tokens, unchecked((_seed * 1_000_003) + number)).Next(target, tag);
                string? finding;
                (finding, var answered, var isLost) = await ExamineAsync(connection, request, tokens[0]);
                // What got no answer may be done later, under somebody's eyes: it is left alone from here on.
                if (isLost) used = RequestsOfATarget - 1;
                // What the last answer about the target said; nobody knows after a change that said nothing.
                if (answered is not null && request.Target.Contains(target.Id, StringComparison.OrdinalIgnoreCase)) tag = answered;
                else if (request.Method is not ("GET" or "HEAD")) tag = null;
                if (finding is not null) _findings.Enqueue($"{number}: {finding[..Math.Min(finding.Length, 700)]}\n    {request}");
            }

            Interlocked.Decrement(ref _sent);
        })));
    }

    /// <summary>Sends a request.</summary>
    /// <returns>What is wrong with the answer; null where nothing is. The entity tag that it has, and whether there was none.</returns>
    private async Task<(string? Finding, string? Tag, bool IsLost)> ExamineAsync(
        RawConnection connection, FuzzRequest request, string token)
    {
        using var limit = new CancellationTokenSource(_limit);
        HttpResponseMessage? response;
        try
        {
            response = await connection.SendAsync(request, limit.Token);
        }
        catch (OperationCanceledException)
        {
            return ($"no answer within {_limit.TotalSeconds} s", null, true);
        }

        using (response)
        {
            var finding = await DifferenceAsync(request, response)
                ?? (response is null ? null : await DifferenceFromReadAsync(connection, request, response, token, limit.Token));
            return (finding, response is { StatusCode: < HttpStatusCode.BadRequest } ? response.Headers.ETag?.ToString() : null,
                response is null);
        }
    }

    private async Task<string?> DifferenceAsync(FuzzRequest request, HttpResponseMessage? response)
    {
        _answers.AddOrUpdate(response is null ? "closed" : $"{(int)response.StatusCode}", 1, (_, count) => count + 1);
        if (response is null) return request.IsMalformed ? null : "the connection was closed";
        var status = (int)response.StatusCode;
        var body = await response.Content.ReadAsStringAsync();
        if (status >= 500) return $"{status} {body}";
        if (response.Headers.Contains("X-Injected")) return $"{status} with an injected header";
        if ((status >= 400 || request.Operations is not null) && Leak().Match(body) is { Success: true } leak)
            return $"{status} tells {leak}";
        if (request.IsMalformed && _bare.Contains(status) && body.Length == 0) return null;
        if (status == 504 || (status is 206 or 416 && !request.HasRange) || (status is 304 or 412 && !request.IsConditional))
            return $"{status} to a condition that the contract does not know";
        if (AnswerRules.Differences(request.Method, request.Path, request.RequestId, response).FirstOrDefault() is { } difference)
            return $"{status}: {difference}";
        if (AllowOf(request) is { } allow && response.Content.Headers.Allow is { Count: > 0 } told && !allow.SetEquals(told))
            return $"{status} allows {string.Join(", ", told)} and not {string.Join(", ", allow)}";
        if (request.MustBeRefused && !request.IsMalformed && status < 400) return $"{status} though a value has another form";
        if (!request.IsMalformed && request.ConditionHolds is { } holds && (holds ? status is 304 or 412 : status is >= 200 and < 300))
            return $"{status} though the condition {(holds ? "holds" : "fails")}";
        if (request.IsValid && status is 400 or 406 or 415) return $"{status} though nothing is wrong: {body}";
        if (status == 200 && request.Operations is { } sent
            && DifferenceOfOne(sent, JsonNode.Parse(body)!["items"]!.AsArray()) is { } ofOne)
        {
            return ofOne;
        }

        if (request.Operation is { } operation && operation.Statuses.Contains(status))
        {
            return (await _documented.DifferencesAsync(operation, response)) is { Count: > 0 } differences
                ? $"{status}: {string.Join("; ", differences)}"
                : null;
        }

        if (request.Operation is not null && !request.IsMalformed) return $"{status} is not documented: {body}";
        if (status < 400 || request.Method == "HEAD") return null;
        var undocumented = _documented.ProblemDifferences(body).ToList();
        return undocumented.Count > 0 || response.Content.Headers.ContentType?.MediaType != "application/problem+json"
            ? $"{status} is no problem: {body}"
            : null;
    }

    /// <summary>What is wrong with what became of an operation of a batch; null where nothing is.</summary>
    private static string? DifferenceOfOne(IReadOnlyList<FuzzOperation> sent, JsonArray items)
    {
        if (sent.Count != items.Count) return $"{items.Count} items of {sent.Count} operations";
        return sent.Zip(items)
            .Select(pair => (Sent: pair.First, Status: (int)pair.Second!["status"]!, Item: pair.Second))
            .Select(one => one switch
            {
                { Status: >= 500 } => $"{one.Item} of {one.Sent.Text}",
                { Status: < 400, Sent.MustBeRefused: true } => $"{one.Status} though a value has another form in {one.Sent.Text}",
                { Status: 400, Sent.IsValid: true } => $"{one.Item} though nothing is wrong with {one.Sent.Text}",
                _ => null,
            }).FirstOrDefault(difference => difference is not null);
    }

    /// <summary>The methods of the documented path that has most of the request's written out; null where there is none.</summary>
    private HashSet<string>? AllowOf(FuzzRequest request)
    {
        // Such segments name this or the parent.
        if (request.Path.Contains("/.", StringComparison.Ordinal) || request.Path.Contains("/%2e", StringComparison.OrdinalIgnoreCase))
            return null;
        var sent = request.Path.Split('/');
        var best = _paths.Keys.Where(path => path.Length == sent.Length
            && path.Zip(sent).All(pair => pair.First == pair.Second || (pair.First.StartsWith('{') && pair.Second.Length > 0)))
            .MaxBy(path => path.Count(segment => !segment.StartsWith('{')));
        return best is null ? null : _paths[best];
    }

    /// <summary>No skills of one opportunity differ in nothing but case.</summary>
    private async Task AssertSkillsAreRequiredOnceAsync()
    {
        var kinds = Hostile.Skills.SelectMany((names, number) => names.Select(name => (Name: name.Normalize(), number)))
            .DistinctBy(pair => pair.Name).ToDictionary(pair => pair.Name, pair => pair.number);
        var skills = (await Local.QueryAsync("SELECT json_build_array(opportunity_id, skill_name) FROM skill_requirements"))
            .Select(row => JsonNode.Parse(row)!.AsArray());
        var twice = skills.Where(skill => kinds.ContainsKey((string)skill[1]!))
            .GroupBy(skill => ((string)skill[0]!, kinds[(string)skill[1]!]))
            .Where(group => group.Count() > 1).ToList();
        Assert.True(
            twice.Count == 0,
            string.Join("\n", twice.Take(20).Select(group => string.Join(", ", group.Select(skill => skill.ToJsonString())))));
    }

    /// <summary>What an answer to a write says, and the next read does not.</summary>
    private static async Task<string?> DifferenceFromReadAsync(
        RawConnection connection, FuzzRequest request, HttpResponseMessage response, string token, CancellationToken limit)
    {
        if (!response.IsSuccessStatusCode || response.Headers.Contains("Idempotency-Replayed")) return null;
        if ((string?)request.Operation?.Node["operationId"] is not ("CreateOpportunity" or "UpdateOpportunity" or "ChangeOpportunityStatus"
            or "ChangeOpportunityOwner"))
        {
            return null;
        }

        var answered = await response.Content.ReadAsStringAsync(limit);
        var address = $"{ApiClient.Opportunities}/{(string)JsonNode.Parse(answered)!["id"]!}";
        HttpResponseMessage? read = null;
        // The same caller's other requests may have all of its places.
        do
        {
            if (read is not null) await Task.Delay(TimeSpan.FromMilliseconds(100), limit);
            read?.Dispose();
            read = await connection.SendAsync(new FuzzRequest(null, "GET", address, [$"Authorization: Bearer {token}"], null), limit);
        }
        while (read?.StatusCode == HttpStatusCode.TooManyRequests);

        using var answer = read;
        var after = read is null ? "nothing" : await read.Content.ReadAsStringAsync(limit);
        if (answered == after && response.Headers.ETag?.Tag == read!.Headers.ETag?.Tag) return null;
        // A request whose connection was closed before its answer came may be served in between. Older must not be read, nor
        // another same version.
        var isLater = read is { StatusCode: HttpStatusCode.OK } && VersionIn(after) > VersionIn(answered);
        return isLater ? null : $"the next read answers {read?.Headers.ETag} {after} and not {response.Headers.ETag} {answered}";

        static int VersionIn(string json) => (int)JsonNode.Parse(json)!["version"]!;
    }

    private static async Task AssertServesAsync(HttpClient client)
    {
        await client.GetJsonAsync("/health");
        var address = $"{ApiClient.Opportunities}/{await client.CreateAsync()}";
        await client.GetJsonAsync(address);
        using var deleted = await client.SendAsync(HttpMethod.Delete, address);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
    }

    private long Memory()
    {
        using var process = Process.GetProcessById(Local.Api.ProcessId);
        return process.WorkingSet64;
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>What tells of the inside: stack traces, types, SQL states, addresses of servers.</summary>
    [GeneratedRegex(
        @"\bat [A-Z]\w+\.\w+|Npgsql|Microsoft\.|System\.[A-Z]|StackTrace|[a-z]Exception\b|SQLSTATE|Host=|Password=|password=|\.cs:line")]
    private static partial Regex Leak();
}
