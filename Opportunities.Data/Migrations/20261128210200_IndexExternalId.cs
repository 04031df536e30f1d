using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Opportunities.Data.Migrations
{
    /// <inheritdoc />
    public partial class IndexExternalId : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("SET lock_timeout = 0", suppressTransaction: true); // It holds up neither readers nor writers.
            migrationBuilder.Sql("ALTER TABLE opportunities VALIDATE CONSTRAINT ck_opportunities_external_id", suppressTransaction: true);
            migrationBuilder.Sql(
                "DROP INDEX CONCURRENTLY IF EXISTS ix_opportunities_external_source_external_id", suppressTransaction: true);
            migrationBuilder.Sql(
                """
                CREATE UNIQUE INDEX CONCURRENTLY ix_opportunities_external_source_external_id ON opportunities (external_source, external_id)
                WHERE deleted_at IS NULL AND external_source IS NOT NULL
                """,
                suppressTransaction: true);
            migrationBuilder.Sql("RESET lock_timeout", suppressTransaction: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) =>
            migrationBuilder.Sql("DROP INDEX CONCURRENTLY ix_opportunities_external_source_external_id", suppressTransaction: true);
    }
}
