using Opportunities.Api.Background;

namespace Opportunities.Api.Opportunities;

/// <summary>Adds up the changes of counts that writers leave behind, so that totals, which are exact anyway, stay cheap.</summary>
internal sealed class CountCompactor(NpgsqlDataSource database) : Job
{
    public override string Name => "compact counts";

    /// <summary>For changes that were made past the API, which nobody is told of.</summary>
    public override TimeSpan Interval => TimeSpan.FromSeconds(15);

    public override TimeSpan Limit => TimeSpan.FromSeconds(30);
    public override bool FollowsWrites => true;
    public override int BatchSize => 5000;

    public override async Task<long> RunAsync(CancellationToken cancellationToken) =>
        (await new SqlBuilder().Add($"SELECT fold_opportunity_count_changes({BatchSize})")
            .ToListAsync(database, static row => row.GetInt64(0), cancellationToken)).Single();
}
