using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Opportunities.Client;

namespace Opportunities.SystemTests.Model;

/// <summary>Steps of another system, which knows opportunities by ids of its own.</summary>
internal sealed partial class ModelRun
{
    private static readonly DateTimeOffset _start = new(2023, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset _end = new(2023, 12, 31, 0, 0, 0, TimeSpan.Zero);

    // Few, so that they clash; with what a path, a file and a normal form make of them.
    private static readonly string[] _externalIds = ["1", "é/2", "Å 3%,"];

    private readonly string _source = $"model-{Guid.NewGuid():N}";

    private async Task IdentifyAsync(ModelCaller caller, ModelOpportunity? target, Step step)
    {
        var id = step.Choice > 3 ? null : IdOf(step);
        var other = id is null ? null : Called(id);
        var expected = RefusalOfEdit(caller, target, step);
        if (expected == 0 && other is not null && other != target) expected = 409;
        var body = JsonSerializer.Serialize(new { external_id = id is null ? null : new { source = _source, id }, reason = "Because" });
        using var request = new HttpRequestMessage(HttpMethod.Put, $"{ApiClient.Opportunities}/{IdOf(target)}")
        {
            Content = new StringContent(body, new MediaTypeHeaderValue("application/json")),
        };
        if (IfMatch(target, step) is { } tag) request.Headers.TryAddWithoutValidation("If-Match", tag);
        using var answer = await raw[caller.Id].SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal((expected == 0 ? 200 : expected, body), ((int)answer.StatusCode, body));
        if (expected == 409 && other != target && target is { IsLocked: false })
            Assert.Equal(caller.Sees(other!), text.Contains($"{other!.Id}", StringComparison.Ordinal));
        if (expected != 0 || id == target!.ExternalId) return;
        var before = target.ExternalId;
        target.ExternalId = id;
        target.Changed("updated", caller.Id, ("external_id", Text(before), Text(id)));
    }

    private async Task UpsertAsync(ModelCaller caller, Step step)
    {
        var id = IdOf(step);
        var target = Called(id);
        var onlyCreates = step is { Target: 1, Precondition: Precondition.None };
        var tag = IfMatch(target, step);
        var body = new UpsertOpportunity
        {
            Title = _titles[step.Variant % _titles.Length],
            Description = Description,
            ClientName = _clientName,
            EstimatedBudget = 300 + (step.Choice % 2),
            EstimatedStartDate = _start,
            EstimatedEndDate = _end,
            ExternalId = step.Variant == 3 ? Named(id) : null,
            Reason = step.Choice < 5 ? "Because" : null,
        };
        // Members that are not sent get their defaults.
        var changes = target is null ? [] : Changes(target, body.Title, body.EstimatedBudget, Priority.Medium);
        var expected = !caller.Writes ? 403
            : target is null ? (tag is null ? 0 : 412)
            : !caller.Sees(target) ? (onlyCreates || tag is not null ? 412 : 409)
            : onlyCreates && caller.MayEdit(target) ? 412
            : RefusalOfEdit(caller, target, step);
        if (expected == 0 && changes.Length > 0 && target!.Status != OpportunityStatus.Draft && body.Reason is null) expected = 400;
        if (target is not null) Seen.AddOrUpdate($"{StepKind.Upsert} in {target.Status}", 1, (_, count) => count + 1);
        var answer = await CallAsync(
            expected, () => clients[caller.Id].UpsertOpportunityAsync(_source, id, body, onlyCreates ? "*" : null, tag));
        if (answer is null) return;
        if (target is null)
        {
            Add(caller, answer, body.Title, body.EstimatedBudget, Priority.Medium, id);
            return;
        }

        Set(target, caller, changes, body.Title, body.EstimatedBudget, Priority.Medium);
        Compare(target, answer);
    }

    private async Task ImportAsync(ModelCaller caller, Step step)
    {
        var isUpsert = step.Precondition == Precondition.None;
        var reason = step.Choice < 4 ? "Because" : null;
        var rows = Enumerable.Range(0, 1 + (step.Variant % 3)).Select(n => new Row(
            n + 2, _externalIds[(step.Choice + n) % _externalIds.Length], _titles[(step.Choice + n) % _titles.Length], 400 + n)).ToList();
        // What is wrong with the file, and what the database refuses of its other rows.
        var wrong = rows.SkipLast(step.Choice == 6 ? 1 : 0)
            .Select(row => RefusalOf(row, caller, isUpsert, reason)).OfType<string>().ToList();
        if (step.Choice == 5) wrong.Add($"{rows.Count + 2}.external_id");
        if (step.Choice == 6) wrong.Add($"{rows.Count + 1}.estimated_budget");
        var cells = rows.Select(row => $"{row.Budget}").ToList();
        // A row twice, or a number as a spreadsheet rounds it.
        if (step.Choice == 5) (rows, cells) = ([.. rows, rows[0]], [.. cells, cells[0]]);
        if (step.Choice == 6) cells[^1] = "4E+02";
        var file = Encoding.UTF8.GetBytes(string.Join('\n', rows.Zip(cells, (row, budget) =>
            $"""{_source},"{row.Id}",{row.Title},{Description},{_clientName},{budget},{Time(_start)},{Time(_end)}""").Prepend(
            "external_source,external_id,title,description,client_name,estimated_budget,estimated_start_date,estimated_end_date")));
        var changed = (from row in rows
                       let known = Called(row.Id)
                       where wrong.Count == 0 && known is not null && Changes(row, known).Length > 0
                       select (known, row, Changes: Changes(row, known))).ToList();
        var (created, updated) = (wrong.Count > 0 ? 0 : rows.Count(row => Called(row.Id) is null), changed.Count);
        if (step.Target == 1 && await CallAsync(caller.Writes ? 0 : 403, () => SendAsync(dryRun: true)) is { } tried)
        {
            Assert.Equal((created, updated), (tried.WouldImport, tried.WouldUpdate));
            Assert.Equal(wrong, tried.Errors!.Keys);
        }

        var answer = await CallAsync(
            !caller.Writes ? 403 : wrong.Count > 0 ? 400 : 0, () => SendAsync(dryRun: null),
            refusal => Assert.Equal(wrong, refusal.Errors?.Keys ?? []));
        if (answer is null) return;
        Assert.Equal((created, isUpsert ? updated : (int?)null), (answer.Imported, answer.Updated));
        foreach (var (known, row, changes) in changed) Set(known, caller, changes, row.Title, row.Budget, Priority.Medium);
        var reader = clients[ModelCaller.All[0].Id];
        var all = await reader.ListOpportunitiesAsync(externalSource: _source, size: 100, sortDirection: SortDirection.Asc);
        foreach (var item in all.Items.Where(item => _world.TrueForAll(opportunity => opportunity.Id != item.Id)))
        {
            var row = rows.Single(row => row.Id == item.ExternalId!.Id);
            Add(caller, await reader.GetOpportunityAsync(item.Id), row.Title, row.Budget, Priority.Medium, row.Id);
        }

        Task<ImportResult> SendAsync(bool? dryRun) => clients[caller.Id].ImportOpportunitiesAsync(
            new MemoryStream(file), dryRun: dryRun, reason: reason, mode: isUpsert ? ImportMode.Upsert : null);
    }

    /// <summary>What an error of a row is called; null where there is none.</summary>
    private string? RefusalOf(Row row, ModelCaller caller, bool isUpsert, string? reason) => Called(row.Id) is not { } known ? null
        : !isUpsert || !caller.Sees(known) ? $"{row.Line}.external_id"
        : Changes(row, known).Length == 0 ? null
        : !caller.MayEdit(known) || known.IsLocked ? $"{row.Line}"
        : known.Status != OpportunityStatus.Draft && reason is null ? $"{row.Line}.reason"
        : null;

    private static (string Field, string? Old, string? New)[] Changes(Row row, ModelOpportunity known) =>
        Changes(known, row.Title, row.Budget, Priority.Medium);

    /// <summary>The one that the other system calls so.</summary>
    private ModelOpportunity? Called(string id) => _world.Find(opportunity => !opportunity.IsDeleted && opportunity.ExternalId == id);

    private ExternalIdInput Named(string id) => new() { Source = _source, Id = id };

    private string? Text(string? id) => id is null ? null : $"{_source}/{id}";

    private static string IdOf(Step step) => _externalIds[step.Choice % _externalIds.Length];

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A refusal because of another opportunity names it to who may see it, and to nobody else.</summary>
    private static void Names(Problem refusal, ModelOpportunity? other, ModelCaller caller)
    {
        if (other is not null) Assert.Equal(caller.Sees(other), refusal.Detail?.Contains($"{other.Id}", StringComparison.Ordinal) ?? false);
    }

    private sealed record Row(int Line, string Id, string Title, decimal Budget);
}
