namespace Opportunities.Infrastructure;

/// <summary>A setting that cannot be used; the message is one sentence for the person who gave it.</summary>
public sealed class SettingsException : Exception
{
    /// <summary>Without a sentence.</summary>
    public SettingsException()
    {
    }

    /// <summary>With the sentence that says what is wrong and what would be right.</summary>
    public SettingsException(string message)
        : base(message)
    {
    }

    /// <summary>With the sentence and what led to it.</summary>
    public SettingsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
