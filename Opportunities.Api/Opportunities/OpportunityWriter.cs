using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Opportunities.Api.Caching;
using Opportunities.Api.Errors;
using Opportunities.Api.Http;
using Opportunities.Data;

namespace Opportunities.Api.Opportunities;

/// <summary>
/// The one way in which an opportunity changes: its row locked, the rules asked in the contract's order, everything saved in one
/// transaction, and the cache told around the commit.
/// </summary>
internal sealed class OpportunityWriter(OpportunitiesDbContext database, CallerDatabase places, CacheGenerations cache)
{
    /// <summary>Changes an opportunity.</summary>
    /// <param name="request">The request; its <c>If-Match</c> is honoured.</param>
    /// <param name="id">The opportunity.</param>
    /// <param name="caller">Who asks.</param>
    /// <param name="isPermitted">Whether the caller may make this change to an opportunity that it sees; else 403.</param>
    /// <param name="change">Makes the change, or throws.</param>
    /// <param name="cancellationToken">Ends the request; nothing is changed then.</param>
    /// <returns>The opportunity as it is now, with its collections.</returns>
    /// <exception cref="ApiException">404 not visible; 403 not permitted now; 412 changed meanwhile.</exception>
    public async Task<Opportunity> ChangeAsync(
        HttpRequest request, Guid id, Caller caller, Func<Opportunity, bool> isPermitted, Action<Opportunity> change, CancellationToken cancellationToken)
    {
        ETags.EnsureWellFormed(request);
        using var place = await places.EnterAsync(caller, cancellationToken);
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        var opportunity = await LockAsync(id, cancellationToken);
        if (opportunity is null || !(caller.SeesAll || opportunity.CreatedBy == caller.Subject)) throw ApiException.NotFound();
        if (!isPermitted(opportunity)) throw ApiException.Forbidden("You may not make this change to this opportunity now.");
        ETags.EnsureMatch(request, opportunity.Version);

        var version = opportunity.Version;
        change(opportunity);
        if (opportunity.Version == version) return opportunity;
        await database.SaveChangesAsync(cancellationToken);
        await CommitAsync(opportunity.Id, async () =>
        {
            await transaction.CommitAsync(CancellationToken.None);
            // Gives the connection back, which the cache is not to keep others waiting for.
            await transaction.DisposeAsync();
            place.Dispose();
        });
        return opportunity;
    }

    /// <summary>Commits a write of one opportunity, with the cache told before and after.</summary>
    /// <param name="id">The opportunity.</param>
    /// <param name="commit">Commits.</param>
    public async Task CommitAsync(Guid id, Func<Task> commit)
    {
        await using (await cache.BeginWriteAsync(CacheGenerations.Lists, CacheGenerations.Item(id)))
        {
            await commit();
        }
    }

    // Writers of one opportunity take turns here, so that its history is a gapless chain. One statement locks the row, and says which
    // collections have parts: most have none.
    private async Task<Opportunity?> LockAsync(Guid id, CancellationToken cancellationToken)
    {
        database.ChangeTracker.Clear();
        var locked = await database.Opportunities
            .FromSql($"SELECT * FROM opportunities WHERE id = {id} FOR UPDATE")
            .Select(o => new
            {
                Opportunity = o,
                // As it was when the statement began, before it waited for the lock; and so are the parts.
                SeenVersion = database.Opportunities.Where(seen => seen.Id == id).Select(seen => seen.Version).FirstOrDefault(),
                ProblemStatements = o.ProblemStatements.Any(),
                SkillRequirements = o.SkillRequirements.Any(),
                TimelineRequirements = o.TimelineRequirements.Any(),
                Attachments = o.Attachments.Any(),
            })
            .SingleOrDefaultAsync(cancellationToken);
        if (locked is null) return null;
        // Whoever had the lock before may have added parts, and has raised the version then.
        var waited = locked.SeenVersion != locked.Opportunity.Version;
        await LoadAsync(locked.Opportunity, o => o.ProblemStatements, waited || locked.ProblemStatements, cancellationToken);
        await LoadAsync(locked.Opportunity, o => o.SkillRequirements, waited || locked.SkillRequirements, cancellationToken);
        await LoadAsync(locked.Opportunity, o => o.TimelineRequirements, waited || locked.TimelineRequirements, cancellationToken);
        await LoadAsync(locked.Opportunity, o => o.Attachments, waited || locked.Attachments, cancellationToken);
        return locked.Opportunity;
    }

    private Task LoadAsync<T>(
        Opportunity opportunity, Expression<Func<Opportunity, IEnumerable<T>>> collection, bool exist, CancellationToken cancellationToken)
        where T : OpportunityPart
    {
        var entry = database.Entry(opportunity).Collection(collection);
        if (exist) return entry.LoadAsync(cancellationToken);
        entry.IsLoaded = true;
        return Task.CompletedTask;
    }
}
