namespace Opportunities.Api.Events;

/// <summary>Events could not be published; they wait in the outbox.</summary>
internal sealed class EventSinkException(string message) : Exception(message);
