namespace Opportunities.Api.Errors;

/// <summary>A refusal that is answered as a problem (RFC 9457); thrown where the refusal is found, written in one place.</summary>
internal sealed class ApiException(int status, string code, string title, string detail) : Exception(detail)
{
    public int Status => status;
    public string Code => code;
    public string Title => title;

    public IReadOnlyDictionary<string, string[]>? Errors { get; private init; }
    public string? OldestCursor { get; private init; }

    public static ApiException Invalid(IReadOnlyDictionary<string, string[]> errors) =>
        new(StatusCodes.Status400BadRequest, "invalid-request", "The request is invalid.",
            $"{errors.Count} {(errors.Count == 1 ? "member is" : "members are")} invalid: {string.Join(", ", errors.Keys.Take(10))}.")
        {
            Errors = errors,
        };

    public static ApiException NotFound() =>
        new(StatusCodes.Status404NotFound, "not-found", "Not found.", "There is no such thing, or you may not see it.");

    public static ApiException Forbidden(string detail) => new(StatusCodes.Status403Forbidden, "forbidden", "Not permitted.", detail);

    /// <summary>403: the token lacks the permission altogether.</summary>
    public static ApiException NotPermitted() =>
        new(StatusCodes.Status403Forbidden, "forbidden", "Forbidden.", "The token does not permit this.");

    public static ApiException BodyTooSlow(TimeSpan limit) =>
        new(
            StatusCodes.Status408RequestTimeout, "request-timeout", "The body took too long.",
            $"A body must be sent within {limit.TotalSeconds:0} seconds.");

    public static ApiException Gone(string oldestCursor) =>
        new(StatusCodes.Status410Gone, "cursor-gone", "The cursor is too old.",
            "What comes after the cursor is not kept any more, or the database was restored. "
            + "Read anew what you keep, and go on from oldest_cursor.")
        {
            OldestCursor = oldestCursor,
        };

    public static ApiException PreconditionFailed(string detail) =>
        new(StatusCodes.Status412PreconditionFailed, "precondition-failed", "The opportunity has changed.", detail);

    public static ApiException TooManyRequests(string detail) =>
        new(StatusCodes.Status429TooManyRequests, "too-many-requests", "Too many requests.", detail);

    public static ApiException Conflict(string detail) =>
        new(StatusCodes.Status409Conflict, "conflict", "The current state forbids it.", detail);

    public static ApiException IdempotencyKeyReused() =>
        new(StatusCodes.Status422UnprocessableEntity, "idempotency-key-reused", "The Idempotency-Key was used before.",
            "The key belongs to another request of the last 24 hours. Use a new key for a new request.");

    public static ApiException UnsupportedMediaType(string detail) =>
        new(StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", "Unsupported media type.", detail);

    public static ApiException Unavailable(string detail) =>
        new(StatusCodes.Status503ServiceUnavailable, "unavailable", "Temporarily unavailable.", detail);
}
