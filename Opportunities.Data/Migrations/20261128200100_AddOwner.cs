using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Opportunities.Data.Migrations
{
    /// <inheritdoc />
    public partial class AddOwner : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // Nothing here looks at rows of opportunities: the next migration fills the column. Until then, and where the release before
            // adds rows, the creator is the owner.
            migrationBuilder.AddColumn<string>(name: "owner", table: "opportunities", type: "text", nullable: true);
            migrationBuilder.Sql(
                """
                CREATE FUNCTION fill_opportunity_owner() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  NEW.owner := NEW.created_by;
                  RETURN NEW;
                END
                $$;

                CREATE TRIGGER fill_owner BEFORE INSERT ON opportunities
                FOR EACH ROW WHEN (NEW.owner IS NULL) EXECUTE FUNCTION fill_opportunity_owner();

                -- Where triggers are left aside to add many rows, too: it is the column's default.
                ALTER TABLE opportunities ENABLE ALWAYS TRIGGER fill_owner;
                """);

            // Counts by owner beside those by creator, which the release before reads, and the filter by creator. So far they are the same.
            migrationBuilder.Sql(
                """
                ALTER TABLE opportunity_count_changes ADD COLUMN owner text;
                UPDATE opportunity_count_changes SET owner = created_by;

                CREATE TABLE owner_counts (
                  owner text NOT NULL,
                  status character varying(32) NOT NULL,
                  priority smallint NOT NULL,
                  count bigint NOT NULL,
                  total_budget numeric NOT NULL,
                  CONSTRAINT pk_owner_counts PRIMARY KEY (owner, status, priority)
                ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
                INSERT INTO owner_counts SELECT * FROM opportunity_counts;

                CREATE OR REPLACE FUNCTION count_opportunity() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  IF TG_OP <> 'INSERT' AND OLD.deleted_at IS NULL THEN
                    INSERT INTO opportunity_count_changes (created_by, owner, status, priority, count, total_budget)
                    VALUES (OLD.created_by, coalesce(OLD.owner, OLD.created_by), OLD.status, OLD.priority, -1, -OLD.estimated_budget);
                  END IF;
                  IF TG_OP <> 'DELETE' AND NEW.deleted_at IS NULL THEN
                    INSERT INTO opportunity_count_changes (created_by, owner, status, priority, count, total_budget)
                    VALUES (NEW.created_by, coalesce(NEW.owner, NEW.created_by), NEW.status, NEW.priority, 1, NEW.estimated_budget);
                  END IF;
                  RETURN NULL;
                END
                $$;

                CREATE OR REPLACE FUNCTION recount_opportunities() RETURNS void LANGUAGE plpgsql AS $$
                BEGIN
                  LOCK TABLE opportunities IN SHARE MODE;
                  DELETE FROM opportunity_count_changes;
                  DELETE FROM opportunity_counts;
                  DELETE FROM owner_counts;
                  INSERT INTO opportunity_counts
                  SELECT coalesce(created_by, ''), coalesce(status, ''), coalesce(priority, 0), count(*), sum(estimated_budget)
                  FROM opportunities WHERE deleted_at IS NULL GROUP BY CUBE (created_by, status, priority) HAVING count(*) > 0;
                  INSERT INTO owner_counts
                  SELECT coalesce(owner, ''), coalesce(status, ''), coalesce(priority, 0), count(*), sum(estimated_budget)
                  FROM opportunities WHERE deleted_at IS NULL GROUP BY CUBE (owner, status, priority) HAVING count(*) > 0;
                END
                $$;

                CREATE OR REPLACE FUNCTION fold_opportunity_count_changes(most integer) RETURNS bigint LANGUAGE plpgsql AS $$
                DECLARE
                  changes bigint;
                BEGIN
                  IF NOT pg_try_advisory_xact_lock(109330362692723) THEN RETURN 0; END IF;
                  WITH folded AS (
                    DELETE FROM opportunity_count_changes
                    WHERE ctid = ANY (ARRAY (SELECT ctid FROM opportunity_count_changes LIMIT most))
                    RETURNING *),
                  by_creator AS (
                    INSERT INTO opportunity_counts AS kept
                    SELECT coalesce(created_by, ''), coalesce(status, ''), coalesce(priority, 0), sum(count), sum(total_budget)
                    FROM folded GROUP BY CUBE (created_by, status, priority) HAVING count(*) > 0
                    ON CONFLICT ON CONSTRAINT pk_opportunity_counts
                    DO UPDATE SET count = kept.count + excluded.count, total_budget = kept.total_budget + excluded.total_budget),
                  by_owner AS (
                    INSERT INTO owner_counts AS kept
                    SELECT coalesce(owner, ''), coalesce(status, ''), coalesce(priority, 0), sum(count), sum(total_budget)
                    FROM folded GROUP BY CUBE (owner, status, priority) HAVING count(*) > 0
                    ON CONFLICT ON CONSTRAINT pk_owner_counts
                    DO UPDATE SET count = kept.count + excluded.count, total_budget = kept.total_budget + excluded.total_budget)
                  SELECT count(*) INTO changes FROM folded;
                  RETURN changes;
                END
                $$;

                CREATE OR REPLACE FUNCTION forget_opportunity_counts() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  TRUNCATE opportunity_counts, owner_counts, opportunity_count_changes;
                  RETURN NULL;
                END
                $$;

                -- To fill an owner in changes no count.
                CREATE OR REPLACE TRIGGER count_changed
                AFTER UPDATE OF created_by, owner, status, priority, estimated_budget, deleted_at ON opportunities
                FOR EACH ROW WHEN (
                  (OLD.created_by, coalesce(OLD.owner, OLD.created_by), OLD.status, OLD.priority, OLD.estimated_budget, OLD.deleted_at IS NULL)
                  IS DISTINCT FROM
                  (NEW.created_by, coalesce(NEW.owner, NEW.created_by), NEW.status, NEW.priority, NEW.estimated_budget, NEW.deleted_at IS NULL))
                EXECUTE FUNCTION count_opportunity();
                """);

            // Whose an opportunity is after an event, and was before where that was another: who reads events may see either.
            foreach (var table in new[] { "outbox_events", "parked_events" })
            {
                foreach (var column in new[] { "owner", "previous_owner" })
                    migrationBuilder.AddColumn<string>(name: column, table: table, type: "text", nullable: true);
            }

            migrationBuilder.Sql(
                """
                CREATE OR REPLACE FUNCTION publish_parked_events() RETURNS bigint LANGUAGE plpgsql AS $$
                DECLARE
                  sequences bigint[];
                BEGIN
                  -- So that nothing is parked behind what is freed.
                  LOCK TABLE parked_events IN EXCLUSIVE MODE;
                  WITH freed AS (DELETE FROM parked_events RETURNING *),
                  waiting AS (
                    INSERT INTO outbox_events (sequence, id, opportunity_id, occurred_at, content, owner, previous_owner) OVERRIDING SYSTEM VALUE
                    SELECT sequence, id, opportunity_id, occurred_at, content, owner, previous_owner FROM freed
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
