using Microsoft.EntityFrameworkCore;
using Opportunities.Api.Auth;
using Opportunities.Api.Caching;
using Opportunities.Api.Errors;
using Opportunities.Api.Events;
using Opportunities.Api.Http;

namespace Opportunities.Api.Writing;

/// <summary>
/// The one way in which opportunities are created and changed. Everything is saved in one transaction. The cache is told before and after
/// its commit, and whoever publishes events right after it.
/// </summary>
internal sealed class OpportunityWriter(
    OpportunitiesDbContext database, NpgsqlDataSource source, CallerDatabase places, CacheGenerations cache, CommitNotifier notifier,
    TimeProvider time)
{
    /// <summary>Opportunities that one statement changes, so that none runs for long.</summary>
    private const int ManyBatch = 1000;

    /// <summary>What <see cref="Outline"/> reads, of what is not deleted.</summary>
    private const string SelectOutlines =
        "SELECT id, status, owner, version, external_source, external_id FROM opportunities WHERE deleted_at IS NULL";

    /// <summary>What refuses a second opportunity of an external id.</summary>
    private const string ExternalIdIndex = "ix_opportunities_external_source_external_id";

    /// <summary>The caller's place in the database while something is under way; a request does one thing at a time.</summary>
    private IDisposable? _place;

    public ChangeContext Now(Caller caller, string? reason = null) => ChangeContext.Now(caller.Subject, time, reason);

    /// <summary>Saves a new opportunity and the answer that a repeat of its request gets.</summary>
    /// <exception cref="ExternalIdException">It has the external id of another opportunity.</exception>
    public async Task CreateAsync(HttpContext context, Opportunity opportunity, IdempotentRequest? request)
    {
        var caller = context.User.GetCaller();
        _place = await places.EnterAsync(caller, context.RequestAborted);
        try
        {
            // One batch of statements is one transaction of PostgreSQL as it is; to begin and commit one would be a round trip more.
            await using var batch = source.CreateBatch();
            batch.AddCreation(database, opportunity, request);
            await ExecuteAsync(caller, batch, opportunity, [CacheScope.Lists], context.RequestAborted);
        }
        finally
        {
            await CloseAsync();
        }
    }

    /// <summary>Locks an opportunity to change it. Dispose of the change to give the lock back.</summary>
    /// <exception cref="ApiException">400 a condition is malformed; 404 the caller sees no such opportunity.</exception>
    public async Task<OpportunityChange> BeginAsync(HttpContext context, Guid id, bool findsDeleted = false) =>
        await LockAsync(context, findsDeleted ? "id = $1" : "id = $1 AND deleted_at IS NULL", [id], ApiException.NotFound)
        ?? throw ApiException.NotFound();

    /// <summary>Locks the opportunity that another system calls so, to change it; null where there is none.</summary>
    /// <exception cref="ApiException">400 a condition is malformed.</exception>
    /// <exception cref="ExternalIdException">It is that of an opportunity which the caller does not see.</exception>
    public Task<OpportunityChange?> BeginAsync(HttpContext context, ExternalId externalId) => LockAsync(
        context, "external_source = $1 AND external_id = $2 AND deleted_at IS NULL", [externalId.Source, externalId.Id],
        () => ExternalIdException.OfUnseen(context.Request.Headers, externalId));

    private async Task<OpportunityChange?> LockAsync(HttpContext context, string where, object[] values, Func<Exception> unseen)
    {
        ETags.EnsureWellFormed(context.Request);
        var caller = context.User.GetCaller();
        var change = await InTransactionAsync(context, async () =>
        {
            if (await database.LockAsync(where, values, context.RequestAborted) is not var (opportunity, seenStatus)) return null;
            return caller.Sees(opportunity) ? new OpportunityChange(this, context, caller, opportunity, seenStatus) : throw unseen();
        });
        if (change is null) await CloseAsync();
        return change;
    }

    /// <summary>Locks the opportunities that have one of the ids, or that other systems call so, to change them.</summary>
    public async Task<OpportunityChanges> BeginManyAsync(HttpContext context, Guid[] ids, IReadOnlyCollection<ExternalId> externalIds)
    {
        var (caller, cancellationToken) = (context.User.GetCaller(), context.RequestAborted);
        // What an attempt before could not save is forgotten.
        database.ChangeTracker.Clear();
        var seen = ids.Length + externalIds.Count == 0 ? [] : await FindAsync(ids, externalIds, caller, cancellationToken);
        return await InTransactionAsync(context, async () =>
        {
            Guid[] found = [.. seen.Select(one => one.Id)];
            // In the order of their ids, as whoever locks several: no two wait for each other.
            var locked = found.Length == 0 ? [] : await database.Opportunities
                .FromSql($"SELECT * FROM opportunities WHERE id = ANY ({found}) AND deleted_at IS NULL ORDER BY id FOR UPDATE")
                .ToListAsync(cancellationToken);
            if (locked.Count > 0) await database.LoadPartsAsync(found, cancellationToken);
            return new OpportunityChanges(this, caller, seen, locked);
        });
    }

    /// <summary>
    /// Hands many opportunities over, to be saved together: each by the rule of one, and by three statements instead of three for each. Of
    /// each no more is read than that takes.
    /// </summary>
    /// <param name="where">Adds the rest of the condition for their rows.</param>
    /// <param name="most">How many there may be.</param>
    /// <exception cref="ApiException">409: there are more.</exception>
    public Task<OpportunityChanges> ReassignAsync(
        HttpContext context, Action<SqlBuilder> where, int most, string owner, string reason)
    {
        var (caller, cancellationToken) = (context.User.GetCaller(), context.RequestAborted);
        return InTransactionAsync(context, async () =>
        {
            // In the order of their ids, as whoever locks several: no two wait for each other.
            var select = new SqlBuilder().Add(SelectOutlines);
            where(select);
            var locked = await select.Add(" ORDER BY id").AddLimit(most + 1).Add(" FOR UPDATE")
                .ToListAsync(database.Connection, Outline, cancellationToken);
            if (locked.Count > most) throw ApiException.Conflict($"There are more than {most:N0} of them. Ask for fewer at a time.");
            var changes = new OpportunityChanges(this, caller, [], locked);
            var now = Now(caller, reason);
            foreach (var few in locked.Chunk(ManyBatch))
            {
                foreach (var opportunity in few) opportunity.ChangeOwner(owner, now);
                await new SqlBuilder()
                    .Add($"UPDATE opportunities SET owner = {owner}, version = version + 1, updated_at = {now.At}, updated_by = {now.By}")
                    .Add($" WHERE id = ANY ({few.Select(opportunity => opportunity.Id).ToArray()})")
                    .ExecuteAsync(database.Connection, cancellationToken);
                await database.CopyChangesAsync(few, cancellationToken);
            }

            return changes;
        });
    }

    /// <summary>Refuses what a change of members or parts would be refused now. Nothing is locked.</summary>
    /// <returns>The opportunity, without its parts.</returns>
    public async Task<Opportunity> EnsureEditableAsync(HttpContext context, Guid id)
    {
        ETags.EnsureWellFormed(context.Request);
        var caller = context.User.GetCaller();
        using var place = await places.EnterAsync(caller, context.RequestAborted);
        var opportunity = await database.Opportunities.AsNoTracking().SingleOrDefaultAsync(o => o.Id == id, context.RequestAborted);
        if (opportunity is null || !caller.Sees(opportunity)) throw ApiException.NotFound();
        OpportunityChange.EnsureAllowed(context.Request.Headers, opportunity, caller.MayEdit(opportunity));
        opportunity.EnsureEditable();
        return opportunity;
    }

    /// <summary>For <see cref="OpportunityChange"/>. What is loaded is not asked for again.</summary>
    public ValueTask<T?> FindAsync<T>(Guid id, CancellationToken cancellationToken)
        where T : OpportunityPart => database.FindAsync<T>([id], cancellationToken);

    /// <summary>For <see cref="OpportunityChange"/>.</summary>
    /// <exception cref="ExternalIdException">It has the external id of another opportunity.</exception>
    public async Task SaveAsync(Caller caller, Opportunity opportunity)
    {
        await using var batch = database.Connection.CreateBatch();
        batch.AddChanges(database, opportunity);
        batch.BatchCommands.Add(new("COMMIT"));
        await ExecuteAsync(caller, batch, opportunity, [CacheScope.Lists, CacheScope.Item(opportunity.Id)], CancellationToken.None);
    }

    /// <summary>Runs the statements that save an opportunity, their commit included.</summary>
    private async Task ExecuteAsync(
        Caller caller, NpgsqlBatch batch, Opportunity opportunity, CacheScope[] scopes, CancellationToken cancellationToken)
    {
        try
        {
            await using var write = await cache.BeginWriteAsync(scopes);
            await batch.ExecuteNonQueryAsync(cancellationToken);
            notifier.Notify();
            // The cache does not keep others waiting for the connection.
            await CloseAsync();
        }
        catch (PostgresException exception) when (DatabaseFailure.ViolatedConstraint(exception) == ExternalIdIndex)
        {
            throw await TakenAsync(caller, [opportunity], cancellationToken);
        }
    }

    /// <summary>For <see cref="OpportunityChanges"/>: saves many, and what a repeat of the request gets.</summary>
    /// <exception cref="ExternalIdException">One has the external id of another opportunity.</exception>
    public async Task SaveManyAsync(
        Caller caller, IReadOnlyCollection<Opportunity> changed, IReadOnlyCollection<Opportunity> created, IdempotentRequest? request,
        CancellationToken cancellationToken)
    {
        if (request is not null) database.Add(request);
        try
        {
            if (created.Count > 0) await database.CreateManyAsync(created, cancellationToken);
            await database.SaveChangesAsync(cancellationToken);
        }
        catch (Exception exception) when (DatabaseFailure.ViolatedConstraint(exception) == ExternalIdIndex)
        {
            throw await TakenAsync(
                caller, [.. database.ChangeTracker.Entries<Opportunity>().Select(entry => entry.Entity), .. created], cancellationToken);
        }

        CacheScope[] scopes = [CacheScope.Lists, .. changed.Select(opportunity => CacheScope.Item(opportunity.Id))];
        await using (await cache.BeginWriteAsync(scopes))
        {
            await database.Database.CommitTransactionAsync(CancellationToken.None);
            notifier.Notify();
            await CloseAsync();
        }
    }

    /// <summary>For the changes: gives back what they hold. Whatever was not committed is undone.</summary>
    public async ValueTask CloseAsync()
    {
        if (database.Database.CurrentTransaction is { } transaction) await transaction.DisposeAsync();
        _place?.Dispose();
        _place = null;
    }

    /// <summary>Begins something in a transaction of its own; where it fails, nothing of it stays open.</summary>
    private async Task<T> InTransactionAsync<T>(HttpContext context, Func<Task<T>> begin)
    {
        try
        {
            _place = await places.EnterAsync(context.User.GetCaller(), context.RequestAborted);
            // A save that fails ends the transaction. A savepoint before it would be two round trips for nothing.
            database.Database.AutoSavepointsEnabled = false;
            await database.Database.BeginTransactionAsync(context.RequestAborted);
            return await begin();
        }
        catch
        {
            await CloseAsync();
            throw;
        }
    }

    /// <summary>The refusal of what was to be saved, which is forgotten.</summary>
    private async Task<ExternalIdException> TakenAsync(
        Caller caller, IReadOnlyCollection<Opportunity> wanted, CancellationToken cancellationToken)
    {
        await CloseAsync();
        database.ChangeTracker.Clear();
        var named = wanted.Where(one => one.ExternalSource is not null).ToLookup(one => one.Content.ExternalId!, one => one.Id);
        var other = (await FindAsync([], [.. named.Select(one => one.Key)], caller, cancellationToken))
            .FirstOrDefault(other => !named[other.Content.ExternalId!].Contains(other.Id));
        // Whoever had it has given it up meanwhile, or is one of them.
        return other is null
            ? new ExternalIdException(named.First().Key, null)
            : new ExternalIdException(other.Content.ExternalId!, caller.Sees(other) ? other.Id : null);
    }

    /// <summary>Outlines of the opportunities that have one of the ids, or that other systems call so. Nothing is locked.</summary>
    private Task<List<Opportunity>> FindAsync(
        Guid[] ids, IReadOnlyCollection<ExternalId> externalIds, Caller caller, CancellationToken cancellationToken)
    {
        string[] sources = [.. externalIds.Select(externalId => externalId.Source)];
        string[] keys = [.. externalIds.Select(externalId => externalId.Id)];
        return places.ReadAsync(
            caller,
            new SqlBuilder()
                .Add(SelectOutlines)
                .Add($" AND id IN (SELECT unnest({ids}) UNION SELECT o.id FROM opportunities o")
                .Add($" JOIN unnest({sources}, {keys}) AS named (source, id)")
                .Add(" ON o.external_source = named.source AND o.external_id = named.id AND o.deleted_at IS NULL)"),
            Outline, cancellationToken);
    }

    private static Opportunity Outline(NpgsqlDataReader row) => Opportunity.Outline(
        row.GetGuid(0), WireName<OpportunityStatus>.Parse(row.GetString(1)), row.GetString(2), row.GetInt32(3),
        row.IsDBNull(4) ? null : new(row.GetString(4), row.GetString(5)));
}
