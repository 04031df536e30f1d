using Microsoft.AspNetCore.Diagnostics;

namespace Opportunities.Api.Errors;

/// <summary>Answers every exception with its problem, the same in every environment, and logs those that are our fault.</summary>
internal sealed partial class ProblemExceptionHandler(ILogger<ProblemExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        // Nobody is listening any more; the server only notes that the connection is gone.
        if (context.RequestAborted.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }

        await Problems.WriteAsync(context, Describe(context, exception));
        return true;
    }

    private Problem Describe(HttpContext context, Exception exception)
    {
        if (Problems.FromRefusal(context, exception) is { } refusal) return refusal;
        switch (exception)
        {
            case BadHttpRequestException bad:
                context.Response.StatusCode = bad.StatusCode;
                return Problems.FromStatus(context);
            default:
                if (DatabaseFailure.IsOutage(exception))
                {
                    LogUnavailable(logger, exception.GetBaseException().Message);
                    return Problems.From(context, ApiException.Unavailable("The database does not answer."));
                }

                LogFailed(logger, exception, context.Request.Method, context.Request.Path);
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                return Problems.FromStatus(context);
        }
    }

    [LoggerMessage(LogLevel.Warning, "A request could not be served because the database does not answer: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed.")]
    private static partial void LogFailed(ILogger logger, Exception exception, string method, string path);
}
