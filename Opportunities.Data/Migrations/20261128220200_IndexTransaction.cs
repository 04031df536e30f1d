using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Opportunities.Data.Migrations
{
    /// <summary>Where the first event lies that a snapshot has not.</summary>
    public partial class IndexTransaction : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("SET lock_timeout = 0", suppressTransaction: true); // It holds up neither readers nor writers.
            migrationBuilder.Sql("DROP INDEX CONCURRENTLY IF EXISTS ix_outbox_events_transaction_id", suppressTransaction: true);
            migrationBuilder.Sql(
                "CREATE INDEX CONCURRENTLY ix_outbox_events_transaction_id ON outbox_events (transaction_id, sequence)",
                suppressTransaction: true);
            migrationBuilder.Sql("RESET lock_timeout", suppressTransaction: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) =>
            migrationBuilder.Sql("DROP INDEX CONCURRENTLY ix_outbox_events_transaction_id", suppressTransaction: true);
    }
}
