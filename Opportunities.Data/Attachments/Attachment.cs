using System.Text.Json.Nodes;

namespace Opportunities.Data.Attachments;

/// <summary>A file that belongs to an opportunity; its bytes are in the object store under <see cref="ObjectKey"/>.</summary>
public sealed class Attachment : OpportunityPart
{
    public const int MaxFileName = 255;
    public const int MaxDescription = 1_000;
    public const long MaxFileSize = 50L << 20;

    private Attachment()
    {
    }

    /// <summary>The values of an attachment; they never change.</summary>
    /// <param name="FileName">1–255 code points; a name to show, never a path.</param>
    public sealed record Values(string FileName, string ContentType, long FileSize, string? Description);

    /// <summary>The name to show; never a path.</summary>
    public string FileName { get; private init; } = null!;

    public string ContentType { get; private init; } = null!;
    public long FileSize { get; private init; }
    public string? Description { get; private init; }
    public string ObjectKey { get; private init; } = null!;
    public string CreatedBy { get; private init; } = null!;

    internal override string Collection => "attachments";

    public static Attachment Create(Values values, string objectKey, string createdBy) => new()
    {
        FileName = values.FileName,
        ContentType = values.ContentType,
        FileSize = values.FileSize,
        Description = values.Description,
        ObjectKey = objectKey,
        CreatedBy = createdBy,
    };

    internal override void EnsureFits(Opportunity opportunity)
    {
        if (opportunity.Attachments.Any(other => other != this && other.ObjectKey == ObjectKey))
            throw new ConflictException("The file is an attachment of this opportunity already.");
    }

    internal override void AddTo(JsonObject json) => json["created_by"] = CreatedBy;

    internal override object Content() => new Values(FileName, ContentType, FileSize, Description);
}

internal sealed class AttachmentConfiguration : IEntityTypeConfiguration<Attachment>
{
    public void Configure(EntityTypeBuilder<Attachment> builder)
    {
        builder.ToTable("attachments", table => table.HasCheckConstraint("ck_attachments_file_size", "file_size > 0"));
        builder.HasIndex(a => a.ObjectKey).IsUnique();
    }
}
