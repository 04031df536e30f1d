using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Opportunities.Data.Migrations
{
    /// <summary>Rows that were there before get their <c>search_vector</c>, where it differs. What is done stays done.</summary>
    public partial class FillSearchWords : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // A row at a time: no writer waits for long, and two never wait for each other.
            migrationBuilder.Sql("SET lock_timeout = 0", suppressTransaction: true);
            migrationBuilder.Sql("SET synchronous_commit = off", suppressTransaction: true);
            migrationBuilder.Sql(
                """
                DO $$
                DECLARE
                  last uuid := '00000000-0000-0000-0000-000000000000';
                  page uuid[];
                  row_id uuid;
                BEGIN
                  LOOP
                    SELECT array_agg(id ORDER BY id) INTO page
                    FROM (SELECT id FROM opportunities WHERE id > last ORDER BY id LIMIT 1000) AS next;
                    EXIT WHEN page IS NULL;
                    last := page[cardinality(page)];
                    SELECT coalesce(array_agg(id), '{}') INTO page FROM opportunities
                    WHERE id = ANY (page) AND search_vector IS DISTINCT FROM search_vector_of(title, client_name, description);
                    FOREACH row_id IN ARRAY page LOOP
                      UPDATE opportunities SET search_vector = search_vector_of(title, client_name, description) WHERE id = row_id;
                      COMMIT;
                    END LOOP;
                    COMMIT;
                  END LOOP;
                END
                $$
                """,
                suppressTransaction: true);
            migrationBuilder.Sql("RESET synchronous_commit", suppressTransaction: true);
            migrationBuilder.Sql("RESET lock_timeout", suppressTransaction: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
        }
    }
}
