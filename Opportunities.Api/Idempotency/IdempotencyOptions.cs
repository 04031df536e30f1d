namespace Opportunities.Api.Idempotency;

internal sealed class IdempotencyOptions : IValidatableObject
{
    public const string Section = "Idempotency";

    /// <summary>How often keys that are past their lifetime are deleted.</summary>
    public TimeSpan CleaningInterval { get; set; } = TimeSpan.FromHours(1);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (CleaningInterval <= TimeSpan.Zero) yield return new($"{Section}:{nameof(CleaningInterval)} must be above zero.");
    }
}
