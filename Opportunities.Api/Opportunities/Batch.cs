using System.Diagnostics;
using Opportunities.Api.Errors;
using Opportunities.Api.Input;
using Opportunities.Api.Writing;

namespace Opportunities.Api.Opportunities;

/// <summary>
/// Operations that are done together. Reading them finds what is wrong with each, before anything is locked; applying them, all in memory,
/// finds what else is refused, before anything is saved.
/// </summary>
internal sealed class Batch
{
    /// <summary>How many errors are listed of one operation.</summary>
    private const int ErrorsOfOne = 20;

    private readonly HttpContext _context;
    private readonly Caller _caller;
    private readonly OpportunityMetrics _metrics;
    private readonly bool _isAllOrNone;
    private readonly Step[] _steps;
    private readonly List<Action> _counts = [];

    /// <exception cref="ApiException">400: two are of the same opportunity; or one is wrong, where that refuses all.</exception>
    public Batch(IReadOnlyList<JsonElement> operations, bool isAllOrNone, HttpContext context, Caller caller, OpportunityMetrics metrics)
    {
        (_isAllOrNone, _context, _caller, _metrics) = (isAllOrNone, context, caller, metrics);
        _steps = [.. operations.Select((element, index) => Read(index, element))];
        EnsureDistinct(step => step.Operation?.Id);
        EnsureDistinct(step => step.Named);
        if (!isAllOrNone) return;
        var errors = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var step in _steps)
        {
            if (step.Refusal is not ApiException { Errors: { } wrong }) continue;
            foreach (var (member, messages) in wrong.TakeWhile(_ => errors.Count < InputErrors.Limit))
                errors[BatchOpportunities.Key(step.Index, member)] = messages;
        }

        // Who may not do one at all is told that first.
        if (_steps.FirstOrDefault(step => step.Refusal is ApiException { Errors: null }) is { } forbidden)
            Refuse(forbidden.Index, forbidden.Refusal!);
        if (errors.Count > 0) throw ApiException.Invalid(errors);
    }

    public Guid[] Ids => [.. _steps.Select(step => step.Operation?.Id).OfType<Guid>()];

    /// <summary>The external ids that are named, and those that opportunities shall get.</summary>
    public IReadOnlyCollection<ExternalId> ExternalIds =>
        _steps.SelectMany(step => new[] { step.Named, step.Wanted }).OfType<ExternalId>().ToHashSet();

    /// <summary>Does what can be done, without saving it.</summary>
    /// <exception cref="BatchRefusedException">One is refused, and all for it.</exception>
    /// <exception cref="ApiException">400: two are of the same opportunity.</exception>
    public BatchResult Apply(OpportunityChanges changes)
    {
        _counts.Clear();
        EnsureDistinct(step => Target(step, changes)?.Id);
        var taken = new HashSet<ExternalId>();
        var items = _steps.Select(step =>
        {
            try
            {
                if (step.Refusal is { } refusal) return Refused(step, refusal);
                var (status, opportunity) = Apply(step, changes, taken);
                return new BatchItem { Index = step.Index, Status = status, Id = opportunity.Id, Version = opportunity.Version };
            }
            catch (Exception exception) when (exception is ApiException or ConflictException or InvalidValueException)
            {
                return Refused(step, exception);
            }
        }).ToList();
        var failed = items.Count(item => item.Problem is not null);
        return new(items, items.Count - failed, failed);
    }

    public void Count() => _counts.ForEach(count => count());

    private (int Status, Opportunity Opportunity) Apply(Step step, OpportunityChanges changes, HashSet<ExternalId> taken)
    {
        var (target, operation, now) = (Target(step, changes), step.Operation!, changes.Now(step.Reason));
        if (operation.Op is BatchOperation.Create or BatchOperation.Upsert && target is null)
        {
            // Somebody's all the same, whom the caller does not see.
            if (operation.Op is BatchOperation.Upsert && step.Named is { } named && changes.Find(named) is not null)
                throw ExternalIdException.OfUnseen(operation.Headers, named);
            UpsertOpportunity.EnsureMayCreate(operation.Headers);
            if (TakenBy(step, null, changes, taken) is { } isAnothers) throw isAnothers;
            var created = Opportunity.Create(step.Content!(null), now);
            changes.Create(created);
            if (step.Wanted is { } wanted) taken.Add(wanted);
            _counts.Add(() => _metrics.CountCreated());
            return (StatusCodes.Status201Created, created);
        }

        if (target is null) throw ApiException.NotFound();
        var isPermitted = operation.Op switch
        {
            BatchOperation.Status => _caller.MayMove(target, step.Move!.Value),
            // Whoever may delete at all may delete any.
            BatchOperation.Delete => true,
            _ => _caller.MayEdit(target),
        };
        OpportunityChange.EnsureAllowed(operation.Headers, target, isPermitted);
        switch (operation.Op)
        {
            case BatchOperation.Status:
                var before = target.Status;
                ChangeStatus.Move(target, changes.SeenStatus(target), step.Move!.Value, now);
                _counts.Add(() => _metrics.CountTransition(before, step.Move.Value));
                return (StatusCodes.Status200OK, target);
            case BatchOperation.Delete:
                target.Delete(now);
                return (StatusCodes.Status204NoContent, target);
            case BatchOperation.Update or BatchOperation.Upsert:
                var content = step.Content!(target.Content);
                if (TakenBy(step, target, changes, taken) is { } isTaken)
                {
                    // The single request is refused for that last, by the database.
                    target.EnsureUpdatable(content, now);
                    throw isTaken;
                }

                target.Update(content, now);
                if (step.Wanted is { } given) taken.Add(given);
                return (StatusCodes.Status200OK, target);
            default:
                throw new UnreachableException(operation.Op);
        }
    }

    /// <summary>The refusal of an external id that is another's, or will be; null where it is free.</summary>
    private ExternalIdException? TakenBy(Step step, Opportunity? target, OpportunityChanges changes, HashSet<ExternalId> taken)
    {
        if (step.Wanted is not { } wanted || (target is not null && target.Content.ExternalId == wanted)) return null;
        if (changes.Find(wanted) is { } other) return new ExternalIdException(wanted, _caller.Sees(other) ? other.Id : null);
        return taken.Contains(wanted) ? new ExternalIdException(wanted, null) : null;
    }

    /// <summary>The opportunity that an operation names, where the caller sees it.</summary>
    private Opportunity? Target(Step step, OpportunityChanges changes)
    {
        // What CREATE wants is no name of what there is.
        if (step.Refusal is not null || step.Operation is not { Op: not BatchOperation.Create } operation) return null;
        var found = operation.Id is { } id ? changes.Find(id) : changes.Find(step.Named!);
        return found is not null && _caller.Sees(found) ? found : null;
    }

    private BatchItem Refused(Step step, Exception refusal)
    {
        if (_isAllOrNone) Refuse(step.Index, refusal);
        var problem = Problems.FromRefusal(_context, refusal)!;
        return new() { Index = step.Index, Status = problem.Status, Problem = problem };
    }

    private void Refuse(int index, Exception refusal)
    {
        var problem = Problems.FromRefusal(_context, refusal)!;
        var errors = (problem.Errors ?? new Dictionary<string, string[]> { [InputErrors.WholeBody] = [refusal.Message] })
            .ToDictionary(error => BatchOpportunities.Key(index, error.Key), error => error.Value);
        // Its detail names the members, too.
        throw problem.Status == StatusCodes.Status400BadRequest
            ? ApiException.Invalid(errors)
            : new BatchRefusedException(refusal, errors);
    }

    /// <param name="key">What tells the opportunity that an operation is of; null where nothing does.</param>
    private void EnsureDistinct(Func<Step, object?> key)
    {
        var errors = new InputErrors();
        var first = new Dictionary<object, int>();
        foreach (var step in _steps)
        {
            if (key(step) is not { } known || first.TryAdd(known, step.Index)) continue;
            errors.Add(
                BatchOpportunities.Key(step.Index, InputErrors.WholeBody), $"is of the same opportunity as operation {first[known]}.");
        }

        errors.ThrowIfAny();
    }

    private Step Read(int index, JsonElement element)
    {
        var step = new Step { Index = index };
        try
        {
            var operation = BatchOperation.Shape.Read(element);
            step = step with { Operation = operation, Named = operation.ExternalId };
            return ReadBody(step, operation);
        }
        catch (ApiException exception)
        {
            return step with { Refusal = Few(exception) };
        }
    }

    /// <summary>A refusal that lists no more than a reader can use: there may be one of each operation.</summary>
    private static ApiException Few(ApiException refusal) => refusal.Errors is { Count: > ErrorsOfOne } errors
        ? ApiException.Invalid(errors.Take(ErrorsOfOne).ToDictionary(error => error.Key, error => error.Value))
        : refusal;

    private Step ReadBody(Step step, BatchOperation operation)
    {
        var needed = operation.Op is BatchOperation.Delete ? Permissions.Delete : Permissions.WriteOwn | Permissions.WriteAll;
        if ((_caller.Permissions & needed) == 0) throw ApiException.NotPermitted();
        switch (operation.Op)
        {
            case BatchOperation.Create:
                var created = CreateOpportunity.Body.Shape.Read(operation.Body!.Value).Content;
                return step with { Named = created.ExternalId, Wanted = created.ExternalId, Content = _ => created };
            case BatchOperation.Update:
                var update = UpdateOpportunity.Body.Shape.Read(operation.Body!.Value);
                return step with { Wanted = update.Apply(null).ExternalId, Content = update.Apply, Reason = update.Reason };
            case BatchOperation.Upsert:
                var upsert = UpsertOpportunity.Body.Shape.Read(operation.Body!.Value);
                var content = upsert.ContentOf(operation.ExternalId!);
                return step with { Wanted = content.ExternalId, Content = _ => content, Reason = upsert.Reason };
            case BatchOperation.Status:
                var move = ChangeStatus.Body.Shape.Read(operation.Body!.Value);
                return step with { Move = move.NewStatus, Reason = move.Reason };
            case BatchOperation.Delete:
                return step;
            default:
                throw new UnreachableException(operation.Op);
        }
    }

    private sealed record Step
    {
        public required int Index { get; init; }

        /// <summary>Null where it could not be read.</summary>
        public BatchOperation? Operation { get; init; }

        /// <summary>The external id by which it names its opportunity, or the new one's.</summary>
        public ExternalId? Named { get; init; }

        /// <summary>The external id that the opportunity shall have.</summary>
        public ExternalId? Wanted { get; init; }

        /// <summary>The content that shall be, of the content that is.</summary>
        public Func<OpportunityContent?, OpportunityContent>? Content { get; init; }

        public OpportunityStatus? Move { get; init; }

        public string? Reason { get; init; }

        public Exception? Refusal { get; init; }
    }
}
