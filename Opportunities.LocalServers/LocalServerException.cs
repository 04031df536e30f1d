namespace Opportunities.LocalServers;

/// <summary>Something on this machine keeps the system from running. The message is one sentence for the person at the terminal.</summary>
public sealed class LocalServerException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong and what to do about it, as one sentence.</param>
    public LocalServerException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong and what to do about it, as one sentence.</param>
    /// <param name="innerException">What it was noticed by.</param>
    public LocalServerException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>Creates the exception.</summary>
    public LocalServerException()
    {
    }
}
