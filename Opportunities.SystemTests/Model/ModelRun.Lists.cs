using System.Text.Json.Nodes;
using Opportunities.Client;
using Opportunities.SystemTests.Changes;

namespace Opportunities.SystemTests.Model;

/// <summary>Steps that read many: the list, and what has changed.</summary>
internal sealed partial class ModelRun
{
    private static readonly string[] _fields = ["title", "status", "owner", "external_id", "updated_at", "priority", "estimated_budget"];
    private static readonly ChangeType[] _types = Enum.GetValues<ChangeType>();

    private readonly Dictionary<ModelCaller, (FeedCopy Copy, string Cursor)> _followers = [];
    private string? _begin;

    private async Task ListAsync(ModelCaller caller, Step step)
    {
        OpportunityStatus[]? statuses = step.Variant == 0 ? null : [(OpportunityStatus)step.Choice, OpportunityStatus.Draft];
        var answer = await CallAsync(
            caller.Reads ? 0 : 403,
            () => clients[caller.Id].ListOpportunitiesAsync(
                clientName: _clientName, status: statuses, size: 100, sortDirection: SortDirection.Asc));
        if (answer is null) return;
        var visible = _world.Where(opportunity => caller.Sees(opportunity) && (statuses?.Contains(opportunity.Status) ?? true)).ToList();
        Assert.Equal(
            visible.Select(opportunity => (opportunity.Id, opportunity.Version)), answer.Items.Select(item => (item.Id, item.Version)));
        Assert.Equal(visible.Count, answer.TotalItems);
        if (step.Variant == 2) await ListChangedAsync(caller, statuses, answer.Items, step);
        if (step.Variant == 3) await ListFieldsAsync(caller, statuses, visible, step);
    }

    /// <summary>What changed last within a time, its ends included.</summary>
    private async Task ListChangedAsync(ModelCaller caller, OpportunityStatus[]? statuses, IReadOnlyList<OpportunitySummary> all, Step step)
    {
        if (all.Count == 0) return;
        DateTimeOffset[] ends = [all[step.Choice % all.Count].UpdatedAt, all[(step.Choice + step.Target) % all.Count].UpdatedAt];
        Array.Sort(ends);
        var expected = all.Where(item => item.UpdatedAt >= ends[0] && item.UpdatedAt <= ends[1]).ToList();
        var answer = await clients[caller.Id].ListOpportunitiesAsync(
            clientName: _clientName, status: statuses, size: 100, sortDirection: SortDirection.Asc,
            updatedFrom: ends[0], updatedTo: ends[1]);
        Assert.Equal(expected.Select(item => (item.Id, item.Version)), answer.Items.Select(item => (item.Id, item.Version)));
        var summary = await clients[caller.Id].GetOpportunitySummaryAsync(
            clientName: _clientName, status: statuses, updatedFrom: ends[0], updatedTo: ends[1]);
        Assert.Equal((expected.Count, expected.Sum(item => item.EstimatedBudget)), (summary.TotalCount, summary.TotalBudget));
    }

    /// <summary>Some members, page by page, of what the other system knows: of all, or of one id.</summary>
    private async Task ListFieldsAsync(ModelCaller caller, OpportunityStatus[]? statuses, List<ModelOpportunity> visible, Step step)
    {
        var fields = _fields.Where((_, n) => (n + step.Choice) % 3 == 0).ToArray();
        var one = step.Target == 0 ? null : IdOf(step);
        var expected = visible
            .Where(opportunity => one is null ? opportunity.ExternalId is not null : opportunity.ExternalId == one).ToList();
        var query = $"?client_name={Uri.EscapeDataString(_clientName)}&external_source={_source}&size=2&sort_direction=asc"
            + $"&fields={string.Join(',', fields)}"
            + (one is null ? "" : $"&external_id={Uri.EscapeDataString(one)}")
            + string.Concat(statuses?.Distinct().Select(status => $"&status={Wire(status)}") ?? []);
        var items = new List<JsonNode>();
        while (true)
        {
            using var answer = await raw[caller.Id].GetAsync($"{ApiClient.Opportunities}{query}");
            var page = await answer.JsonAsync(System.Net.HttpStatusCode.OK);
            items.AddRange(page["items"]!.AsArray().Select(item => item!));
            if ((string?)page["next_cursor"] is not { } cursor) break;
            query = $"?size=3&cursor={cursor}";
        }

        Assert.All(items, item => Assert.Equal(
            fields.Append("id").Append("version").Order(StringComparer.Ordinal),
            item.AsObject().Select(member => member.Key).Order(StringComparer.Ordinal)));
        Assert.Equal(
            expected.Select(opportunity => (
                opportunity.Id.ToString(), opportunity.Version, Of("title", opportunity.Title), Of("status", Wire(opportunity.Status)),
                Of("owner", opportunity.Owner), Of("external_id", opportunity.ExternalId))),
            items.Select(item => (
                (string)item["id"]!, (int)item["version"]!, (string?)item["title"], (string?)item["status"], (string?)item["owner"],
                (string?)item["external_id"]?["id"])));

        string? Of(string field, string? value) => fields.Contains(field) ? value : null;
    }

    private async Task FollowAsync(ModelCaller caller, Step step)
    {
        if (step.Variant < 2 || !caller.Reads)
        {
            await FollowAsync(caller, 2 + (20 * step.Choice));
            return;
        }

        // From the beginning of the run, some types alone; what is hidden has none.
        ChangeType[] types = [.. new[] { _types[step.Choice % _types.Length], _types[step.Target] }.Distinct()];
        var told = await WalkAsync(caller, _begin!, 200, types);
        var expected = _world.SelectMany(opportunity => opportunity.Events.Select(happened => (opportunity.Id, Told: happened.To(caller))))
            .Where(happened => happened.Told is { } one && (one.Type == "hidden" || types.Any(type => Wire(type) == one.Type)))
            .Select(happened => $"{happened.Id} {happened.Told!.Version} {happened.Told.Type}");
        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            told.Items.Select(item => $"{item.OpportunityId} {item.Version} {item.Type}").Order(StringComparer.Ordinal));
    }

    /// <summary>Reads on where the caller was: its copy has the rows of the model then.</summary>
    private async Task FollowAsync(ModelCaller caller, int size)
    {
        if (!caller.Reads)
        {
            await CallAsync(403, () => clients[caller.Id].GetChangesAsync(from: ChangesFrom.Oldest));
            return;
        }

        var (copy, cursor) = _followers.TryGetValue(caller, out var follower) ? follower : (new FeedCopy(caller.ReadsAll), _begin!);
        var (items, next) = await WalkAsync(caller, cursor, size, []);
        foreach (var item in items)
        {
            var opportunity = _world.Single(opportunity => opportunity.Id == item.OpportunityId);
            var expected = opportunity.Events[item.Version - 1].To(caller);
            var isHidden = item.Type == "hidden";
            Assert.Equal(
                (expected?.Type, isHidden ? null : expected?.By, isHidden ? null : expected?.Status, expected?.Fields),
                (item.Type, item.ChangedBy, item.Status, string.Join(' ', item.Changes.Select(change => change.FieldName))));
            copy.Take($"{item.OpportunityId}", item.Version, item.Type, item.Status is { } status ? Wire(status) : null);
        }

        _followers[caller] = (copy, next);
        Assert.Equal(
            _world.Where(caller.Sees)
                .ToDictionary(opportunity => $"{opportunity.Id}", opportunity => $"{opportunity.Version} {Wire(opportunity.Status)}"),
            copy.Rows);
        Assert.Equal(
            (_world.Sum(opportunity => opportunity.Events.Count(happened => happened.To(caller) is not null)), 0),
            (copy.Changes, copy.OutOfOrder));
    }

    /// <summary>All that follows, of this run's opportunities.</summary>
    private async Task<(List<ChangeItem> Items, string Cursor)> WalkAsync(ModelCaller caller, string cursor, int size, ChangeType[] types)
    {
        var items = new List<ChangeItem>();
        while (true)
        {
            var page = await clients[caller.Id].GetChangesAsync(after: cursor, size: size, type: types);
            items.AddRange(page.Items.Where(item => _world.Exists(opportunity => opportunity.Id == item.OpportunityId)));
            // Others write, too: the run does not follow them in small steps.
            (cursor, size) = (page.NextCursor, 1000);
            if (!page.HasMore) return (items, cursor);
        }
    }

    private static string Wire(ChangeType type) => type == ChangeType.StatusChanged ? "status_changed" : $"{type}".ToLowerInvariant();
}
