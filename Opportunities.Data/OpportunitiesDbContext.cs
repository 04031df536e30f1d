using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Npgsql;
using Opportunities.Data.Events;

namespace Opportunities.Data;

/// <summary>The database of the service.</summary>
public sealed class OpportunitiesDbContext(DbContextOptions<OpportunitiesDbContext> options) : DbContext(options), IDataProtectionKeyContext
{
    public DbSet<Opportunity> Opportunities => Set<Opportunity>();
    public DbSet<Change> Changes => Set<Change>();
    public DbSet<IdempotentRequest> IdempotentRequests => Set<IdempotentRequest>();

    /// <summary>The connection, for statements that EF Core does not plan.</summary>
    public NpgsqlConnection Connection => (NpgsqlConnection)Database.GetDbConnection();

    /// <summary>The keys that sign cursors and URLs, shared by all replicas.</summary>
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    public override int SaveChanges(bool acceptAllChangesOnSuccess)
    {
        AddEvents();
        return base.SaveChanges(acceptAllChangesOnSuccess);
    }

    public override Task<int> SaveChangesAsync(bool acceptAllChangesOnSuccess, CancellationToken cancellationToken = default)
    {
        AddEvents();
        return base.SaveChangesAsync(acceptAllChangesOnSuccess, cancellationToken);
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(OpportunitiesDbContext).Assembly);

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        foreach (var type in typeof(Opportunity).Assembly.GetTypes().Where(type => type.IsEnum && type != typeof(Priority)))
            configurationBuilder.Properties(type).HaveConversion(typeof(WireNameConverter<>).MakeGenericType(type)).HaveMaxLength(32);
        // Sorted by rank.
        configurationBuilder.Properties<Priority>().HaveConversion<short>();
        configurationBuilder.Properties<decimal>().HavePrecision(18, 2);
    }

    // Of what enters the history, others are told: whoever changes an opportunity cannot forget it. The rows go to the database
    // with the change, in the same batch.
    private void AddEvents()
    {
        // Each look at the entries would look for changes again.
        ChangeTracker.DetectChanges();
        var detects = ChangeTracker.AutoDetectChangesEnabled;
        ChangeTracker.AutoDetectChangesEnabled = false;
        try
        {
            AddRange(OutboxEvent.From(ChangeTracker).ToList());
        }
        finally
        {
            ChangeTracker.AutoDetectChangesEnabled = detects;
        }
    }
}
