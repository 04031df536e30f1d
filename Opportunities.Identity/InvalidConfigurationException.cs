namespace Opportunities.Identity;

/// <summary>A setting that the issuer cannot start with; the message is a sentence for the developer who made it.</summary>
internal sealed class InvalidConfigurationException(string message, Exception? innerException = null) : Exception(message, innerException);
