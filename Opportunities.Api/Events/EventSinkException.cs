namespace Opportunities.Api.Events;

/// <summary>Events could not be published; they wait in the outbox.</summary>
/// <param name="message">Why.</param>
internal sealed class EventSinkException(string message) : Exception(message);
