using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Opportunities.Data.Migrations
{
    /// <inheritdoc />
    public partial class AddExternalId : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) =>
            // Not valid: the next migration looks at the rows, and locks nobody out meanwhile.
            migrationBuilder.Sql(
                """
                ALTER TABLE opportunities ADD COLUMN external_source text, ADD COLUMN external_id text,
                ADD CONSTRAINT ck_opportunities_external_id CHECK (
                  (external_source IS NULL) = (external_id IS NULL) AND external_source ~ '^[a-z0-9._-]{1,50}$'
                  AND char_length(external_id) BETWEEN 1 AND 100) NOT VALID
                """);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) =>
            migrationBuilder.Sql("ALTER TABLE opportunities DROP COLUMN external_source, DROP COLUMN external_id");
    }
}
