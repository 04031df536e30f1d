using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Opportunities.Testing;

/// <summary>Stands where the dashboard or a collector stands, and keeps what the services send it.</summary>
public sealed class TelemetryReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Signal, string Content)> _received = new();

    private TelemetryReceiver()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(ReceiveAsync);
    }

    /// <summary>The variables that make a service send its telemetry here.</summary>
    public IReadOnlyDictionary<string, string?> Variables => new Dictionary<string, string?>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _app.Urls.Single(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
    };

    /// <summary>The messages: their signal (traces, metrics, logs), and what is in them.</summary>
    public IReadOnlyCollection<(string Signal, string Content)> Received => _received;

    /// <summary>The spans of all messages, in the order in which these came.</summary>
    public IReadOnlyList<ReceivedSpan> Spans =>
        [.. _received.Where(static message => message.Signal == "traces")
            .SelectMany(static message => OtlpSpans.Read(Encoding.Latin1.GetBytes(message.Content)))];

    /// <summary>The metrics of all messages.</summary>
    public IReadOnlyList<ReceivedMetric> Metrics =>
        [.. _received.Where(static message => message.Signal == "metrics")
            .SelectMany(static message => OtlpMetrics.Read(Encoding.Latin1.GetBytes(message.Content)))];

    public static async Task<TelemetryReceiver> StartAsync()
    {
        var receiver = new TelemetryReceiver();
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>Whether a message of that signal (traces, metrics, logs) contains all of these texts.</summary>
    public bool Has(string signal, params string[] texts) =>
        _received.Any(message => message.Signal == signal && texts.All(text => message.Content.Contains(text, StringComparison.Ordinal)));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        // Texts are readable in protobuf, and the texts are all that the tests look for.
        using var body = new StreamReader(context.Request.Body, Encoding.Latin1);
        _received.Enqueue((context.Request.Path.Value!.Split('/')[^1], await body.ReadToEndAsync(context.RequestAborted)));
        context.Response.ContentType = "application/x-protobuf";
    }
}
