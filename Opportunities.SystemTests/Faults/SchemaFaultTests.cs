namespace Opportunities.SystemTests.Faults;

/// <summary>The schema is looked after, and is newer than the API, under load: nobody notices.</summary>
[Collection(FaultCollection.Name)]
[Trait("Category", "Faults")]
public sealed class SchemaFaultTests(FaultSystem system)
{
    [Fact]
    public Task The_migrations_run() => new FaultRun
    {
        Name = "Migrations run",
        Break = async () =>
        {
            await using var migrations = await ServiceProcess.StartAsync(new ServiceProcessOptions
            {
                Name = "migrations",
                AssemblyPath = ServiceAssemblies.Migrations,
                Environment = new Dictionary<string, string?>
                {
                    ["DOTNET_ENVIRONMENT"] = "Production",
                    ["ConnectionStrings__opportunitiesdb"] = system.Local.ConnectionString,
                },
            });
            Assert.Equal(0, await migrations.Exited);
        },
    }.RunAsync(system);

    // The first step of a change that the next build needs: what it adds, this build does without.
    [Fact]
    public Task It_is_newer_than_the_API()
    {
        var round = 0;
        return new FaultRun
        {
            Name = "Schema newer than the API",
            Break = async () =>
            {
                round++;
                foreach (var table in (string[])["opportunities", "changes", "outbox_events", "skill_requirements"])
                    await system.Local.QueryAsync($"ALTER TABLE {table} ADD COLUMN newer_{round} text NULL");
                await system.Local.QueryAsync(
                    $"CREATE TABLE newer_{round} (id uuid PRIMARY KEY, opportunity_id uuid REFERENCES opportunities ON DELETE CASCADE)");
                await system.Local.QueryAsync($"CREATE INDEX CONCURRENTLY ix_newer_{round} ON opportunities (newer_{round})");
                await system.Local.QueryAsync(
                    $"INSERT INTO \"__EFMigrationsHistory\" (migration_id, product_version) VALUES ('2999010100000{round}_Newer', '99.0')");
            },
        }.RunAsync(system);
    }
}
