using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Opportunities.Api.Caching;
using Opportunities.Api.Errors;
using Opportunities.Api.Input;
using Opportunities.Data;

namespace Opportunities.Api.Idempotency;

/// <summary>
/// Runs a creating request once for each <c>Idempotency-Key</c> of a caller. The answer is stored in the transaction of the
/// effect: a crash leaves both or neither, and of concurrent repeats the database lets one through.
/// </summary>
internal sealed class Idempotent(OpportunitiesDbContext database, CacheGenerations cache, TimeProvider time)
{
    public const string Header = "Idempotency-Key";

    private const int MaxLength = 255;

    /// <summary>Rows that certainly go to the database in one batch: an opportunity, its history, its event. A batch may have 1,000 statements.</summary>
    private const int SingleBatch = 10;

    /// <summary>Runs the request, or gives its first answer again.</summary>
    /// <param name="context">The request.</param>
    /// <param name="caller">Who asks: keys of different callers are different keys.</param>
    /// <param name="body">The request's body.</param>
    /// <param name="effect">Adds what the request creates to the context, and gives the answer. It may run only once.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="ApiException">400 the key is malformed; 422 it belongs to another request.</exception>
    public async Task<Answer> RunAsync(
        HttpContext context, Caller caller, ReadOnlyMemory<byte> body, Func<OpportunitiesDbContext, Answer> effect, CancellationToken cancellationToken)
    {
        if (Key(context.Request) is not { } key)
        {
            var answer = effect(database);
            // One batch of statements is one transaction of PostgreSQL as it is; to begin and commit one would be a round trip more.
            if (database.ChangeTracker.Entries().Count() <= SingleBatch) database.Database.AutoTransactionBehavior = AutoTransactionBehavior.Never;
            await SaveAsync(cancellationToken);
            return answer;
        }

        var fingerprint = Fingerprint(context.Request, body.Span);
        var stale = time.GetUtcNow().UtcDateTime - IdempotentRequest.Lifetime;
        if (await FindAsync(caller, key, fingerprint, stale, cancellationToken) is { } first) return first;

        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        await database.IdempotentRequests
            .Where(r => r.Subject == caller.Subject && r.Key == key && r.CreatedAt <= stale)
            .ExecuteDeleteAsync(cancellationToken);
        var made = effect(database);
        database.Add(new IdempotentRequest
        {
            Subject = caller.Subject,
            Key = key,
            Fingerprint = fingerprint,
            StatusCode = made.StatusCode,
            Location = made.Location,
            ETag = made.ETag,
            Body = made.Body,
            CreatedAt = Stamp.Now(caller.Subject, time).At,
        });
        try
        {
            await database.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException exception) when (DatabaseFailure.ViolatedConstraint(exception) == "pk_idempotent_requests")
        {
            // A concurrent repeat was first. It has committed: the database made this one wait for that.
            await transaction.RollbackAsync(cancellationToken);
            database.ChangeTracker.Clear();
            return await FindAsync(caller, key, fingerprint, stale, cancellationToken)
                ?? throw ApiException.Conflict("A request with this Idempotency-Key is being served. Repeat it.");
        }

        await using (await cache.BeginWriteAsync(CacheScope.Lists))
        {
            await transaction.CommitAsync(CancellationToken.None);
            await transaction.DisposeAsync();
        }

        return made;
    }

    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        await using (await cache.BeginWriteAsync(CacheScope.Lists))
        {
            await database.SaveChangesAsync(cancellationToken);
        }
    }

    private async Task<Answer?> FindAsync(Caller caller, string key, byte[] fingerprint, DateTime stale, CancellationToken cancellationToken)
    {
        var first = await database.IdempotentRequests.AsNoTracking()
            .SingleOrDefaultAsync(r => r.Subject == caller.Subject && r.Key == key && r.CreatedAt > stale, cancellationToken);
        if (first is null) return null;
        if (!first.Fingerprint.AsSpan().SequenceEqual(fingerprint)) throw ApiException.IdempotencyKeyReused();
        return new Answer(first.StatusCode, first.Body, first.Location, first.ETag, IsReplay: true);
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
    private static bool IsPrintable(Rune letter) => letter.Value == ' ' || (letter != Rune.ReplacementChar && Rune.GetUnicodeCategory(letter)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator));

    /// <summary>Tells requests apart that bring the same key.</summary>
    internal static byte[] Fingerprint(HttpRequest request, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // In one form: routing ignores the case of a path, and a slash at its end.
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path.Value!.TrimEnd('/').ToLowerInvariant()}\n"));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }
}
