namespace Opportunities.Data.Configurations;

internal sealed class OpportunityConfiguration : IEntityTypeConfiguration<Opportunity>
{
    /// <summary>The order in which people expect names: by letter, not by code point, whatever the server's locale.</summary>
    private const string Alphabetical = "und-x-icu";

    private const string NotDeleted = "deleted_at IS NULL";

    public void Configure(EntityTypeBuilder<Opportunity> builder)
    {
        builder.ToTable("opportunities", table =>
        {
            table.HasCheckConstraint("ck_opportunities_title", $"char_length(title) BETWEEN 1 AND {OpportunityLimits.Title}");
            table.HasCheckConstraint(
                "ck_opportunities_description", $"char_length(description) BETWEEN 1 AND {OpportunityLimits.Description}");
            table.HasCheckConstraint(
                "ck_opportunities_client_name", $"char_length(client_name) BETWEEN 1 AND {OpportunityLimits.ClientName}");
            table.HasCheckConstraint("ck_opportunities_budget", $"estimated_budget > 0 AND estimated_budget <= {OpportunityLimits.Budget}");
            table.HasCheckConstraint("ck_opportunities_dates", "estimated_end_date > estimated_start_date");
            table.HasCheckConstraint("ck_opportunities_priority", "priority BETWEEN 1 AND 4");
            table.HasCheckConstraint(
                "ck_opportunities_external_id",
                "(external_source IS NULL) = (external_id IS NULL) AND external_source ~ '^[a-z0-9._-]{1,50}$' "
                + $"AND char_length(external_id) BETWEEN 1 AND {OpportunityLimits.ExternalId}");
            table.HasCheckConstraint("ck_opportunities_status", Sql.OneOf<OpportunityStatus>("status"));
            table.HasCheckConstraint("ck_opportunities_completed", "(completed_at IS NOT NULL) = (status = 'COMPLETED')");
            table.HasCheckConstraint("ck_opportunities_cancelled", "(cancelled_at IS NOT NULL) = (status = 'CANCELLED')");
            table.HasCheckConstraint("ck_opportunities_version", "version >= 1");
        });
        builder.HasKey(o => o.Id);
        builder.Property(o => o.Id).ValueGeneratedNever();
        builder.Property(o => o.Title).UseCollation(Alphabetical);
        builder.Property(o => o.ClientName).UseCollation(Alphabetical);
        builder.Property(o => o.Version).IsConcurrencyToken();
        builder.Ignore(o => o.Content);
        builder.Ignore(o => o.ReactivationDeadline);
        builder.HasQueryFilter(o => o.DeletedAt == null);

        // The column search_vector and its index are the first migration's alone: EF Core would read the column back with every write.
        // One index for each order that the list offers, and for each filter that is common on its own; each ends in id, so that
        // the order is total and a walk by cursor continues inside the index.
        Index(builder, "created_at", o => new { o.CreatedAt, o.Id });
        Index(builder, "updated_at", o => new { o.UpdatedAt, o.Id });
        Index(builder, "title", o => new { o.Title, o.Id });
        Index(builder, "client_name", o => new { o.ClientName, o.CreatedAt, o.Id });
        Index(builder, "client_name_id", o => new { o.ClientName, o.Id });
        Index(builder, "budget", o => new { o.EstimatedBudget, o.Id });
        Index(builder, "start_date", o => new { o.EstimatedStartDate, o.Id });
        Index(builder, "priority", o => new { o.Priority, o.CreatedAt, o.Id });
        Index(builder, "priority_id", o => new { o.Priority, o.Id });
        Index(builder, "status", o => new { o.Status, o.CreatedAt, o.Id });
        Index(builder, "created_by", o => new { o.CreatedBy, o.CreatedAt, o.Id });
        Index(builder, "owner", o => new { o.Owner, o.CreatedAt, o.Id });
        builder.HasIndex(o => new { o.ExternalSource, o.ExternalId }, "ix_opportunities_external_id").IsUnique()
            .HasFilter($"{NotDeleted} AND external_source IS NOT NULL");
        // For what can be restored: few rows of the deleted ones, which are kept for ever.
        builder.HasIndex(o => o.DeletedAt, "ix_opportunities_deleted_at").HasFilter("deleted_at IS NOT NULL");
    }

    private static void Index(
        EntityTypeBuilder<Opportunity> builder, string name, System.Linq.Expressions.Expression<Func<Opportunity, object?>> columns) =>
        builder.HasIndex(columns, $"ix_opportunities_{name}").HasFilter(NotDeleted);
}
