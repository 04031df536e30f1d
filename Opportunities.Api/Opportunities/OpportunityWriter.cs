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
internal sealed class OpportunityWriter(OpportunitiesDbContext database, CacheGenerations cache)
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
        });
        return opportunity;
    }

    /// <summary>Commits a write of one opportunity, with the cache told before and after.</summary>
    /// <param name="id">The opportunity.</param>
    /// <param name="commit">Commits.</param>
    public async Task CommitAsync(Guid id, Func<Task> commit)
    {
        await using (await cache.BeginWriteAsync(CacheScope.Lists, CacheScope.Item(id)))
        {
            await commit();
        }
    }

    // Writers of one opportunity take turns here, so that its history is a gapless chain. The collections are read afterwards,
    // and therefore as the writer before left them; nothing that an earlier look in this request left is taken for them.
    private async Task<Opportunity?> LockAsync(Guid id, CancellationToken cancellationToken)
    {
        database.ChangeTracker.Clear();
        var opportunity = await database.Opportunities
            .FromSql($"SELECT * FROM opportunities WHERE id = {id} FOR UPDATE")
            .SingleOrDefaultAsync(cancellationToken);
        if (opportunity is null) return null;
        // Most have few parts, and asking which there are is one round trip for all four.
        var parts = await new Statement()
            .Add($"SELECT EXISTS (SELECT FROM problem_statements WHERE opportunity_id = {id})")
            .Add($", EXISTS (SELECT FROM skill_requirements WHERE opportunity_id = {id})")
            .Add($", EXISTS (SELECT FROM timeline_requirements WHERE opportunity_id = {id})")
            .Add($", EXISTS (SELECT FROM attachments WHERE opportunity_id = {id})")
            .ToListAsync(database, static row => (row.GetBoolean(0), row.GetBoolean(1), row.GetBoolean(2), row.GetBoolean(3)), cancellationToken);
        var (problemStatements, skillRequirements, timelineRequirements, attachments) = parts.Single();
        await LoadAsync(opportunity, o => o.ProblemStatements, problemStatements, cancellationToken);
        await LoadAsync(opportunity, o => o.SkillRequirements, skillRequirements, cancellationToken);
        await LoadAsync(opportunity, o => o.TimelineRequirements, timelineRequirements, cancellationToken);
        await LoadAsync(opportunity, o => o.Attachments, attachments, cancellationToken);
        return opportunity;
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
