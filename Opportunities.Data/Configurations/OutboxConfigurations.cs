using Opportunities.Data.Events;

namespace Opportunities.Data.Configurations;

internal sealed class OutboxEventConfiguration : IEntityTypeConfiguration<OutboxEvent>
{
    public void Configure(EntityTypeBuilder<OutboxEvent> builder)
    {
        // No foreign key: it would cost every write a look at the opportunity, and events outlive nothing that they need.
        builder.ToTable("outbox_events");
        builder.HasKey(e => e.Sequence);
        builder.Property(e => e.Sequence).UseIdentityAlwaysColumn();
        // Kept letter by letter, which jsonb is not.
        builder.Property(e => e.Content).HasColumnType("json");
    }
}

internal sealed class OutboxPositionConfiguration : IEntityTypeConfiguration<OutboxPosition>
{
    public void Configure(EntityTypeBuilder<OutboxPosition> builder)
    {
        builder.ToTable("outbox_position", table => table.HasCheckConstraint("ck_outbox_position_one", "id = 1"));
        builder.Property(p => p.Id).ValueGeneratedNever();
        builder.HasData(new OutboxPosition { Id = 1 });
    }
}
