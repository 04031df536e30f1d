namespace Opportunities.Api.Events;

/// <summary>Section <c>Events</c>: where events are published, and for how long published ones are kept.</summary>
internal sealed class EventOptions : IValidatableObject
{
    public const string Section = "Events";

    /// <summary>The FIFO queue of Amazon SQS; without it, events go to a stream of Redis.</summary>
    public string? QueueUrl { get; set; }

    /// <summary>How long published events are kept: for those who follow changes, and to be published again.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(30);

    public TimeSpan CleaningInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How often an event is refused before it is parked, and those of the same opportunity with it.</summary>
    [Range(1, 1000)]
    public int MaxAttempts { get; set; } = 10;

    public bool UsesQueue => !string.IsNullOrWhiteSpace(QueueUrl);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // Only a FIFO queue keeps the order, and its name always ends so.
        if (UsesQueue
            && (!Uri.TryCreate(QueueUrl, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https")
                || !QueueUrl!.EndsWith(".fifo", StringComparison.Ordinal)))
        {
            yield return new($"{Section}:{nameof(QueueUrl)} must be the http or https URL of a FIFO queue, which ends in .fifo.");
        }

        if (Retention <= TimeSpan.Zero || CleaningInterval <= TimeSpan.Zero)
            yield return new($"{Section}: {nameof(Retention)} and {nameof(CleaningInterval)} must be above zero.");
    }
}
