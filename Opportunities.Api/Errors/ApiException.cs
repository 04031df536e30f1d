using System.Diagnostics.CodeAnalysis;

namespace Opportunities.Api.Errors;

/// <summary>A refusal that is answered as a problem (RFC 9457); thrown where the refusal is found, written in one place.</summary>
[SuppressMessage("Design", "CA1032", Justification = "A problem without status and code cannot be answered.")]
public sealed class ApiException(int status, string code, string title, string detail) : Exception(detail)
{
    /// <summary>The HTTP status code.</summary>
    public int Status => status;

    /// <summary>The last part of the problem's type URI.</summary>
    public string Code => code;

    /// <summary>The kind of problem.</summary>
    public string Title => title;

    /// <summary>The offending members and what is wrong with each.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; private init; }

    /// <summary>Where to begin again, where what was asked for is gone.</summary>
    public string? OldestCursor { get; private init; }

    /// <summary>400: the request is malformed or breaks rules.</summary>
    public static ApiException Invalid(IReadOnlyDictionary<string, string[]> errors) =>
        new(StatusCodes.Status400BadRequest, "invalid-request", "The request is invalid.",
            $"{errors.Count} {(errors.Count == 1 ? "member is" : "members are")} invalid: {string.Join(", ", errors.Keys.Take(10))}.")
        {
            Errors = errors,
        };

    /// <summary>404: there is no such thing, or none that the caller may see.</summary>
    public static ApiException NotFound() =>
        new(StatusCodes.Status404NotFound, "not-found", "Not found.", "There is no such thing, or you may not see it.");

    /// <summary>403: visible, but not this caller's to change now.</summary>
    public static ApiException Forbidden(string detail) => new(StatusCodes.Status403Forbidden, "forbidden", "Not permitted.", detail);

    /// <summary>403: the token lacks the permission altogether.</summary>
    public static ApiException NotPermitted() =>
        new(StatusCodes.Status403Forbidden, "forbidden", "Forbidden.", "The token does not permit this.");

    /// <summary>408: the body was too long on its way.</summary>
    public static ApiException BodyTooSlow(TimeSpan limit) =>
        new(StatusCodes.Status408RequestTimeout, "request-timeout", "The body took too long.", $"A body must be sent within {limit.TotalSeconds:0} seconds.");

    /// <summary>410: what comes after the cursor is no longer kept, or not of this database.</summary>
    public static ApiException Gone(string oldestCursor) =>
        new(StatusCodes.Status410Gone, "cursor-gone", "The cursor is too old.",
            "What comes after the cursor is not kept any more, or the database was restored. "
            + "Read anew what you keep, and go on from oldest_cursor.")
        {
            OldestCursor = oldestCursor,
        };

    /// <summary>412: the opportunity is not the one that the request is conditioned on.</summary>
    public static ApiException PreconditionFailed(string detail) =>
        new(StatusCodes.Status412PreconditionFailed, "precondition-failed", "The opportunity has changed.", detail);

    /// <summary>429: the caller has as much under way as it may have.</summary>
    public static ApiException TooManyRequests(string detail) =>
        new(StatusCodes.Status429TooManyRequests, "too-many-requests", "Too many requests.", detail);

    /// <summary>409: another request won a race.</summary>
    public static ApiException Conflict(string detail) => new(StatusCodes.Status409Conflict, "conflict", "The current state forbids it.", detail);

    /// <summary>422: the idempotency key was used for another request.</summary>
    public static ApiException IdempotencyKeyReused() =>
        new(StatusCodes.Status422UnprocessableEntity, "idempotency-key-reused", "The Idempotency-Key was used before.",
            "The key belongs to another request of the last 24 hours. Use a new key for a new request.");

    /// <summary>415: the body is not of a kind that the operation takes.</summary>
    public static ApiException UnsupportedMediaType(string detail) =>
        new(StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", "Unsupported media type.", detail);

    /// <summary>503: something that the request needs does not answer.</summary>
    public static ApiException Unavailable(string detail) =>
        new(StatusCodes.Status503ServiceUnavailable, "unavailable", "Temporarily unavailable.", detail);
}
