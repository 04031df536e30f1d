using System.Diagnostics;
using Microsoft.Extensions.Primitives;

namespace Opportunities.Api.Http;

/// <summary>
/// A request's id: the caller's <c>X-Request-ID</c> where it is sane, a new one otherwise. It is on the answer (<see
/// cref="ResponseHeaders"/>), in every log line of the request (scope <c>XRequestId</c>), and on the trace.
/// </summary>
internal static partial class RequestId
{
    public const string Header = "X-Request-ID";

    private static readonly Func<ILogger, string, IDisposable?> _scope = LoggerMessage.DefineScope<string>("X-Request-ID:{XRequestId}");

    public static IDisposable? Begin(HttpContext context, ILogger logger)
    {
        var id = Choose(context.Request.Headers[Header]);
        context.TraceIdentifier = id;
        Activity.Current?.SetTag("request.id", id);
        return _scope(logger, id);
    }

    internal static string Choose(StringValues sent) => sent.Count == 1 && Sane().IsMatch(sent[0]!) ? sent[0]! : Create();

    // The generator of trace ids: that of Guid, which is fit for secrets, is a system call for each.
    private static string Create()
    {
        Span<byte> bytes = stackalloc byte[16];
        ActivityTraceId.CreateRandom().CopyTo(bytes);
        // As a UUID: scanners take 32 hexadecimal digits for a hash.
        return new Guid(bytes).ToString();
    }

    [GeneratedRegex(@"^[A-Za-z0-9._:-]{1,128}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Sane();
}
