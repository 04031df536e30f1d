#pragma warning disable EF1001 // The only way to give a context other migrations than those of its assembly.
using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Internal;

namespace Opportunities.SystemTests.Migrations;

/// <summary>What another branch adds to this build's migrations.</summary>
internal interface IBranch
{
    static abstract Type[] Migrations { get; }
}

internal sealed class NoBranch : IBranch
{
    public static Type[] Migrations => [];
}

internal sealed class Earlier : IBranch
{
    public static Type[] Migrations => [typeof(AddEarlier)];
}

internal sealed class Later : IBranch
{
    public static Type[] Migrations => [typeof(AddLater)];
}

/// <summary>Where both branches were merged.</summary>
internal sealed class Both : IBranch
{
    public static Type[] Migrations => [typeof(AddEarlier), typeof(AddLater)];
}

internal sealed class Altering : IBranch
{
    public static Type[] Migrations => [typeof(AlterOpportunities)];
}

internal sealed class Indexing : IBranch
{
    public static Type[] Migrations => [typeof(IndexConcurrently)];
}

/// <summary>This build's migrations with those of a branch.</summary>
internal sealed class MigrationsWith<TBranch>(
    ICurrentDbContext context, IDbContextOptions options, IMigrationsIdGenerator ids,
    IDiagnosticsLogger<DbLoggerCategory.Migrations> logger)
    : MigrationsAssembly(context, options, ids, logger)
    where TBranch : IBranch
{
    public override IReadOnlyDictionary<string, TypeInfo> Migrations => field ??= base.Migrations
        .Concat(
            TBranch.Migrations.Select(type => KeyValuePair.Create(type.GetCustomAttribute<MigrationAttribute>()!.Id, type.GetTypeInfo())))
        .OrderBy(migration => migration.Key, StringComparer.Ordinal).ToDictionary();
}

/// <summary>This build's migrations, and the model of a build before: somebody has changed the model and added no migration.</summary>
internal sealed class MigrationsOfAnOlderModel(
    ICurrentDbContext context, IDbContextOptions options, IMigrationsIdGenerator ids,
    IDiagnosticsLogger<DbLoggerCategory.Migrations> logger)
    : MigrationsAssembly(context, options, ids, logger)
{
    public override ModelSnapshot ModelSnapshot => new EmptySnapshot();

    private sealed class EmptySnapshot : ModelSnapshot
    {
        protected override void BuildModel(ModelBuilder modelBuilder)
        {
            // Nothing was there.
        }
    }
}

[Migration("29990101000000_AddEarlier")]
internal sealed class AddEarlier : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("CREATE TABLE earlier (id int PRIMARY KEY)");

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("DROP TABLE earlier");
}

[Migration("29990102000000_AddLater")]
internal sealed class AddLater : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("CREATE TABLE later (id int PRIMARY KEY)");

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("DROP TABLE later");
}

[Migration("29990103000000_AlterOpportunities")]
internal sealed class AlterOpportunities : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql("ALTER TABLE opportunities ADD COLUMN altered text NULL");
}

/// <summary>As CONTRIBUTING has it.</summary>
[Migration("29990104000000_IndexConcurrently")]
internal sealed class IndexConcurrently : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql("SET lock_timeout = 0", suppressTransaction: true);
        migrationBuilder.Sql("DROP INDEX CONCURRENTLY IF EXISTS ix_opportunities_updated_by", suppressTransaction: true);
        migrationBuilder.Sql(
            "CREATE INDEX CONCURRENTLY ix_opportunities_updated_by ON opportunities (updated_by)", suppressTransaction: true);
        migrationBuilder.Sql("RESET lock_timeout", suppressTransaction: true);
    }
}
