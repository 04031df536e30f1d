using Opportunities.Api.Input;
using Opportunities.Data.Attachments;

namespace Opportunities.Api.Attachments;

internal static class AttachmentMembers
{
    public const int MaxKeyLength = 200;

    /// <summary>Longest signed URL, in characters; S3's carry a session token of up to 2 KiB.</summary>
    public const int MaxUrlLength = 8192;

    public static readonly TextMember Key = new("key", 1, MaxKeyLength);
    public static readonly TextMember FileName = new("file_name", 1, Attachment.MaxFileName);
    public static readonly ChoiceMember ContentType = new("content_type", ContentTypes.All);
    public static readonly IntegerMember FileSize = new("file_size", 1, Attachment.MaxFileSize);
    public static readonly TextMember Description = new("description", 1, Attachment.MaxDescription);
}
