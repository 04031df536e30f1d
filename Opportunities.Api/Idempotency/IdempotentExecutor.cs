using Opportunities.Api.Auth;
using Opportunities.Api.Errors;
using Opportunities.Api.Http;
using Opportunities.Api.Input;

namespace Opportunities.Api.Idempotency;

/// <summary>
/// Runs a request once for each <c>Idempotency-Key</c> of a caller. The answer is stored in the transaction of the
/// effect: a crash leaves both or neither, and of concurrent repeats the database lets one through.
/// </summary>
internal sealed class IdempotentExecutor(CallerDatabase database, TimeProvider time)
{
    public const string Header = "Idempotency-Key";

    private const int MaxLength = 255;

    /// <summary>Runs a request, or finds its first answer.</summary>
    /// <param name="body">Its body as it came.</param>
    /// <param name="run">Runs it. It is given what makes of the answer the row to be saved with the effect; null where none is.</param>
    /// <exception cref="ApiException">400 the key is malformed; 422 it belongs to another request.</exception>
    public async Task<StoredResponse> ExecuteAsync(
        HttpContext context, ReadOnlyMemory<byte> body, Func<Func<StoredResponse, IdempotentRequest?>, Task<StoredResponse>> run)
    {
        var (request, caller, cancellationToken) = (context.Request, context.User.GetCaller(), context.RequestAborted);
        if (WellFormedKey(request) is not { } key) return await run(static _ => null);
        var fingerprint = Fingerprint(request, body.Span);
        if (await FindAsync(caller, key, fingerprint, cancellationToken) is { } first) return first;
        try
        {
            return await run(answer => new IdempotentRequest
            {
                Subject = caller.Subject,
                Key = key,
                Fingerprint = fingerprint,
                StatusCode = answer.StatusCode,
                Location = answer.Location,
                ETag = answer.ETag,
                Body = answer.Body,
                CreatedAt = ChangeContext.Now(caller.Subject, time).At,
            });
        }
        catch (Exception exception) when (DatabaseFailure.ViolatedConstraint(exception) == "pk_idempotent_requests")
        {
            // A concurrent repeat was first. It has committed: the database made this one wait for that.
            return await FindAsync(caller, key, fingerprint, cancellationToken)
                ?? throw ApiException.Conflict("A request with this Idempotency-Key is being served. Repeat it.");
        }
        catch (Exception refusal) when (refusal is ApiException { Status: < 429 } or ConflictException or BatchRefusedException)
        {
            // What it was refused for may be what a concurrent repeat, which was first, did.
            if (await FindAsync(caller, key, fingerprint, cancellationToken) is { } answer) return answer;
            throw;
        }
    }

    /// <summary>The first answer; none where the key is past its lifetime, and forgotten then.</summary>
    private async Task<StoredResponse?> FindAsync(Caller caller, string key, byte[] fingerprint, CancellationToken cancellationToken)
    {
        var stale = time.GetUtcNow().UtcDateTime - IdempotentRequest.Lifetime;
        var sql = new SqlBuilder()
            .Add("WITH stale AS (DELETE FROM idempotent_requests")
            .Add($" WHERE subject = {caller.Subject} AND key = {key} AND created_at <= {stale}) ")
            .Add("SELECT fingerprint, status_code, body, location, e_tag FROM idempotent_requests")
            .Add($" WHERE subject = {caller.Subject} AND key = {key} AND created_at > {stale}");
        var found = await database.ReadAsync(
            caller, sql,
            row => row.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(fingerprint)
                ? new StoredResponse(row.GetInt32(1), row.GetFieldValue<byte[]>(2), row[3] as string, row[4] as string, IsReplay: true)
                : throw ApiException.IdempotencyKeyReused(),
            cancellationToken);
        return found.SingleOrDefault();
    }

    /// <summary>The key of a request whose other conditions can be read, too; null where it brings none.</summary>
    /// <exception cref="ApiException">400: one of them is malformed.</exception>
    public static string? WellFormedKey(HttpRequest request)
    {
        ETags.EnsureWellFormed(request);
        return Key(request);
    }

    /// <summary>The request's key; null where it brings none.</summary>
    /// <exception cref="ApiException">400: it is malformed.</exception>
    internal static string? Key(HttpRequest request)
    {
        var values = request.Headers[Header];
        if (values.Count == 0) return null;
        return values is [{ Length: > 0 and <= 2 * MaxLength } key]
            && key.EnumerateRunes().Count() <= MaxLength && key.EnumerateRunes().All(IsPrintable)
            ? key
            : throw InputErrors.Only(Header, $"must be one value of 1 to {MaxLength} printable characters in UTF-8.");
    }

    // A replacement character stands for half a character, too.
    private static bool IsPrintable(Rune letter) => letter.Value == ' ' || (letter != Rune.ReplacementChar
        && Rune.GetUnicodeCategory(letter) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned or UnicodeCategory.SpaceSeparator
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator));

    /// <summary>Tells requests apart that bring the same key.</summary>
    internal static byte[] Fingerprint(HttpRequest request, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // In one form: routing ignores the case of a path, and a slash at its end; parameters have no order.
        var query = request.Query.OrderBy(parameter => parameter.Key, StringComparer.Ordinal)
            .SelectMany(parameter => parameter.Value.Select(value => $"{parameter.Key}={value}\n"));
        hash.AppendData(Encoding.UTF8.GetBytes(
            $"{request.Method} {request.Path.Value!.TrimEnd('/').ToLowerInvariant()}\n{string.Concat(query)}"));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }
}
