using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.WebUtilities;

namespace Opportunities.Api.Errors;

/// <summary>The one place that turns refusals, failures and bare status codes into problems.</summary>
internal static class Problems
{
    private const string TypePrefix = "urn:opportunities:problem:";

    public static IServiceCollection AddProblems(this IServiceCollection services) =>
        services.AddExceptionHandler<ProblemExceptionHandler>();

    public static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler(static _ => { });
        app.UseStatusCodePages(static context => WriteAsync(context.HttpContext, FromStatus(context.HttpContext)));
    }

    public static Problem From(HttpContext context, ApiException exception) => New(
        context, exception.Status, exception.Code, exception.Title, exception.Message) with
    {
        Errors = exception.Errors,
        OldestCursor = exception.OldestCursor,
    };

    private static Problem From(HttpContext context, ConflictException exception) => New(
        context, StatusCodes.Status409Conflict, "conflict", "The current state forbids it.", exception.Message) with
    {
        Allowed = exception.Allowed,
        Missing = exception.Missing,
    };

    /// <summary>The problem of an exception that is a refusal; null of any other.</summary>
    public static Problem? FromRefusal(HttpContext context, Exception exception) => exception switch
    {
        ApiException refusal => From(context, refusal),
        ConflictException conflict => From(context, conflict),
        InvalidValueException invalid => From(
            context, ApiException.Invalid(new Dictionary<string, string[]> { [invalid.Member] = [invalid.Message] })),
        BatchRefusedException batch => FromRefusal(context, batch.InnerException!)! with { Errors = batch.Errors },
        _ => null,
    };

    public static Problem FromStatus(HttpContext context)
    {
        var status = context.Response.StatusCode;
        var title = ReasonPhrases.GetReasonPhrase(status);
        return New(context, status, title.ToLowerInvariant().Replace(' ', '-'), $"{title}.", status switch
        {
            StatusCodes.Status401Unauthorized => "A valid access token is required.",
            StatusCodes.Status403Forbidden => "The token does not permit this.",
            StatusCodes.Status404NotFound => "There is no such thing, or you may not see it.",
            StatusCodes.Status405MethodNotAllowed => "The method is not allowed here; Allow says which are.",
            StatusCodes.Status413PayloadTooLarge => "The body is too large.",
            StatusCodes.Status500InternalServerError => "Something went wrong on our side. The request id leads to the cause.",
            _ => $"{title}.",
        });
    }

    public static async Task WriteAsync(HttpContext context, Problem problem)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(problem, ApiJson.Wire.Problem);
        context.Response.StatusCode = problem.Status;
        context.Response.ContentType = "application/problem+json";
        // Whether it is long decides whether it is compressed.
        context.Response.ContentLength = body.Length;
        try
        {
            await context.Response.Body.WriteAsync(body, CancellationToken.None);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // A client that has left is no failure.
        }
    }

    private static Problem New(HttpContext context, int status, string code, string title, string detail) => new()
    {
        Type = TypePrefix + code,
        Title = title,
        Status = status,
        Detail = detail,
        // A URI reference (RFC 9457, 3.1.5), and not what its percent signs stand for.
        Instance = new PathString(context.Features.Get<IExceptionHandlerPathFeature>()?.Path ?? context.Request.Path).ToUriComponent(),
        RequestId = context.TraceIdentifier,
    };
}
