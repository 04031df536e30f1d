using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Opportunities.Data.Migrations
{
    /// <inheritdoc />
    public partial class OrderUnpublishedEvents : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // Each part in order: the first of a long backlog are merged from both, instead of all of it being read and sorted.
            migrationBuilder.Sql(
                """
                CREATE OR REPLACE VIEW unpublished_events AS
                (SELECT * FROM outbox_events WHERE sequence > (SELECT sequence FROM outbox_position) ORDER BY sequence)
                UNION ALL
                (SELECT * FROM outbox_events
                WHERE sequence = ANY ((SELECT behind FROM outbox_position)::bigint[]) AND sequence <= (SELECT sequence FROM outbox_position) ORDER BY sequence)
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                CREATE OR REPLACE VIEW unpublished_events AS
                SELECT * FROM outbox_events WHERE sequence > (SELECT sequence FROM outbox_position)
                UNION ALL
                SELECT * FROM outbox_events
                WHERE sequence = ANY ((SELECT behind FROM outbox_position)::bigint[]) AND sequence <= (SELECT sequence FROM outbox_position)
                """);
        }
    }
}
