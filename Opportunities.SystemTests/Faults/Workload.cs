using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Opportunities.SystemTests.Contract;

namespace Opportunities.SystemTests.Faults;

/// <summary>
/// Clients that create, change, read and delete at the same time, each opportunities of its own and some that all share, and
/// note every request with its answer.
/// </summary>
internal sealed class Workload : IAsyncDisposable
{
    public const int Clients = 64;

    /// <summary>Above every time limit of a request in the service.</summary>
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(30);

    private const int Shared = 16;
    private const int Own = 12;

    /// <summary>Opportunities of each client that another system knows.</summary>
    private const int Twins = 4;

    private readonly ConcurrentQueue<Operation> _operations = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpClient _http;
    private readonly Func<Uri> _choose;
    private readonly List<Target> _shared = [];
    private Task _running = Task.CompletedTask;

    private Workload(string token, Func<Uri> choose)
    {
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = _limit };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        _choose = choose;
    }

    /// <summary>The name that all its opportunities have in common, as the beginning of their client's name.</summary>
    public string Name { get; } = $"Faults {Guid.CreateVersion7()}";

    public IReadOnlyCollection<Operation> Operations => _operations;

    /// <summary>What was wrong with answers' headers.</summary>
    public ConcurrentBag<string> Wrong { get; } = [];

    /// <summary>Starts the clients.</summary>
    /// <param name="token">Their access token.</param>
    /// <param name="choose">The API process that a request goes to.</param>
    public static async Task<Workload> StartAsync(string token, Func<Uri> choose)
    {
        var workload = new Workload(token, choose);
        var first = new Client(workload, Clients);
        while (workload._shared.Count < Shared)
            workload._shared.Add(await first.CreateAsync() ?? throw new InvalidOperationException("The system does not work yet."));
        workload._running = Task.WhenAll(Enumerable.Range(0, Clients).Select(number => Task.Run(new Client(workload, number).RunAsync)));
        return workload;
    }

    /// <summary>Lets the clients finish what they are at.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        _http.Dispose();
    }

    /// <summary>An opportunity, as far as clients know it.</summary>
    private sealed class Target(Guid id)
    {
        public Guid Id => id;

        public volatile int Version;

        public ConcurrentBag<Guid> Skills { get; } = [];
    }

    private sealed class Client(Workload workload, int number)
    {
        private readonly Random _random = new(number);
        private readonly List<Target> _own = [];
        private readonly List<Guid> _deleted = [];
        private readonly string _name = $"{workload.Name} {number}";
        private int _made;

        public async Task RunAsync()
        {
            while (!workload._stop.IsCancellationRequested)
            {
                await ActAsync();
                // Room for the servers, which share the processors with their clients.
                await Task.Delay(_random.Next(160));
            }
        }

        public async Task<Target?> CreateAsync()
        {
            var token = Token();
            var members = ApiClient.Valid(token);
            members["client_name"] = _name;
            var key = _random.Next(2) == 0 ? token : null;
            for (var attempt = 0; ; attempt++)
            {
                var (operation, answer) = await SendAsync(
                    new Operation(OperationKind.Create, token, null), HttpMethod.Post, "", members,
                    key is null ? null : ("Idempotency-Key", key));
                if (answer is not null)
                {
                    var created = new Target(answer["id"]!.GetValue<Guid>()) { Version = answer["version"]!.GetValue<int>() };
                    Keep(operation with { Opportunity = created.Id, Version = created.Version });
                    return created;
                }

                Keep(operation);
                // Only with a key may a creation be repeated; then it should be, as long as its outcome is not known.
                if (key is null || operation.IsRefused || attempt == 20 || workload._stop.IsCancellationRequested) return null;
                await Task.Delay(200);
            }
        }

        private Task ActAsync() => _random.Next(100) switch
        {
            < 8 => AddOwnAsync(),
            < 22 => UpdateAsync(Any()),
            < 26 => UpsertAsync(),
            < 34 => ChangeStatusAsync(Any()),
            < 42 => AddSkillAsync(Any()),
            < 46 => RemoveSkillAsync(Any()),
            < 48 => DeleteAsync(),
            < 78 => ReadAsync(_deleted.Count > 0 && _random.Next(10) == 0 ? _deleted[_random.Next(_deleted.Count)] : Any().Id),
            < 92 => ListAsync($"?size=100&client_name={Uri.EscapeDataString(_name)}", _name),
            _ => ListAsync("?size=20", null),
        };

        private Target Any() =>
            _own.Count == 0 || _random.Next(4) == 0 ? workload._shared[_random.Next(Shared)] : _own[_random.Next(_own.Count)];

        private async Task AddOwnAsync()
        {
            if (_own.Count == Own) await UpdateAsync(Any());
            else if (await CreateAsync() is { } created) _own.Add(created);
        }

        // As another system's: repeated until it is known to be done, which is safe without a key.
        private async Task UpsertAsync()
        {
            var token = Token();
            var members = ApiClient.Valid(token);
            (members["client_name"], members["reason"]) = (_name, token);
            var path = $"/by-external-id/faults/{Uri.EscapeDataString($"{_name} {_random.Next(Twins)}")}";
            for (var attempt = 0; ; attempt++)
            {
                var (operation, answer) = await SendAsync(
                    new Operation(OperationKind.Upsert, token, null), HttpMethod.Put, path, members, null);
                Keep(answer is null ? operation : operation with { Opportunity = answer["id"]!.GetValue<Guid>() });
                if (answer is not null || operation.IsRefused || attempt == 20 || workload._stop.IsCancellationRequested) return;
                await Task.Delay(200);
            }
        }

        private async Task UpdateAsync(Target target)
        {
            var token = Token();
            await ChangeAsync(
                new Operation(OperationKind.Update, token, target.Id), target, HttpMethod.Put, "", new { title = token, reason = token });
        }

        private async Task ChangeStatusAsync(Target target)
        {
            var token = Token();
            await ChangeAsync(
                new Operation(OperationKind.ChangeStatus, token, target.Id), target, HttpMethod.Post, "/status",
                new { new_status = _random.Next(2) == 0 ? "SUBMITTED" : "DRAFT", reason = token });
        }

        private async Task AddSkillAsync(Target target)
        {
            var token = Token();
            var answer = await ChangeAsync(
                new Operation(OperationKind.AddSkill, token, target.Id), target, HttpMethod.Post, "/skill-requirements",
                new { skill_name = token, experience_level = "EXPERT" });
            if (answer is not null) target.Skills.Add(answer["id"]!.GetValue<Guid>());
        }

        private async Task RemoveSkillAsync(Target target)
        {
            if (!target.Skills.TryTake(out var skill)) return;
            await ChangeAsync(
                new Operation(OperationKind.RemoveSkill, $"{skill}", target.Id), target, HttpMethod.Delete,
                $"/skill-requirements/{skill}", null);
        }

        private async Task DeleteAsync()
        {
            if (_own.Count == 0) return;
            var target = _own[_random.Next(_own.Count)];
            _own.Remove(target);
            _deleted.Add(target.Id);
            var (operation, _) = await SendAsync(
                new Operation(OperationKind.Delete, $"{target.Id}", target.Id), HttpMethod.Delete, $"/{target.Id}", null, null);
            Keep(operation);
        }

        private async Task ReadAsync(Guid id)
        {
            var (operation, answer) = await SendAsync(new Operation(OperationKind.Read, "", id), HttpMethod.Get, $"/{id}", null, null);
            Keep(answer is null ? operation : operation with { Shown = [ShownBy(answer)] });
        }

        private async Task ListAsync(string query, string? of)
        {
            var (operation, answer) = await SendAsync(
                new Operation(OperationKind.List, "", null) { ListOf = of }, HttpMethod.Get, query, null, null);
            Keep(answer is null ? operation : operation with { Shown = [.. answer["items"]!.AsArray().Select(item => ShownBy(item!))] });
        }

        private async Task<JsonNode?> ChangeAsync(Operation operation, Target target, HttpMethod method, string path, object? body)
        {
            (string, string)? precondition = target.Version > 0 && _random.Next(2) == 0 ? ("If-Match", $"\"{target.Version}\"") : null;
            var (done, answer) = await SendAsync(operation, method, $"/{target.Id}{path}", body, precondition);
            Keep(done);
            // Of a shared one the version may be old by now: that is what If-Match is for.
            target.Version = done.Version ?? 0;
            return answer;
        }

        private async Task<(Operation Operation, JsonNode? Answer)> SendAsync(
            Operation operation, HttpMethod method, string path, object? body, (string Name, string Value)? header)
        {
            using var request = new HttpRequestMessage(method, new Uri(workload._choose(), $"{ApiClient.Opportunities}{path}"));
            if (body is not null)
            {
                request.Content = new StringContent(
                    (body as JsonNode)?.ToJsonString() ?? JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
            }

            if (header is { } given) request.Headers.TryAddWithoutValidation(given.Name, given.Value);
            var began = Stopwatch.GetTimestamp();
            try
            {
                using var response = await workload._http.SendAsync(request);
                var text = await response.Content.ReadAsStringAsync();
                foreach (var difference in AnswerRules.Differences(
                    method.Method, Uri.UnescapeDataString(request.RequestUri!.AbsolutePath), requestId: null, response))
                {
                    workload.Wrong.Add($"{operation.Kind} {(int)response.StatusCode}: {difference}");
                }

                var tag = response.Headers.ETag?.Tag.Trim('"');
                return (operation with
                {
                    Began = began,
                    Ended = Stopwatch.GetTimestamp(),
                    Status = (int)response.StatusCode,
                    Version = operation.IsWrite && response.IsSuccessStatusCode && tag is not null ? int.Parse(tag) : null,
                }, response.IsSuccessStatusCode && text.Length > 0 ? JsonNode.Parse(text) : null);
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                return (operation with { Began = began, Ended = Stopwatch.GetTimestamp(), Failure = exception.GetBaseException().Message },
                    null);
            }
        }

        private static Shown ShownBy(JsonNode item) =>
            new(item["id"]!.GetValue<Guid>(), item["version"]!.GetValue<int>(), item["title"]!.GetValue<string>());

        private string Token() => $"{workload.Name[^12..]}-{number}-{++_made}";

        private void Keep(Operation operation) => workload._operations.Enqueue(operation);
    }
}
