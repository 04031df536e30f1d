namespace Opportunities.Data.Configurations;

internal sealed class ChangeConfiguration : IEntityTypeConfiguration<Change>
{
    public void Configure(EntityTypeBuilder<Change> builder)
    {
        builder.ToTable("changes");
        builder.HasKey(c => c.Id);
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.Property(c => c.FieldName).HasMaxLength(100);
        builder.HasIndex(c => new { c.OpportunityId, c.Version, c.Ordinal }).IsUnique();
    }
}
