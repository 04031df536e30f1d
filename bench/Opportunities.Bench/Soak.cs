using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Opportunities.LocalServers;
using Opportunities.Testing;

namespace Opportunities.Bench;

/// <summary>Full load for a long time: does the memory of the processes stay what it was?</summary>
internal sealed class Soak(TimeSpan duration, string directory)
{
    private const int Rows = 10_000;
    private const int Connections = 64;

    private static readonly TimeSpan _sampling = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _slice = TimeSpan.FromSeconds(20);
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly List<Sample> _samples = [];
    private readonly Stopwatch _elapsed = new();
    private long _requests;
    private long _errors;
    private double _perSecond;

    public static async Task RunAsync(TimeSpan duration)
    {
        var directory = RepositoryRoot.Combine(".local/bench");
        Directory.CreateDirectory(directory);
        using var held = DataDirectoryGuard.Hold(directory);
        await new Soak(duration, directory).RunAsync();
    }

    private async Task RunAsync()
    {
        await using var postgres = await PostgresServer.StartAsync(
            new PostgresServerOptions { DataDirectory = Path.Combine(directory, "postgres") });
        await using var identity = await BenchRun.StartIdentityAsync();
        await using var site = await Site.StartAsync(postgres, identity, directory, Rows, Build.Present);
        var server = site.Server(Measured.Cached);
        var workload = Workload.All.Single(workload => workload.Name == "mixed-writes");
        using var done = new CancellationTokenSource();
        _elapsed.Start();
        var sampling = SampleAsync(server.Process!.ProcessId, site.CacheProcessId, done.Token);
        while (_elapsed.Elapsed < duration)
        {
            var one = await Generator.RunAsync(workload, site, server, Connections, 1, _slice, await site.TokenAsync());
            _perSecond = one.PerSecond;
            _requests += (long)(one.PerSecond * _slice.TotalSeconds);
            _errors += one.Errors;
        }

        await done.CancelAsync();
        await sampling;
        await site.CleanAsync();
        Write();
    }

    private async Task SampleAsync(int api, int cache, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(_sampling, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var sample = new Sample(
                Math.Round(_elapsed.Elapsed.TotalSeconds), ProcessMeter.RssMiB(api), ProcessMeter.RssMiB(cache), Math.Round(_perSecond));
            _samples.Add(sample);
            Progress.Say(
                $"{sample.Second,5:0} s of {duration.TotalSeconds:0}  API {sample.ApiMiB,6:0.0} MiB  Redis {sample.RedisMiB,6:0.0} MiB  ",
                $"{sample.PerSecond,7:N0}/s  {_requests,10:N0} requests  {_errors} errors");
        }
    }

    private void Write()
    {
        var folder = Directory.CreateDirectory(RepositoryRoot.Combine("artifacts/soak")).FullName;
        // The first third is for the runtime to compile what is hot, and for the heap to find its size.
        var settled = _samples.Where(sample => sample.Second > duration.TotalSeconds / 3).ToList();
        var result = new
        {
            Machine = Machine.Describe(),
            Seconds = duration.TotalSeconds,
            Connections,
            Requests = _requests,
            Errors = _errors,
            ApiMiBThen = Results.Median(settled.Take(settled.Count / 2).Select(sample => sample.ApiMiB)),
            ApiMiBAtTheEnd = Results.Median(settled.Skip(settled.Count / 2).Select(sample => sample.ApiMiB)),
            Samples = _samples,
        };
        File.WriteAllText(Path.Combine(folder, "soak.json"), JsonSerializer.Serialize(result, _json));
        File.WriteAllText(Path.Combine(folder, "soak.svg"), Draw());
        Progress.Say(
            $"{_requests:N0} requests, {_errors} errors; the API's memory: {result.ApiMiBThen:0} MiB after a third of the time, ",
            $"{result.ApiMiBAtTheEnd:0} MiB at the end; chart in {folder}");
    }

    private string Draw()
    {
        const int Width = 900, Height = 320, Left = 60, Bottom = 40, Top = 40;
        var most = Math.Ceiling(_samples.Max(sample => Math.Max(sample.ApiMiB, sample.RedisMiB)) / 100) * 100;
        var last = _samples[^1].Second;
        var svg = new StringBuilder();
        Line(
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{Height}\" ",
            $"font-family=\"sans-serif\" font-size=\"11\">");
        Line($"<rect width=\"100%\" height=\"100%\" fill=\"white\"/>");
        Line(
            $"<text x=\"10\" y=\"20\" font-size=\"14\">Resident memory at full load, ",
            $"{Connections} connections, {_requests:N0} requests</text>");
        for (var mark = 0.0; mark <= most; mark += most / 4)
        {
            Line($"<line x1=\"{Left}\" x2=\"{Width - 10}\" y1=\"{Y(mark):0}\" y2=\"{Y(mark):0}\" stroke=\"#e5e7eb\"/>");
            Line($"<text x=\"{Left - 6}\" y=\"{Y(mark) + 4:0}\" text-anchor=\"end\">{mark:0} MiB</text>");
        }

        for (var minute = 0; minute * 60 <= last; minute++)
            Line($"<text x=\"{X(minute * 60):0}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{minute} min</text>");
        Curve("API", "#2563eb", sample => sample.ApiMiB);
        Curve("Redis", "#dc2626", sample => sample.RedisMiB);
        Line($"</svg>");
        return svg.ToString();

        void Curve(string name, string colour, Func<Sample, double> value)
        {
            var points = string.Join(
                ' ', _samples.Select(sample => FormattableString.Invariant($"{X(sample.Second):0.0},{Y(value(sample)):0.0}")));
            Line($"<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" points=\"{points}\"/>");
            Line($"<text x=\"{Left + 8}\" y=\"{Y(value(_samples[^1])) - 6:0}\" fill=\"{colour}\">{name}</text>");
        }

        double X(double second) => Left + (second / last * (Width - Left - 10));

        double Y(double mebibytes) => Height - Bottom - (mebibytes / most * (Height - Bottom - Top));

        void Line(params FormattableString[] parts) => svg.AppendJoin("", parts.Select(FormattableString.Invariant)).Append('\n');
    }

    private sealed record Sample(double Second, double ApiMiB, double RedisMiB, double PerSecond);
}
