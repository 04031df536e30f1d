using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Opportunities.Data.Migrations
{
    /// <summary>Gives the rows that were there an owner. May be repeated: it goes on where it was.</summary>
    public partial class FillOwner : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // A few rows a transaction, in the order of their ids: no writer waits for long, and none for another that waits for it.
            migrationBuilder.Sql(
                """
                DO $$
                DECLARE
                  last uuid := '00000000-0000-0000-0000-000000000000';
                  ids uuid[];
                BEGIN
                  LOOP
                    ids := ARRAY (SELECT id FROM opportunities WHERE id > last AND owner IS NULL ORDER BY id LIMIT 1000);
                    EXIT WHEN cardinality(ids) = 0;
                    PERFORM FROM opportunities WHERE id = ANY (ids) ORDER BY id FOR NO KEY UPDATE;
                    UPDATE opportunities SET owner = created_by WHERE id = ANY (ids) AND owner IS NULL;
                    last := ids[cardinality(ids)];
                    COMMIT;
                  END LOOP;
                END
                $$
                """, suppressTransaction: true);

            // The check is asked for without holding anybody up; with it PostgreSQL need not look at the rows again.
            migrationBuilder.Sql(
                """
                ALTER TABLE opportunities DROP CONSTRAINT IF EXISTS ck_opportunities_owner,
                ADD CONSTRAINT ck_opportunities_owner CHECK (owner IS NOT NULL) NOT VALID
                """, suppressTransaction: true);
            migrationBuilder.Sql("ALTER TABLE opportunities VALIDATE CONSTRAINT ck_opportunities_owner", suppressTransaction: true);
            migrationBuilder.Sql(
                "ALTER TABLE opportunities ALTER COLUMN owner SET NOT NULL, DROP CONSTRAINT ck_opportunities_owner", suppressTransaction: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) =>
            throw new NotSupportedException("The release before runs on this schema: nothing is taken back.");
    }
}
