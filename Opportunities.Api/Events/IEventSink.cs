namespace Opportunities.Api.Events;

/// <summary>Where events are published.</summary>
internal interface IEventSink
{
    /// <summary>How many of the latest events are worth publishing again where the sink has lost what it had.</summary>
    int Capacity { get; }

    /// <summary>Whether what was published is still there; false too where nothing was yet.</summary>
    /// <exception cref="EventSinkException">The sink does not answer.</exception>
    Task<bool> IsThereAsync();

    /// <param name="begins">Whether they begin anew. Otherwise nothing is taken where <see cref="IsThereAsync"/> would be false.</param>
    /// <returns>Which were taken: those of one opportunity in order, without one left out.</returns>
    /// <exception cref="EventSinkException">None could be published.</exception>
    Task<Publication> PublishAsync(IReadOnlyList<WaitingEvent> events, bool begins, CancellationToken cancellationToken);
}

internal sealed record WaitingEvent(long Sequence, Guid Id, Guid OpportunityId, string Content);

/// <summary>What became of events.</summary>
/// <param name="Published">The places in the outbox of those that were published.</param>
/// <param name="Refused">Those that were refused, one by one, and why.</param>
/// <param name="Outage">Why nothing is taken at present; null where that is not so.</param>
internal sealed record Publication(IReadOnlyCollection<long> Published, IReadOnlyDictionary<long, Refusal> Refused, string? Outage);

/// <summary>Why an event was not taken.</summary>
/// <param name="Reason">In the sink's words.</param>
/// <param name="IsItsOwn">Whether the event is to blame, and not the sink.</param>
internal sealed record Refusal(string Reason, bool IsItsOwn);
