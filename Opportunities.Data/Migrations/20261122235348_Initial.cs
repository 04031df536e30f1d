using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;
using NpgsqlTypes;

#nullable disable

namespace Opportunities.Data.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "data_protection_keys",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    friendly_name = table.Column<string>(type: "text", nullable: true),
                    xml = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_data_protection_keys", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "idempotent_requests",
                columns: table => new
                {
                    subject = table.Column<string>(type: "text", nullable: false),
                    key = table.Column<string>(type: "text", nullable: false),
                    fingerprint = table.Column<byte[]>(type: "bytea", nullable: false),
                    status_code = table.Column<int>(type: "integer", nullable: false),
                    location = table.Column<string>(type: "text", nullable: true),
                    e_tag = table.Column<string>(type: "text", nullable: true),
                    body = table.Column<byte[]>(type: "bytea", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_idempotent_requests", x => new { x.subject, x.key });
                });

            migrationBuilder.CreateTable(
                name: "opportunities",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    title = table.Column<string>(type: "text", nullable: false, collation: "und-x-icu"),
                    description = table.Column<string>(type: "text", nullable: false),
                    client_name = table.Column<string>(type: "text", nullable: false, collation: "und-x-icu"),
                    estimated_budget = table.Column<decimal>(type: "numeric(18,2)", precision: 18, scale: 2, nullable: false),
                    estimated_start_date = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    estimated_end_date = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    priority = table.Column<short>(type: "smallint", nullable: false),
                    status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    created_by = table.Column<string>(type: "text", nullable: false),
                    updated_by = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    submitted_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    completed_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    cancelled_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    version = table.Column<int>(type: "integer", nullable: false),
                    deleted_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    search_vector = table.Column<NpgsqlTsVector>(type: "tsvector", nullable: true, computedColumnSql: "setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', client_name), 'B') || setweight(to_tsvector('simple', description), 'C')", stored: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_opportunities", x => x.id);
                    table.CheckConstraint("ck_opportunities_budget", "estimated_budget > 0 AND estimated_budget <= 9999999999999.99");
                    table.CheckConstraint("ck_opportunities_cancelled", "(cancelled_at IS NOT NULL) = (status = 'CANCELLED')");
                    table.CheckConstraint("ck_opportunities_client_name", "char_length(client_name) BETWEEN 1 AND 200");
                    table.CheckConstraint("ck_opportunities_completed", "(completed_at IS NOT NULL) = (status = 'COMPLETED')");
                    table.CheckConstraint("ck_opportunities_dates", "estimated_end_date > estimated_start_date");
                    table.CheckConstraint("ck_opportunities_description", "char_length(description) BETWEEN 1 AND 10000");
                    table.CheckConstraint("ck_opportunities_priority", "priority BETWEEN 1 AND 4");
                    table.CheckConstraint("ck_opportunities_status", "status IN ('DRAFT', 'SUBMITTED', 'MATCHING_IN_PROGRESS', 'MATCHES_FOUND', 'ARCHITECT_SELECTED', 'COMPLETED', 'CANCELLED')");
                    table.CheckConstraint("ck_opportunities_title", "char_length(title) BETWEEN 1 AND 200");
                    table.CheckConstraint("ck_opportunities_version", "version >= 1");
                });

            migrationBuilder.CreateTable(
                name: "attachments",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    file_name = table.Column<string>(type: "text", nullable: false),
                    content_type = table.Column<string>(type: "text", nullable: false),
                    file_size = table.Column<long>(type: "bigint", nullable: false),
                    description = table.Column<string>(type: "text", nullable: true),
                    object_key = table.Column<string>(type: "text", nullable: false),
                    created_by = table.Column<string>(type: "text", nullable: false),
                    opportunity_id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_attachments", x => x.id);
                    table.CheckConstraint("ck_attachments_file_size", "file_size > 0");
                    table.ForeignKey(
                        name: "fk_attachments_opportunities_opportunity_id",
                        column: x => x.opportunity_id,
                        principalTable: "opportunities",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "changes",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    opportunity_id = table.Column<Guid>(type: "uuid", nullable: false),
                    version = table.Column<int>(type: "integer", nullable: false),
                    ordinal = table.Column<int>(type: "integer", nullable: false),
                    field_name = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    old_value = table.Column<string>(type: "text", nullable: true),
                    new_value = table.Column<string>(type: "text", nullable: true),
                    reason = table.Column<string>(type: "text", nullable: true),
                    changed_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    changed_by = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_changes", x => x.id);
                    table.ForeignKey(
                        name: "fk_changes_opportunities_opportunity_id",
                        column: x => x.opportunity_id,
                        principalTable: "opportunities",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "problem_statements",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    description = table.Column<string>(type: "text", nullable: false),
                    priority = table.Column<int>(type: "integer", nullable: false),
                    opportunity_id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_problem_statements", x => x.id);
                    table.CheckConstraint("ck_problem_statements_description", "char_length(description) BETWEEN 100 AND 20000");
                    table.CheckConstraint("ck_problem_statements_priority", "priority BETWEEN 1 AND 5");
                    table.ForeignKey(
                        name: "fk_problem_statements_opportunities_opportunity_id",
                        column: x => x.opportunity_id,
                        principalTable: "opportunities",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "skill_requirements",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    skill_name = table.Column<string>(type: "text", nullable: false),
                    skill_type = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    experience_level = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    importance = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    skill_key = table.Column<string>(type: "text", nullable: false),
                    opportunity_id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_skill_requirements", x => x.id);
                    table.CheckConstraint("ck_skill_requirements_importance", "importance IN ('MUST_HAVE', 'NICE_TO_HAVE')");
                    table.CheckConstraint("ck_skill_requirements_level", "experience_level IN ('BEGINNER', 'INTERMEDIATE', 'ADVANCED', 'EXPERT')");
                    table.CheckConstraint("ck_skill_requirements_name", "char_length(skill_name) BETWEEN 1 AND 100");
                    table.CheckConstraint("ck_skill_requirements_type", "skill_type IN ('TECHNICAL', 'SOFT', 'INDUSTRY', 'LANGUAGE', 'GEOGRAPHIC')");
                    table.ForeignKey(
                        name: "fk_skill_requirements_opportunities_opportunity_id",
                        column: x => x.opportunity_id,
                        principalTable: "opportunities",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "timeline_requirements",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    description = table.Column<string>(type: "text", nullable: false),
                    target_date = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    type = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    is_flexible = table.Column<bool>(type: "boolean", nullable: false),
                    opportunity_id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    updated_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_timeline_requirements", x => x.id);
                    table.CheckConstraint("ck_timeline_requirements_description", "char_length(description) BETWEEN 1 AND 1000");
                    table.CheckConstraint("ck_timeline_requirements_type", "type IN ('MILESTONE', 'DEADLINE', 'REQUIRED_DAY')");
                    table.ForeignKey(
                        name: "fk_timeline_requirements_opportunities_opportunity_id",
                        column: x => x.opportunity_id,
                        principalTable: "opportunities",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_attachments_object_key",
                table: "attachments",
                column: "object_key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_attachments_opportunity_id",
                table: "attachments",
                column: "opportunity_id");

            migrationBuilder.CreateIndex(
                name: "ix_changes_opportunity_id_version_ordinal",
                table: "changes",
                columns: new[] { "opportunity_id", "version", "ordinal" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_idempotent_requests_created_at",
                table: "idempotent_requests",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "ix_opportunities_client_name_created_at_id",
                table: "opportunities",
                columns: new[] { "client_name", "created_at", "id" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_opportunities_client_name_id",
                table: "opportunities",
                columns: new[] { "client_name", "id" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_opportunities_created_at_id",
                table: "opportunities",
                columns: new[] { "created_at", "id" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_opportunities_created_by_created_at_id",
                table: "opportunities",
                columns: new[] { "created_by", "created_at", "id" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_opportunities_estimated_budget_id",
                table: "opportunities",
                columns: new[] { "estimated_budget", "id" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_opportunities_estimated_start_date_id",
                table: "opportunities",
                columns: new[] { "estimated_start_date", "id" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_opportunities_priority_created_at_id",
                table: "opportunities",
                columns: new[] { "priority", "created_at", "id" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_opportunities_priority_id",
                table: "opportunities",
                columns: new[] { "priority", "id" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_opportunities_search",
                table: "opportunities",
                column: "search_vector",
                filter: "deleted_at IS NULL")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "ix_opportunities_status_created_at_id",
                table: "opportunities",
                columns: new[] { "status", "created_at", "id" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_opportunities_title_id",
                table: "opportunities",
                columns: new[] { "title", "id" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_opportunities_updated_at_id",
                table: "opportunities",
                columns: new[] { "updated_at", "id" },
                filter: "deleted_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_problem_statements_opportunity_id",
                table: "problem_statements",
                column: "opportunity_id");

            migrationBuilder.CreateIndex(
                name: "ix_skill_requirements_opportunity_id_skill_key",
                table: "skill_requirements",
                columns: new[] { "opportunity_id", "skill_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_timeline_requirements_opportunity_id",
                table: "timeline_requirements",
                column: "opportunity_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "attachments");

            migrationBuilder.DropTable(
                name: "changes");

            migrationBuilder.DropTable(
                name: "data_protection_keys");

            migrationBuilder.DropTable(
                name: "idempotent_requests");

            migrationBuilder.DropTable(
                name: "problem_statements");

            migrationBuilder.DropTable(
                name: "skill_requirements");

            migrationBuilder.DropTable(
                name: "timeline_requirements");

            migrationBuilder.DropTable(
                name: "opportunities");
        }
    }
}
