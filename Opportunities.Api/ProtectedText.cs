using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace Opportunities.Api;

/// <summary>Text that this service gave out: opaque, and unforgeable by keys that all replicas share.</summary>
internal static class ProtectedText
{
    public static string Write(this IDataProtector protector, byte[] content) =>
        WebEncoders.Base64UrlEncode(protector.Protect(content));

    /// <summary>Reads a text; null where it is none of ours, its time is over, or this build does not understand it.</summary>
    public static T? Read<T>(this IDataProtector protector, string text, Func<byte[], T?> read)
        where T : class
    {
        try
        {
            var bytes = WebEncoders.Base64UrlDecode(text);
            // The decoder takes blanks and padding: a text has one spelling.
            return WebEncoders.Base64UrlEncode(bytes) == text ? read(protector.Unprotect(bytes)) : null;
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException or JsonException or IOException)
        {
            return null;
        }
    }
}
