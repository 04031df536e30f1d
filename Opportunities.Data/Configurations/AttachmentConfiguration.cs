using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Opportunities.Data.Attachments;

namespace Opportunities.Data.Configurations;

internal sealed class AttachmentConfiguration : IEntityTypeConfiguration<Attachment>
{
    public void Configure(EntityTypeBuilder<Attachment> builder)
    {
        builder.ToTable("attachments", table => table.HasCheckConstraint("ck_attachments_file_size", "file_size > 0"));
        builder.Property(a => a.Id).ValueGeneratedNever();
        builder.HasIndex(a => a.ObjectKey).IsUnique();
    }
}
