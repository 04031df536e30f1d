namespace Opportunities.Data;

/// <summary>A value breaks a rule that only the opportunity itself can judge; nothing was changed. Answered with 400.</summary>
public sealed class InvalidValueException(string member, string message) : Exception(message)
{
    /// <summary>The offending member, as it is named outside.</summary>
    public string Member { get; } = member;
}
