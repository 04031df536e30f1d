namespace Opportunities.Api.Errors;

/// <summary>The refusal of a whole batch for one of its operations.</summary>
/// <param name="errors">What is wrong, by place and member.</param>
internal sealed class BatchRefusedException(Exception refusal, IReadOnlyDictionary<string, string[]> errors)
    : Exception("One operation of a batch was refused.", refusal)
{
    public IReadOnlyDictionary<string, string[]> Errors => errors;
}
