using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Opportunities.Data.Migrations
{
    /// <summary>For the list of what can be restored.</summary>
    public partial class IndexDeletedOpportunities : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("SET lock_timeout = 0", suppressTransaction: true); // It holds up neither readers nor writers.
            migrationBuilder.Sql("DROP INDEX CONCURRENTLY IF EXISTS ix_opportunities_deleted_at", suppressTransaction: true); // What a failed attempt left.
            migrationBuilder.Sql(
                "CREATE INDEX CONCURRENTLY ix_opportunities_deleted_at ON opportunities (deleted_at) WHERE deleted_at IS NOT NULL",
                suppressTransaction: true);
            migrationBuilder.Sql("RESET lock_timeout", suppressTransaction: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_opportunities_deleted_at",
                table: "opportunities");
        }
    }
}
