namespace Opportunities.Api.Events;

/// <summary>Opportunities of which an event was refused: their events wait, longer each time; those of others go on.</summary>
internal sealed class StuckEvents(TimeProvider time)
{
    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(30);
    private readonly Dictionary<Guid, Stuck> _stuck = [];
    private long _taken;

    public bool Any => _stuck.Count > 0;

    /// <summary>
    /// Begins a look: decides which opportunities wait until the next one. Decided later, event by event, one could be published whose
    /// predecessor was not read.
    /// </summary>
    /// <returns>The sequences that are not to be read now.</returns>
    public IReadOnlyCollection<long> BeginLook()
    {
        foreach (var stuck in _stuck.Values) stuck.IsWaiting = time.GetElapsedTime(stuck.Since) < stuck.Pause;
        return [.. _stuck.Values.Where(static stuck => stuck.IsWaiting).SelectMany(static stuck => stuck.Sequences)];
    }

    public IReadOnlyCollection<long> SequencesOf(Guid opportunity) => _stuck.TryGetValue(opportunity, out var stuck) ? stuck.Sequences : [];

    /// <summary>Has an event wait where an earlier one of its opportunity does.</summary>
    public bool Hold(WaitingEvent waiting)
    {
        if (!_stuck.TryGetValue(waiting.OpportunityId, out var stuck)) return false;
        stuck.Sequences.Add(waiting.Sequence);
        return stuck.IsWaiting;
    }

    public void Refuse(WaitingEvent refused, bool isItsOwn)
    {
        if (!_stuck.TryGetValue(refused.OpportunityId, out var stuck) || stuck.First != refused.Sequence)
            _stuck[refused.OpportunityId] = stuck = new Stuck(refused.Sequence, _taken, stuck?.Sequences ?? []);
        stuck.Sequences.Add(refused.Sequence);
        if (isItsOwn) stuck.Refusals++;
        var pause = _firstPause * Math.Pow(2, Math.Min(stuck.Attempts++, 10));
        (stuck.Since, stuck.Pause, stuck.IsWaiting) = (time.GetTimestamp(), pause < _longestPause ? pause : _longestPause, true);
    }

    /// <summary>Whether its event was refused so often for reasons of its own, while others were taken, that it never will be.</summary>
    public bool IsHopeless(Guid opportunity, int maxRefusals) =>
        _stuck.TryGetValue(opportunity, out var stuck) && stuck.Refusals >= maxRefusals && _taken > stuck.TakenBefore;

    /// <summary>An event was taken: the opportunity's others need not wait.</summary>
    public void Take(Guid opportunity)
    {
        _taken++;
        _stuck.Remove(opportunity);
    }

    /// <summary>The opportunity's events are elsewhere.</summary>
    public void Forget(Guid opportunity) => _stuck.Remove(opportunity);

    private sealed class Stuck(long first, long takenBefore, HashSet<long> sequences)
    {
        public long First { get; } = first;
        public long TakenBefore { get; } = takenBefore;
        public HashSet<long> Sequences { get; } = sequences;
        public int Attempts { get; set; }
        public int Refusals { get; set; }
        public long Since { get; set; }
        public TimeSpan Pause { get; set; }
        public bool IsWaiting { get; set; }
    }
}
