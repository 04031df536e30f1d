namespace Opportunities.Data;

/// <summary>Compares the database's schema with the one that this build needs.</summary>
public static class SchemaVersion
{
    /// <summary>Whether every migration of this build is applied. A newer schema is fine: migrations only expand.</summary>
    public static async Task<bool> IsSufficientAsync(OpportunitiesDbContext database, CancellationToken cancellationToken)
    {
        var applied = await database.Database.GetAppliedMigrationsAsync(cancellationToken);
        return !database.Database.GetMigrations().Except(applied).Any();
    }
}
