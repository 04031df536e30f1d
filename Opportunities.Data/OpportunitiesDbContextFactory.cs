using Microsoft.EntityFrameworkCore.Design;

namespace Opportunities.Data;

/// <summary>Lets <c>dotnet ef</c> make migrations without a running system; it never connects.</summary>
internal sealed class OpportunitiesDbContextFactory : IDesignTimeDbContextFactory<OpportunitiesDbContext>
{
    public OpportunitiesDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<OpportunitiesDbContext>()
            .UseNpgsql("Host=design-time-only")
            .UseSnakeCaseNamingConvention()
            .Options);
}
