using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace Opportunities.Api.Attachments;

/// <summary>What the holder of a signed URL of the file store may do.</summary>
/// <param name="FileName">The name under which a download is saved.</param>
internal sealed record FileGrant(
    bool IsUpload, Guid OpportunityId, Guid ObjectId, string ContentType, long Size = 0, string? FileName = null)
{
    public ObjectKey Key => new(OpportunityId, ObjectId);
}

/// <summary>Writes grants into URLs, signed and with an end, by keys that all replicas share.</summary>
internal sealed class FileTokens(IDataProtectionProvider protection)
{
    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("files").ToTimeLimitedDataProtector();

    public string Write(FileGrant grant, DateTime expiresAt) => WebEncoders.Base64UrlEncode(
        _protector.Protect(JsonSerializer.SerializeToUtf8Bytes(grant, ApiJson.Wire.FileGrant), new DateTimeOffset(expiresAt)));

    public FileGrant? Read(string token) =>
        _protector.Read(token, static bytes => JsonSerializer.Deserialize(bytes, ApiJson.Wire.FileGrant));
}
