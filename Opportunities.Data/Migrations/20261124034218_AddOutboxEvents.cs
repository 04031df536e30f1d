using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Opportunities.Data.Migrations
{
    /// <inheritdoc />
    public partial class AddOutboxEvents : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "outbox_events",
                columns: table => new
                {
                    sequence = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    opportunity_id = table.Column<Guid>(type: "uuid", nullable: false),
                    occurred_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    content = table.Column<string>(type: "json", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outbox_events", x => x.sequence);
                });

            migrationBuilder.CreateTable(
                name: "outbox_position",
                columns: table => new
                {
                    id = table.Column<short>(type: "smallint", nullable: false),
                    sequence = table.Column<long>(type: "bigint", nullable: false),
                    behind = table.Column<long[]>(type: "bigint[]", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_outbox_position", x => x.id);
                    table.CheckConstraint("ck_outbox_position_one", "id = 1");
                });

            migrationBuilder.InsertData(
                table: "outbox_position",
                columns: new[] { "id", "behind", "sequence" },
                values: new object[] { (short)1, new long[0], 0L });

            migrationBuilder.Sql(
                """
                CREATE VIEW unpublished_events AS
                SELECT * FROM outbox_events WHERE sequence > (SELECT sequence FROM outbox_position)
                UNION ALL
                SELECT * FROM outbox_events
                WHERE sequence = ANY ((SELECT behind FROM outbox_position)::bigint[]) AND sequence <= (SELECT sequence FROM outbox_position)
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP VIEW unpublished_events");

            migrationBuilder.DropTable(
                name: "outbox_events");

            migrationBuilder.DropTable(
                name: "outbox_position");
        }
    }
}
