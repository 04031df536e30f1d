namespace Opportunities.LocalServers;

/// <summary>Something on this machine keeps the system from running. The message is one sentence for the person at the terminal.</summary>
/// <param name="message">What is wrong and what to do about it.</param>
/// <param name="innerException">What it was noticed by.</param>
public sealed class LocalServerException(string message, Exception? innerException = null) : Exception(message, innerException);
