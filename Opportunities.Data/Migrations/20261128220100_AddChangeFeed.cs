using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Opportunities.Data.Migrations
{
    /// <inheritdoc />
    public partial class AddChangeFeed : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // The transaction of each event, which says whether a snapshot has it. Those that are there have ended: 0 is in every snapshot,
            // and a constant is added without writing the table anew. The release before fills the column by its default.
            migrationBuilder.Sql(
                """
                ALTER TABLE outbox_events ADD COLUMN transaction_id xid8 NOT NULL DEFAULT '0';
                ALTER TABLE outbox_events ALTER COLUMN transaction_id SET DEFAULT pg_current_xact_id();
                ALTER TABLE parked_events ADD COLUMN transaction_id xid8 NOT NULL DEFAULT '0';
                ALTER TABLE parked_events ALTER COLUMN transaction_id SET DEFAULT pg_current_xact_id();

                -- Which server counts the transactions, and on which timeline: they change when a database is restored elsewhere, or as of
                -- a moment in the past.
                CREATE FUNCTION current_cluster() RETURNS text LANGUAGE sql AS $$
                  SELECT system_identifier || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8) FROM pg_control_system()
                $$;

                CREATE TABLE change_feed (
                  id smallint NOT NULL DEFAULT 1,
                  epoch uuid NOT NULL DEFAULT gen_random_uuid(),
                  cluster text NOT NULL,
                  restored bigint NOT NULL DEFAULT 0,
                  deleted bigint NOT NULL DEFAULT 0,
                  deleted_transaction xid8 NOT NULL DEFAULT '0',
                  CONSTRAINT pk_change_feed PRIMARY KEY (id),
                  CONSTRAINT ck_change_feed_one CHECK (id = 1)
                );
                COMMENT ON COLUMN change_feed.epoch IS 'in every cursor; a cursor with another one is refused';
                COMMENT ON COLUMN change_feed.restored IS 'up to this sequence, transactions are of another cluster, and before all of this one';
                COMMENT ON COLUMN change_feed.deleted IS 'the highest sequence that was deleted';
                COMMENT ON COLUMN change_feed.deleted_transaction IS 'the highest transaction of which an event was deleted';
                INSERT INTO change_feed (cluster) VALUES (current_cluster());

                -- What is parked is not published, and happened all the same.
                CREATE VIEW feed_events AS
                SELECT sequence, transaction_id, opportunity_id, content, owner, previous_owner FROM outbox_events
                UNION ALL
                SELECT sequence, transaction_id, opportunity_id, content, owner, previous_owner FROM parked_events;

                CREATE FUNCTION restart_change_feed() RETURNS void LANGUAGE sql AS $$
                  UPDATE change_feed SET
                    epoch = gen_random_uuid(), cluster = current_cluster(), deleted_transaction = '0',
                    restored = greatest(restored, (
                      SELECT max(sequence) FROM feed_events WHERE transaction_id >= pg_snapshot_xmax(pg_current_snapshot())))
                  WHERE cluster <> current_cluster()
                $$;

                -- Whoever deletes events: a consumer that has not read them yet is told.
                CREATE FUNCTION note_deleted_events() RETURNS trigger LANGUAGE plpgsql AS $$
                DECLARE
                  last bigint := (SELECT max(sequence) FROM gone);
                BEGIN
                  -- What is parked, or put back, is moved as a whole.
                  IF last IS NOT NULL AND NOT EXISTS (SELECT FROM feed_events WHERE sequence = last) THEN
                    UPDATE change_feed AS feed SET
                      deleted = greatest(feed.deleted, last),
                      deleted_transaction = greatest(
                        feed.deleted_transaction, (SELECT max(transaction_id) FROM gone WHERE sequence > feed.restored));
                  END IF;
                  RETURN NULL;
                END
                $$;

                CREATE TRIGGER note_deleted AFTER DELETE ON outbox_events
                REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION note_deleted_events();
                CREATE TRIGGER note_deleted AFTER DELETE ON parked_events
                REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION note_deleted_events();

                CREATE OR REPLACE FUNCTION publish_parked_events() RETURNS bigint LANGUAGE plpgsql AS $$
                DECLARE
                  sequences bigint[];
                BEGIN
                  -- So that nothing is parked behind what is freed.
                  LOCK TABLE parked_events IN EXCLUSIVE MODE;
                  WITH freed AS (DELETE FROM parked_events RETURNING *),
                  waiting AS (
                    INSERT INTO outbox_events (sequence, id, opportunity_id, occurred_at, content, owner, previous_owner, transaction_id)
                    OVERRIDING SYSTEM VALUE
                    SELECT sequence, id, opportunity_id, occurred_at, content, owner, previous_owner, transaction_id FROM freed
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
        protected override void Down(MigrationBuilder migrationBuilder) =>
            throw new NotSupportedException("The release before runs on this schema: nothing is taken back.");
    }
}
