using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Opportunities.Data.Migrations
{
    /// <inheritdoc />
    public partial class ParkEvents : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // Events are moved here, so that reading what waits, and deleting what is old, need not pass over them.
            migrationBuilder.Sql(
                """
                CREATE TABLE parked_events (
                  sequence bigint NOT NULL,
                  id uuid NOT NULL,
                  opportunity_id uuid NOT NULL,
                  occurred_at timestamp with time zone NOT NULL,
                  content json NOT NULL,
                  parked_at timestamp with time zone NOT NULL DEFAULT now(),
                  reason text NOT NULL,
                  CONSTRAINT pk_parked_events PRIMARY KEY (sequence)
                );

                CREATE INDEX ix_parked_events_opportunity_id ON parked_events (opportunity_id);

                CREATE FUNCTION publish_parked_events() RETURNS bigint LANGUAGE plpgsql AS $$
                DECLARE
                  sequences bigint[];
                BEGIN
                  -- So that nothing is parked behind what is freed.
                  LOCK TABLE parked_events IN EXCLUSIVE MODE;
                  WITH freed AS (DELETE FROM parked_events RETURNING *),
                  waiting AS (
                    INSERT INTO outbox_events (sequence, id, opportunity_id, occurred_at, content) OVERRIDING SYSTEM VALUE
                    SELECT sequence, id, opportunity_id, occurred_at, content FROM freed
                    RETURNING sequence)
                  SELECT coalesce(array_agg(sequence ORDER BY sequence), '{}') INTO sequences FROM waiting;
                  UPDATE outbox_position SET behind = behind || sequences;
                  NOTIFY opportunity_events;
                  RETURN cardinality(sequences);
                END
                $$;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                SELECT publish_parked_events();
                DROP FUNCTION publish_parked_events();
                DROP TABLE parked_events;
                """);
        }
    }
}
