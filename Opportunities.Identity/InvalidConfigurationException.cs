namespace Opportunities.Identity;

/// <summary>A setting that the issuer cannot start with; the message is a sentence for the developer who made it.</summary>
/// <param name="message">Which setting, and what is wrong with it.</param>
/// <param name="innerException">Where it showed, if anywhere.</param>
public sealed class InvalidConfigurationException(string message, Exception? innerException = null) : Exception(message, innerException);
