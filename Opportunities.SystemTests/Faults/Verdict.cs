using System.Diagnostics;
using System.Text.Json.Nodes;
using Opportunities.SystemTests.Changes;
using StackExchange.Redis;

namespace Opportunities.SystemTests.Faults;

/// <summary>
/// What became of the requests of a workload: the answers that clients noted beside what database and stream hold afterwards.
/// </summary>
internal sealed class Verdict
{
    private readonly IReadOnlyCollection<Operation> _operations;
    private readonly Dictionary<Guid, Row> _rows;
    private readonly Dictionary<Guid, List<Change[]>> _histories;
    private readonly Dictionary<Guid, Dictionary<int, string>> _titles = [];

    private Verdict(IReadOnlyCollection<Operation> operations, Dictionary<Guid, Row> rows, Dictionary<Guid, List<Change[]>> histories) =>
        (_operations, _rows, _histories) = (operations, rows, histories);

    /// <summary>Acknowledged writes that are not there.</summary>
    public List<string> Lost { get; } = [];

    /// <summary>
    /// Writes that are there in part, twice, though they were refused, or though nobody asked for them; histories with a gap.
    /// </summary>
    public List<string> Broken { get; } = [];

    /// <summary>Reads that showed a state from before a write that had been acknowledged when they began.</summary>
    public List<string> Stale { get; } = [];

    /// <summary>For how long, at most, such a state had been out of date when the read began.</summary>
    public TimeSpan OldestStale { get; private set; }

    public List<string> EventsLost { get; } = [];

    public List<string> EventsInvented { get; } = [];

    /// <summary>Events that came again, with the id that they had.</summary>
    public int EventsRepeated { get; private set; }

    /// <summary>What who follows the change feed has otherwise than the database.</summary>
    public List<string> ToldOtherwise { get; } = [];

    /// <summary>Writes without an answer, or with one that leaves it open, which were done.</summary>
    public int DoneThoughUnanswered { get; private set; }

    /// <summary>Compares, once all events are published.</summary>
    public static async Task<Verdict> OfAsync(Workload workload, FeedCopy copy, RunningSystem system)
    {
        await system.WaitUntilPublishedAsync();
        var mine = $"SELECT id FROM opportunities WHERE client_name LIKE '{workload.Name} %'";
        var rows =
            (await system.QueryAsync($"SELECT id, version, status, deleted_at IS NOT NULL, title FROM opportunities WHERE id IN ({mine})"))
                .Select(line => line.Split(' ', 5))
                .ToDictionary(cells => Guid.Parse(cells[0]), cells => new Row(int.Parse(cells[1]), cells[2], cells[3] == "True", cells[4]));
        var changes = await system.QueryAsync(
            $"""
            SELECT jsonb_build_object('opportunity', opportunity_id, 'version', version, 'ordinal', ordinal, 'id', id, 'field', field_name,
              'old', old_value, 'new', new_value, 'reason', reason) FROM changes WHERE opportunity_id IN ({mine}) ORDER BY opportunity_id, version, ordinal
            """);
        var histories = changes.Select(line => Change.Of(JsonNode.Parse(line)!)).GroupBy(change => change.Opportunity)
            .ToDictionary(one => one.Key, one => one.GroupBy(change => change.Version).Select(version => version.ToArray()).ToList());
        var verdict = new Verdict(workload.Operations, rows, histories);
        var skills = (await system.QueryAsync($"SELECT opportunity_id, id FROM skill_requirements WHERE opportunity_id IN ({mine})"))
            .Select(line => line.Split(' ')).ToLookup(cells => Guid.Parse(cells[0]), cells => cells[1]);
        verdict.FollowHistories(skills);
        verdict.FindWrites();
        verdict.FindStaleReads();
        var outbox = (await system.QueryAsync($"SELECT id, opportunity_id FROM outbox_events WHERE opportunity_id IN ({mine})"))
            .Select(line => line.Split(' '))
            .ToLookup(cells => Guid.Parse(cells[1]), cells => cells[0]);
        verdict.CompareOutbox(outbox);
        verdict.Compare(copy);
        // A stream that was lost is filled again once its publisher has seen that it is gone.
        await Eventually.TrueAsync(
            async () => await verdict.CompareStreamAsync(system), TimeSpan.FromMinutes(1),
            otherwise: () => string.Join('\n', verdict.EventsLost.Take(5)));
        return verdict;
    }

    /// <summary>Every history is a gapless chain from the creation to the row.</summary>
    private void FollowHistories(ILookup<Guid, string> skills)
    {
        foreach (var (id, row) in _rows)
        {
            if (!_histories.TryGetValue(id, out var history))
            {
                Broken.Add($"{id} has no history");
                continue;
            }

            var titles = _titles[id] = [];
            var created = _operations.FirstOrDefault(
                operation => operation is { Kind: OperationKind.Create } or { Kind: OperationKind.Upsert, Version: 1 }
                && operation.Opportunity == id)?.Token;
            var title = history.SelectMany(version => version).FirstOrDefault(change => change.Field == "title")?.Old ?? row.Title;
            if (created is not null && created != title) Broken.Add($"{id} was created as {created}, and its history begins with {title}");
            var state = new Dictionary<string, string?> { ["title"] = title };
            for (var n = 0; n < history.Count; n++)
            {
                if (history[n][0].Version != n + 1) Broken.Add($"{id}: after version {n} comes {history[n][0].Version}");
                for (var ordinal = 0; ordinal < history[n].Length; ordinal++)
                {
                    var change = history[n][ordinal];
                    if (change.Ordinal != ordinal) Broken.Add($"{id}, version {n + 1}: record {ordinal} is {change.Ordinal}");
                    if (change.Field != "deleted" && state.GetValueOrDefault(change.Field) != change.Old)
                        Broken.Add($"{id}, version {n + 1}: {change.Field} was {state.GetValueOrDefault(change.Field)}, not {change.Old}");
                    state[change.Field] = change.New;
                }

                titles[n + 1] = state["title"]!;
            }

            var kept = state.Where(
                member => member.Key.StartsWith("skill_requirements/", StringComparison.Ordinal) && member.Value is not null)
                .Select(member => member.Key.Split('/')[1]).Order(StringComparer.Ordinal);
            if (history.Count != row.Version || state["title"] != row.Title || state["status"] != row.Status
                || (state.GetValueOrDefault("deleted") == "true") != row.IsDeleted
                || !kept.SequenceEqual(skills[id].Order(StringComparer.Ordinal)))
            {
                Broken.Add($"{id}: its row is not what its history leads to");
            }
        }
    }

    /// <summary>Every acknowledged write is there once, no refused one is, and there is none that nobody asked for.</summary>
    private void FindWrites()
    {
        var made = _histories.SelectMany(
            history => history.Value.Select(version => (Token: TokenOf(version, history.Key), history.Key, version[0].Version)))
            .ToLookup(write => write.Token);
        var asked = _operations.Where(operation => operation.IsWrite)
            .GroupBy(operation => operation.Token)
            .ToDictionary(repeats => repeats.Key);
        foreach (var (token, repeats) in asked)
        {
            var there = made[token].ToList();
            if (there.Count > 1) Broken.Add($"{repeats.First().Kind} {token} was done {there.Count} times");
            foreach (var acknowledged in repeats.Where(operation => operation.IsAcknowledged))
            {
                if (!there.Any(write => write.Key == acknowledged.Opportunity
                    && (acknowledged.Version is null || write.Version == acknowledged.Version)))
                {
                    Lost.Add($"{acknowledged.Kind} {token} of {acknowledged.Opportunity}, acknowledged as version {acknowledged.Version}");
                }
            }

            if (there.Count > 0 && repeats.All(operation => operation.IsRefused))
                Broken.Add($"{repeats.First().Kind} {token} was done, and refused with {repeats.First().Status}");
            if (there.Count > 0 && !repeats.Any(operation => operation.IsAcknowledged)) DoneThoughUnanswered++;
        }

        Broken.AddRange(
            made.Where(writes => !asked.ContainsKey(writes.Key)).Select(writes => $"{writes.Key} was done, and nobody asked for it"));
    }

    private void FindStaleReads()
    {
        // Which versions of each opportunity were acknowledged, and when: only those that were the highest then.
        var acknowledged = new Dictionary<Guid, List<(long At, int Version)>>();
        foreach (var operation in _operations.OrderBy(operation => operation.Ended))
        {
            if (operation is not { IsAcknowledged: true, Version: { } version, Opportunity: { } id }) continue;
            var versions = acknowledged.TryGetValue(id, out var earlier) ? earlier : acknowledged[id] = [];
            if (versions.Count == 0 || versions[^1].Version < version) versions.Add((operation.Ended, version));
        }

        var deletions = _operations.Where(operation => operation.Kind == OperationKind.Delete)
            .ToDictionary(operation => operation.Opportunity!.Value);
        var created = _operations.Where(operation => operation is { IsAcknowledged: true, Kind: OperationKind.Create }
            or { IsAcknowledged: true, Kind: OperationKind.Upsert, Version: 1 })
            .ToDictionary(operation => operation.Opportunity!.Value);
        var ofClient = created.Values.ToLookup(operation => operation.Token.Split('-')[1]);
        foreach (var read in _operations.Where(operation => operation.Kind is OperationKind.Read or OperationKind.List))
        {
            foreach (var shown in read.Shown)
            {
                if (!_rows.ContainsKey(shown.Id)) continue;
                if (_titles[shown.Id].GetValueOrDefault(shown.Version) != shown.Title)
                    Broken.Add($"a read showed {shown.Id} in version {shown.Version} as {shown.Title}, which it never was");
                if (acknowledged.TryGetValue(shown.Id, out var versions) && FirstAfter(versions, shown.Version) is { } newer
                    && newer.At < read.Began)
                {
                    AddStale(read, newer.At, $"{shown.Id} in version {shown.Version}, after {newer.Version} had been acknowledged");
                }

                if (deletions.TryGetValue(shown.Id, out var deletion) && deletion.IsAcknowledged && deletion.Ended < read.Began)
                    AddStale(read, deletion.Ended, $"{shown.Id}, which had been deleted");
            }

            if (read.Status == 404 && read.Opportunity is { } missed) Expect(created.GetValueOrDefault(missed));
            if (read is { Status: 200, ListOf: { } of })
            {
                var shown = read.Shown.Select(one => one.Id).ToHashSet();
                foreach (var creation in ofClient[of.Split(' ')[^1]].Where(creation => !shown.Contains(creation.Opportunity!.Value)))
                    Expect(creation);
            }

            void Expect(Operation? creation)
            {
                if (creation is null || creation.Ended >= read.Began) return;
                // One that may have been deleted by then need not be shown.
                if (deletions.TryGetValue(creation.Opportunity!.Value, out var deletion) && deletion.Began < read.Ended
                    && !deletion.IsRefused)
                {
                    return;
                }

                AddStale(read, creation.Ended, $"without {creation.Opportunity}, which had been created");
            }
        }

        // Versions and times rise together.
        static (long At, int Version)? FirstAfter(List<(long At, int Version)> versions, int version)
        {
            var (low, high) = (0, versions.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (versions[middle].Version > version) high = middle;
                else low = middle + 1;
            }

            return low < versions.Count ? versions[low] : null;
        }

        void AddStale(Operation read, long since, string what)
        {
            var age = Stopwatch.GetElapsedTime(since, read.Began);
            if (age > OldestStale) OldestStale = age;
            Stale.Add($"{read.Kind} showed {what} {age.TotalMilliseconds:0} ms before");
        }
    }

    private void CompareOutbox(ILookup<Guid, string> outbox)
    {
        foreach (var (id, history) in _histories)
        {
            var wanted = history.Select(version => version[0].Id).Order(StringComparer.Ordinal);
            if (!wanted.SequenceEqual(outbox[id].Order(StringComparer.Ordinal)))
                Broken.Add($"{id}: its events in the outbox are not those of its history");
        }
    }

    private void Compare(FeedCopy copy)
    {
        foreach (var (id, row) in _rows)
        {
            var (wanted, told) = (row.IsDeleted ? null : $"{row.Version} {row.Status}", copy.Rows.GetValueOrDefault($"{id}"));
            if (wanted != told) ToldOtherwise.Add($"{id} is {wanted ?? "deleted"}, and was told as {told ?? "none"}");
        }

        if (copy.OutOfOrder > 0) ToldOtherwise.Add($"{copy.OutOfOrder} changes out of order");
    }

    private async Task<bool> CompareStreamAsync(RunningSystem system)
    {
        EventsLost.Clear();
        EventsInvented.Clear();
        await using var redis = await ConnectionMultiplexer.ConnectAsync(system.CacheConnectionString);
        var entries = (await redis.GetDatabase().StreamRangeAsync("opportunities:events"))
            .Where(entry => _rows.ContainsKey(Guid.Parse((string)entry["subject"]!)))
            .Select(entry => PublishedEvent.Of(entry["event"]!)).ToList();
        var distinct = entries.DistinctBy(published => published.Id).ToList();
        EventsRepeated = entries.Count - distinct.Count;
        var published = distinct.ToLookup(one => Guid.Parse(one.Subject));
        foreach (var (id, history) in _histories)
        {
            var wanted = history.Select(version => $"{version[0].Version} {version[0].Id}").ToList();
            var got = published[id].Select(one => $"{one.Version} {one.Id}").ToList();
            EventsLost.AddRange(wanted.Except(got).Select(one => $"{id} {one}"));
            EventsInvented.AddRange(got.Except(wanted).Select(one => $"{id} {one}"));
            if (EventsLost.Count == 0 && EventsInvented.Count == 0 && !wanted.SequenceEqual(got)) EventsInvented.Add($"{id}: out of order");
        }

        return EventsLost.Count == 0;
    }

    /// <summary>The text by which a version tells which request made it.</summary>
    private string TokenOf(Change[] version, Guid opportunity)
    {
        var first = version[0];
        if (first.Version == 1) return _titles[opportunity][1];
        if (first.Field == "deleted") return $"{opportunity}";
        if (first.Reason is not null) return first.Reason;
        return first.New is null ? first.Field.Split('/')[1] : JsonNode.Parse(first.New)!["skill_name"]!.GetValue<string>();
    }

    private sealed record Row(int Version, string Status, bool IsDeleted, string Title);

    private sealed record Change(
        Guid Opportunity, int Version, int Ordinal, string Id, string Field, string? Old, string? New, string? Reason)
    {
        public static Change Of(JsonNode json) => new(
            json["opportunity"]!.GetValue<Guid>(), json["version"]!.GetValue<int>(), json["ordinal"]!.GetValue<int>(), (string)json["id"]!,
            (string)json["field"]!, (string?)json["old"], (string?)json["new"], (string?)json["reason"]);
    }
}
