using System.Collections.Concurrent;
using System.Globalization;
using Opportunities.Client;

namespace Opportunities.SystemTests.Model;

/// <summary>
/// A run of steps against the API and the model side by side. All opportunities of a run have a client name of its own, by which
/// its lists and counts are told from those of other runs.
/// </summary>
internal sealed partial class ModelRun(
    IReadOnlyDictionary<string, OpportunitiesClient> clients, IReadOnlyDictionary<string, HttpClient> raw)
{
    private static readonly string[] _titles = ["Alpha", "Béta", "Å 한"];
    private static readonly string[] _skills = ["Go", "GO", "Rust", "Ada"];

    /// <summary>What the names of all runs' clients begin with.</summary>
    public const string ClientNames = "Model ";

    private const string Description = "Made by a model";

    private readonly string _clientName = $"{ClientNames}{Guid.NewGuid()}";
    private readonly List<ModelOpportunity> _world = [];

    public async Task StepAsync(Step step)
    {
        var caller = ModelCaller.All[step.Caller];
        var target = _world.Count == 0 ? null : _world[step.Target % _world.Count];
        Spelling.Current.Value = 0;
        _begin ??= (await clients[ModelCaller.All[0].Id].GetChangesAsync(from: ChangesFrom.Now)).NextCursor;
        Spelling.Current.Value = step.Spelling;
        if (target is not null) Seen.AddOrUpdate($"{step.Kind} in {target.Status}", 1, (_, count) => count + 1);
        await (step.Kind switch
        {
            StepKind.Create => CreateAsync(caller, step),
            StepKind.Update => UpdateAsync(caller, target, step),
            StepKind.Move => MoveAsync(caller, target, step),
            StepKind.Delete => DeleteAsync(caller, target, step),
            StepKind.Give => GiveAsync(caller, target, step),
            StepKind.Restore => RestoreAsync(caller, target, step),
            StepKind.AddProblem => AddProblemAsync(caller, target, step),
            StepKind.AddSkill => AddSkillAsync(caller, target, step),
            StepKind.RemoveSkill => RemoveSkillAsync(caller, target, step),
            StepKind.AddNote => AddNoteAsync(caller, target, step),
            StepKind.ChangeNote => ChangeNoteAsync(caller, target, step),
            StepKind.Get => GetAsync(caller, target),
            StepKind.List => ListAsync(caller, step),
            StepKind.Summary => SummaryAsync(caller),
            StepKind.History => HistoryAsync(caller, target),
            StepKind.Identify => IdentifyAsync(caller, target, step),
            StepKind.Upsert => UpsertAsync(caller, step),
            StepKind.Import => ImportAsync(caller, step),
            StepKind.Follow => FollowAsync(caller, step),
            StepKind.Misspell => MisspellAsync(caller, target, step),
            _ => throw new ArgumentOutOfRangeException(nameof(step), step, null),
        });
    }

    /// <summary>What happened in all runs: which operation met which state.</summary>
    public static ConcurrentDictionary<string, int> Seen { get; } = new();

    /// <summary>Compares everything that the run has made, as somebody sees it who sees all.</summary>
    public async Task CompareAsync()
    {
        var caller = ModelCaller.All[0];
        foreach (var opportunity in _world)
        {
            await GetAsync(caller, opportunity);
            await HistoryAsync(caller, opportunity);
        }

        await SummaryAsync(caller);
        foreach (var follower in ModelCaller.All.Where(all => all.IsRepresentative).Append(caller)) await FollowAsync(follower, size: 1000);
    }

    private async Task CreateAsync(ModelCaller caller, Step step)
    {
        var body = new CreateOpportunity
        {
            Title = _titles[step.Choice % _titles.Length],
            Description = Description,
            ClientName = _clientName,
            EstimatedBudget = 100 + step.Choice,
            EstimatedStartDate = _start,
            EstimatedEndDate = _end,
            Priority = (Priority)step.Variant,
            // Only a draft can be created.
            Status = step.Choice == 6 ? OpportunityStatus.Submitted : null,
            ExternalId = step is { Target: 1, Precondition: Precondition.None } ? Named(IdOf(step)) : null,
        };
        var other = body.ExternalId is null || body.Status is not null ? null : Called(IdOf(step));
        var expected = !caller.Writes ? 403 : step.Choice == 6 ? 400 : other is not null ? 409 : 0;
        var created = await CallAsync(
            expected, () => clients[caller.Id].CreateOpportunityAsync(body), refusal => Names(refusal, other, caller));
        if (created is not null) Add(caller, created, body.Title, body.EstimatedBudget, body.Priority.Value, body.ExternalId?.Id);
    }

    private void Add(ModelCaller caller, OpportunityResponse created, string title, decimal budget, Priority priority, string? externalId)
    {
        var opportunity =
            new ModelOpportunity(created.Id, caller.Id) { Title = title, Budget = budget, Priority = priority, ExternalId = externalId };
        _world.Add(opportunity);
        Compare(opportunity, created);
    }

    private async Task UpdateAsync(ModelCaller caller, ModelOpportunity? target, Step step)
    {
        var body = new UpdateOpportunity
        {
            Title = step.Variant is 0 or 2 ? _titles[step.Choice % _titles.Length] : null,
            Priority = step.Variant is 1 or 2 ? (Priority)(step.Choice % 4) : null,
            EstimatedBudget = step.Variant == 3 ? 200.5m + (step.Choice % 2) : null,
            Reason = step.Choice < 5 ? "Because" : null,
        };
        var expected = RefusalOfEdit(caller, target, step);
        var changes = target is null ? [] : Changes(target, body.Title, body.EstimatedBudget, body.Priority);
        if (expected == 0 && changes.Length > 0 && target!.Status != OpportunityStatus.Draft && body.Reason is null) expected = 400;
        var answer = await CallAsync(expected, () => clients[caller.Id].UpdateOpportunityAsync(IdOf(target), body, IfMatch(target, step)));
        if (answer is null) return;
        Set(target!, caller, changes, body.Title, body.EstimatedBudget, body.Priority);
        Compare(target!, answer);
    }

    /// <summary>What changes where these members are sent.</summary>
    private static (string Field, string? Old, string? New)[] Changes(
        ModelOpportunity target, string? title, decimal? budget, Priority? priority)
    {
        var changes = new List<(string, string?, string?)>();
        if (title is not null && title != target.Title) changes.Add(("title", target.Title, title));
        if (budget is not null && budget != target.Budget) changes.Add(("estimated_budget", Money(target.Budget), Money(budget.Value)));
        if (priority is not null && priority != target.Priority)
            changes.Add(("priority", $"{target.Priority}".ToUpperInvariant(), $"{priority}".ToUpperInvariant()));
        return [.. changes];
    }

    private static void Set(
        ModelOpportunity target, ModelCaller caller, (string Field, string? Old, string? New)[] changes, string? title, decimal? budget,
        Priority? priority)
    {
        (target.Title, target.Budget, target.Priority) = (title ?? target.Title, budget ?? target.Budget, priority ?? target.Priority);
        target.Changed("updated", caller.Id, changes);
    }

    private async Task MoveAsync(ModelCaller caller, ModelOpportunity? target, Step step)
    {
        var next = step.Variant switch
        {
            // Mostly on the way to COMPLETED, which a run would hardly get to otherwise.
            > 0 when target is { Forward: { } forward } && step.Choice > 0 => forward,
            > 1 when target is { Next.Count: > 0 } => target.Next[step.Choice % target.Next.Count],
            _ => (OpportunityStatus)step.Choice,
        };
        var isLegal = target is not null && target.Next.Contains(next)
            && (next != OpportunityStatus.MatchingInProgress || target.IsMatchable);
        var expected = RefusalOfWrite(caller, target, step, opportunity => caller.MayMove(opportunity, next), isLegal);
        var answer = await CallAsync(
            expected,
            () => clients[caller.Id].ChangeOpportunityStatusAsync(
                IdOf(target), new ChangeStatus { NewStatus = next, Reason = "Because" }, IfMatch(target, step)));
        if (answer is null) return;
        var before = target!.Status;
        target.Status = next;
        target.Changed("status_changed", caller.Id, ("status", Wire(before), Wire(next)));
        Compare(target, answer);
    }

    private async Task DeleteAsync(ModelCaller caller, ModelOpportunity? target, Step step)
    {
        var expected = !caller.Deletes ? 403 : RefusalOfWrite(caller, target, step, _ => true, target is { IsDeletable: true });
        if (await CallAsync(
            expected, () => DoneAsync(clients[caller.Id].DeleteOpportunityAsync(IdOf(target), IfMatch(target, step)))) is null)
        {
            return;
        }

        target!.IsDeleted = true;
        target.Changed("deleted", caller.Id, ("deleted", "false", "true"));
    }

    private async Task RestoreAsync(ModelCaller caller, ModelOpportunity? target, Step step)
    {
        // Somebody else may have its external id by now.
        var other = target is { IsDeleted: true, ExternalId: { } taken } ? Called(taken) : null;
        var expected = !caller.IsAdministrator ? 403
            : target is null ? 404
            : step.Precondition is Precondition.Stale or Precondition.Weak ? 412
            : target.IsDeleted && other is null ? 0 : 409;
        var body = new RestoreOpportunity { Reason = "By mistake" };
        var answer = await CallAsync(
            expected, () => clients[caller.Id].RestoreOpportunityAsync(IdOf(target), body, IfMatch(target, step)),
            refusal => Names(refusal, other, caller));
        if (answer is null) return;
        target!.IsDeleted = false;
        target.Changed("restored", caller.Id, ("deleted", "true", "false"));
        Compare(target, answer);
    }

    private async Task GiveAsync(ModelCaller caller, ModelOpportunity? target, Step step)
    {
        var owner = ModelCaller.All[^(1 + (step.Choice % 2))].Id;
        var expected = !caller.Reassigns ? 403
            : RefusalOfWrite(caller, target, step, _ => true, target is { Status: not OpportunityStatus.Completed });
        var body = new ChangeOwner { Owner = owner, Reason = "Because" };
        var answer = await CallAsync(
            expected, () => clients[caller.Id].ChangeOpportunityOwnerAsync(IdOf(target), body, IfMatch(target, step)));
        if (answer is null) return;
        var before = target!.Owner;
        target.Owner = owner;
        if (owner != before) target.Changed("updated", caller.Id, ("owner", before, owner));
        Compare(target, answer);
    }

    private async Task AddProblemAsync(ModelCaller caller, ModelOpportunity? target, Step step)
    {
        var body = new ProblemStatementInput { Description = new string('x', 100) };
        var answer = await CallAsync(
            RefusalOfEdit(caller, target, step),
            () => clients[caller.Id].AddProblemStatementAsync(IdOf(target), body, IfMatch(target, step)));
        if (answer is null) return;
        target!.Problems.Add(answer.Id);
        target.Changed("updated", caller.Id, ($"problem_statements/{answer.Id}", null, null));
    }

    private async Task AddSkillAsync(ModelCaller caller, ModelOpportunity? target, Step step)
    {
        var name = _skills[step.Choice % _skills.Length];
        var body = new SkillRequirementInput { SkillName = name, ExperienceLevel = ExperienceLevel.Expert };
        var expected = RefusalOfEdit(caller, target, step);
        if (expected == 0 && target!.Skills.Any(skill => skill.Name.Equals(name, StringComparison.OrdinalIgnoreCase))) expected = 409;
        var answer = await CallAsync(
            expected, () => clients[caller.Id].AddSkillRequirementAsync(IdOf(target), body, IfMatch(target, step)));
        if (answer is null) return;
        target!.Skills.Add((answer.Id, name));
        target.Changed("updated", caller.Id, ($"skill_requirements/{answer.Id}", null, null));
    }

    private async Task RemoveSkillAsync(ModelCaller caller, ModelOpportunity? target, Step step)
    {
        var skill = target is { Skills.Count: > 0 } ? target.Skills[step.Choice % target.Skills.Count] : default;
        var expected = RefusalOfEdit(caller, target, step, hasPart: skill.Id != default);
        var id = skill.Id == default ? Guid.NewGuid() : skill.Id;
        if (await CallAsync(
            expected,
            () => DoneAsync(clients[caller.Id].RemoveSkillRequirementAsync(IdOf(target), id, IfMatch(target, step)))) is null)
        {
            return;
        }

        target!.Skills.Remove(skill);
        target.Changed("updated", caller.Id, ($"skill_requirements/{id}", null, null));
    }

    private async Task AddNoteAsync(ModelCaller caller, ModelOpportunity? target, Step step)
    {
        var body = new NoteInput { Text = _titles[step.Choice % _titles.Length] };
        var expected = RefusalOfWrite(caller, target, step, _ => true, isLegal: true);
        if (await CallAsync(expected, () => clients[caller.Id].AddNoteAsync(IdOf(target), body, IfMatch(target, step))) is not { } answer)
            return;
        target!.Notes.Add((answer.Id, caller.Id));
        target.Changed("updated", caller.Id, ($"notes/{answer.Id}", null, null));
    }

    private async Task ChangeNoteAsync(ModelCaller caller, ModelOpportunity? target, Step step)
    {
        var note = target is { Notes.Count: > 0 } ? target.Notes[step.Choice % target.Notes.Count] : (Id: Guid.NewGuid(), By: "");
        var expected = RefusalOfWrite(
            caller, target, step, _ => caller.IsAdministrator || note.By == caller.Id, isLegal: true, hasPart: note.By.Length > 0);
        var body = new NoteInput { Text = $"{Guid.NewGuid()}" };
        var answer = await CallAsync(expected, () => step.Variant == 0
            ? DoneAsync(clients[caller.Id].RemoveNoteAsync(IdOf(target), note.Id, IfMatch(target, step)))
            : DoneAsync(clients[caller.Id].ReplaceNoteAsync(IdOf(target), note.Id, body, IfMatch(target, step))));
        if (answer is null) return;
        if (step.Variant == 0) target!.Notes.Remove(note);
        target!.Changed("updated", caller.Id, ($"notes/{note.Id}", null, null));
    }

    private async Task GetAsync(ModelCaller caller, ModelOpportunity? target)
    {
        var answer = await CallAsync(RefusalOfRead(caller, target), () => clients[caller.Id].GetOpportunityAsync(IdOf(target)));
        if (answer is null) return;
        Compare(target!, answer);
        var notes = await clients[caller.Id].ListNotesAsync(target!.Id, size: 100);
        Assert.Equal(Enumerable.Reverse(target.Notes), notes.Items.Select(note => (note.Id, note.CreatedBy)));
    }

    private async Task SummaryAsync(ModelCaller caller)
    {
        var answer = await CallAsync(caller.Reads ? 0 : 403, () => clients[caller.Id].GetOpportunitySummaryAsync(clientName: _clientName));
        if (answer is null) return;
        var visible = _world.Where(caller.Sees).ToList();
        Assert.Equal(
            Enum.GetValues<OpportunityStatus>().Select(status =>
                (status, (long)visible.Count(o => o.Status == status), visible.Where(o => o.Status == status).Sum(o => o.Budget))),
            answer.Items.Select(item => (item.Status, item.Count, item.TotalBudget)));
        Assert.Equal(visible.Sum(opportunity => opportunity.Budget), answer.TotalBudget);
    }

    private async Task HistoryAsync(ModelCaller caller, ModelOpportunity? target)
    {
        var answer = await CallAsync(
            RefusalOfRead(caller, target), () => clients[caller.Id].GetOpportunityHistoryAsync(IdOf(target), size: 100));
        if (answer is null) return;
        Assert.Equal(target!.History.Count, answer.TotalItems);
        var newest = Enumerable.Reverse(target.History).Take(100).ToList();
        Assert.Equal(
            newest.Select(change => (change.Field, change.By)), answer.Items.Select(change => (change.FieldName, change.ChangedBy)));
        foreach (var (expected, change) in newest.Zip(answer.Items)
            .Where(pair => !pair.First.Field.Contains('/', StringComparison.Ordinal)))
        {
            Assert.Equal((expected.Old, expected.New), (change.OldValue, change.NewValue));
        }
    }

    /// <summary>Sends a value in a form that the contract does not know: it is refused, and nothing changes.</summary>
    private async Task MisspellAsync(ModelCaller caller, ModelOpportunity? target, Step step)
    {
        Spelling.Current.Value = 0;
        var id = IdOf(target).ToString();
        var misspelling = Misspellings.All[((step.Spelling * 28) + (step.Choice * 4) + step.Variant) % Misspellings.All.Count];
        using var request = misspelling.Request(id);
        using var answer = await raw[caller.Id].SendAsync(request);
        var isPermitted = misspelling.IsWrite ? caller.Writes : caller.Reads;
        Assert.Equal(
            (isPermitted ? misspelling.Status : 403, $"{request.Method} {request.RequestUri}"),
            ((int)answer.StatusCode, $"{request.Method} {request.RequestUri}"));
    }

    private static void Compare(ModelOpportunity expected, OpportunityResponse actual)
    {
        Assert.Equal(
            (expected.Id, expected.Status, expected.Version, expected.Title, expected.Priority, expected.Budget, expected.Creator,
                expected.Owner, expected.UpdatedBy, expected.ExternalId),
            (actual.Id, actual.Status, actual.Version, actual.Title, actual.Priority, actual.EstimatedBudget, actual.CreatedBy,
                actual.Owner, actual.UpdatedBy, actual.ExternalId?.Id));
        Assert.Equal(expected.Problems, actual.ProblemStatements.Select(problem => problem.Id));
        Assert.Equal(expected.Skills, actual.SkillRequirements.Select(skill => (skill.Id, skill.SkillName)));
        Assert.Equal(expected.Status == OpportunityStatus.Cancelled, actual.CancelledAt is not null);
        Assert.Equal(expected.Status == OpportunityStatus.Completed, actual.CompletedAt is not null);
    }

    private static int RefusalOfRead(ModelCaller caller, ModelOpportunity? target) =>
        !caller.Reads ? 403 : target is null || !caller.Sees(target) ? 404 : 0;

    private static int RefusalOfEdit(ModelCaller caller, ModelOpportunity? target, Step step, bool hasPart = true) =>
        RefusalOfWrite(caller, target, step, caller.MayEdit, isLegal: target is { IsLocked: false }, hasPart);

    // The order of the contract: permission, visibility, permission now, precondition, state.
    private static int RefusalOfWrite(
        ModelCaller caller, ModelOpportunity? target, Step step, Func<ModelOpportunity, bool> isPermitted, bool isLegal,
        bool hasPart = true) =>
        !caller.Writes ? 403
        : target is null || !caller.Sees(target) || !hasPart ? 404
        : !isPermitted(target) ? 403
        : step.Precondition is Precondition.Stale or Precondition.Weak ? 412
        : isLegal ? 0 : 409;

    private static Guid IdOf(ModelOpportunity? target) => target?.Id ?? Guid.NewGuid();

    private static string? IfMatch(ModelOpportunity? target, Step step) => step.Precondition switch
    {
        Precondition.None => null,
        Precondition.Current => $"\"{target?.Version ?? 1}\"",
        Precondition.List => $"\"0\", \"{target?.Version ?? 1}\"",
        Precondition.Any => "*",
        Precondition.Weak => $"W/\"{target?.Version ?? 1}\"",
        _ => $"\"{(target?.Version ?? 1) + 1}\"",
    };

    private static string Money(decimal amount) => amount.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Wire(OpportunityStatus status) => status switch
    {
        OpportunityStatus.MatchingInProgress => "MATCHING_IN_PROGRESS",
        OpportunityStatus.MatchesFound => "MATCHES_FOUND",
        OpportunityStatus.ArchitectSelected => "ARCHITECT_SELECTED",
        _ => $"{status}".ToUpperInvariant(),
    };

    // Makes the request, which must succeed (0) or be refused with the status code; null where it was refused.
    private static async Task<T?> CallAsync<T>(int expected, Func<Task<T>> request, Action<Problem>? refused = null)
        where T : class
    {
        try
        {
            var answer = await request();
            Assert.True(expected == 0, $"{expected} was expected, but it succeeded.");
            return answer;
        }
        catch (ApiException refusal) when (refusal.StatusCode == expected)
        {
            if (expected is 400 or 409 && refusal is ApiException<Problem> { Result: { } problem }) refused?.Invoke(problem);
            return null;
        }
        catch (ApiException refusal)
        {
            Assert.Fail(
                $"{(expected == 0 ? "Success" : expected)} was expected: {refusal.StatusCode} "
                + $"{(refusal as ApiException<Problem>)?.Result.Detail}");
            throw;
        }
    }

    private static async Task<string> DoneAsync(Task request)
    {
        await request;
        return "done";
    }
}
