namespace Opportunities.Api.Idempotency;

internal sealed class IdempotencyOptions : IValidatableObject
{
    public const string Section = "Idempotency";

    public TimeSpan CleaningInterval { get; set; } = TimeSpan.FromHours(1);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (CleaningInterval <= TimeSpan.Zero) yield return new($"{Section}:{nameof(CleaningInterval)} must be above zero.");
    }
}
