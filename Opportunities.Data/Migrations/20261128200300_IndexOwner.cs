using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Opportunities.Data.Migrations
{
    /// <inheritdoc />
    public partial class IndexOwner : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("SET lock_timeout = 0", suppressTransaction: true); // It holds up neither readers nor writers.
            migrationBuilder.Sql("DROP INDEX CONCURRENTLY IF EXISTS ix_opportunities_owner_created_at_id", suppressTransaction: true);
            migrationBuilder.Sql(
                "CREATE INDEX CONCURRENTLY ix_opportunities_owner_created_at_id ON opportunities (owner, created_at, id) WHERE deleted_at IS NULL",
                suppressTransaction: true);
            migrationBuilder.Sql("RESET lock_timeout", suppressTransaction: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) =>
            migrationBuilder.Sql("DROP INDEX CONCURRENTLY ix_opportunities_owner_created_at_id", suppressTransaction: true);
    }
}
