using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DevLab.JmesPath;

namespace Opportunities.SystemTests.Deploy;

/// <summary>
/// An AWS account that remembers: stacks, images, task definitions, the service and its deployments, the database and its snapshots.
/// The scripts' calls change it as the real one would; a call that it does not know, or of something that is not there, fails.
/// Queries are evaluated, not recognised.
/// </summary>
internal sealed partial class PretendAws : ScriptSandbox
{
    private readonly TcpListener _server = new(IPAddress.Loopback, 0);
    private readonly JmesPath _queries = new();
    private readonly List<string> _calls = [];
    private readonly List<(string Pattern, int Times, string Error)> _failures = [];
    private int _clock;

    public PretendAws()
        : base(RecordedTools.Program("pretend.sh"), "aws", "docker", "npx", "dotnet", "curl", "skopeo")
    {
        _server.Start();
        _ = ListenAsync();
    }

    /// <summary>The calls, in order.</summary>
    public IReadOnlyList<string> Calls => _calls;

    /// <summary>The calls that change something.</summary>
    public IEnumerable<string> Changes => _calls.Where(call => Changing().IsMatch(call));

    protected override IEnumerable<(string Name, string Value)> Variables =>
        [("PRETEND", $"{((IPEndPoint)_server.LocalEndpoint).Port}"), ("POLL_SECONDS", "0")];

    /// <summary>Has the next calls that begin so fail.</summary>
    public PretendAws Fail(string beginning, int times = 1, string error = "An error occurred (InternalError): as told by the test")
    {
        _failures.Add((beginning, times, error));
        return this;
    }

    public override void Dispose()
    {
        _server.Dispose();
        base.Dispose();
    }

    [GeneratedRegex(
        "^(npx|docker (build|push)|skopeo copy|aws [a-z]+ "
        + "(put|create|delete|update|register|deregister|run|restore|modify|stop|rollback|continue|add)-)")]
    private static partial Regex Changing();

    private async Task ListenAsync()
    {
        try
        {
            while (true) _ = AnswerAsync(await _server.AcceptTcpClientAsync());
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            var stream = client.GetStream();
            using var reader = new StreamReader(stream);
            var count = int.Parse(await WordAsync(reader), CultureInfo.InvariantCulture);
            var words = new string[count + 1];
            for (var index = 0; index < words.Length; index++) words[index] = await WordAsync(reader);
            var (code, answer) = (0, "");
            try
            {
                lock (_calls)
                    answer = Answer(words);
            }
            catch (PretendException exception)
            {
                (code, answer) = (exception.ExitCode, exception.Message + "\n");
            }

            await stream.WriteAsync(Encoding.UTF8.GetBytes($"{code}\n{answer}"));
        }
    }

    private static async Task<string> WordAsync(StreamReader reader)
    {
        var word = new StringBuilder();
        var one = new char[1];
        while (await reader.ReadAsync(one) == 1 && one[0] != '\0') word.Append(one[0]);
        return word.ToString();
    }

    private string Answer(string[] words)
    {
        var call = string.Join(' ', words).ReplaceLineEndings(" ");
        _calls.Add(call);
        var failure = _failures.FindIndex(failure => failure.Times > 0 && call.StartsWith(failure.Pattern, StringComparison.Ordinal));
        if (failure >= 0)
        {
            var (pattern, times, error) = _failures[failure];
            _failures[failure] = (pattern, times - 1, error);
            throw new PretendException(words[0] == "aws" ? 254 : 3, error);
        }

        if (words[0] != "aws") return Tool(words);
        var arguments = new Arguments(words[3..]);
        var answer = Call(words[1], words[2], arguments);
        return answer is null ? "" : Print(answer, arguments);
    }

    private string Print(JsonNode answer, Arguments arguments)
    {
        var text = answer.ToJsonString();
        if (arguments.Value("--query") is { } query)
        {
            try
            {
                text = _queries.Transform(text, query);
            }
            catch (Exception exception)
            {
                throw new PretendException(255, exception.Message);
            }
        }

        return arguments.Value("--output") == "text" ? AsText(JsonNode.Parse(text)) + "\n" : text + "\n";
    }

    private static string AsText(JsonNode? node) => node switch
    {
        null => "None",
        JsonArray list => string.Join('\t', list.Select(AsText)),
        JsonObject one =>
            string.Join('\t', one.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => AsText(member.Value))),
        _ => node.ToString(),
    };

    /// <summary>A moment later than the one before.</summary>
    private string Now() => new DateTime(2026, 11, 2, 3, 0, 0, DateTimeKind.Utc)
        .AddMinutes(_clock++)
        .ToString("yyyy-MM-ddTHH:mm:ss.000Z", CultureInfo.InvariantCulture);

    /// <summary>The options of a call.</summary>
    private sealed class Arguments
    {
        private readonly Dictionary<string, List<string>> _values = [];

        public Arguments(string[] words)
        {
            var option = "";
            foreach (var word in words)
            {
                if (word.StartsWith("--", StringComparison.Ordinal)) _values[option = word] = [];
                else if (_values.TryGetValue(option, out var values)) values.Add(word);
                else Positional.Add(word);
            }
        }

        public List<string> Positional { get; } = [];

        public string? Value(string option) => _values.TryGetValue(option, out var values) ? values.FirstOrDefault() ?? "" : null;

        public string Needed(string option) =>
            Value(option) ?? throw new PretendException(252, $"the following arguments are required: {option}");

        public List<string> All(string option) => _values[option];

        public JsonObject Json(string option)
        {
            var text = Needed(option);
            if (text.StartsWith("file://", StringComparison.Ordinal)) text = File.ReadAllText(text[7..]);
            return JsonNode.Parse(text)!.AsObject();
        }
    }

    private sealed class PretendException(int exitCode, string message) : Exception(message)
    {
        public int ExitCode => exitCode;
    }
}
