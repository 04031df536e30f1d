using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Opportunities.Data.Migrations
{
    /// <inheritdoc />
    public partial class AddOpportunityCounts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // Writers add rows of their own and wait for nobody; fold_opportunity_count_changes adds these up, a few at a time. Their sum is
            // exact in every snapshot, folded or not. In opportunity_counts '' and 0 stand for any owner, state and priority.
            migrationBuilder.Sql(
                """
                CREATE TABLE opportunity_counts (
                  created_by text NOT NULL,
                  status character varying(32) NOT NULL,
                  priority smallint NOT NULL,
                  count bigint NOT NULL,
                  total_budget numeric NOT NULL,
                  CONSTRAINT pk_opportunity_counts PRIMARY KEY (created_by, status, priority)
                ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

                CREATE TABLE opportunity_count_changes (
                  created_by text NOT NULL,
                  status character varying(32) NOT NULL,
                  priority smallint NOT NULL,
                  count bigint NOT NULL,
                  total_budget numeric NOT NULL
                ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 1000000);

                CREATE FUNCTION count_opportunity() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  IF TG_OP <> 'INSERT' AND OLD.deleted_at IS NULL THEN
                    INSERT INTO opportunity_count_changes VALUES (OLD.created_by, OLD.status, OLD.priority, -1, -OLD.estimated_budget);
                  END IF;
                  IF TG_OP <> 'DELETE' AND NEW.deleted_at IS NULL THEN
                    INSERT INTO opportunity_count_changes VALUES (NEW.created_by, NEW.status, NEW.priority, 1, NEW.estimated_budget);
                  END IF;
                  RETURN NULL;
                END
                $$;

                CREATE FUNCTION recount_opportunities() RETURNS void LANGUAGE plpgsql AS $$
                BEGIN
                  LOCK TABLE opportunities IN SHARE MODE;
                  DELETE FROM opportunity_count_changes;
                  DELETE FROM opportunity_counts;
                  INSERT INTO opportunity_counts
                  SELECT coalesce(created_by, ''), coalesce(status, ''), coalesce(priority, 0), count(*), sum(estimated_budget)
                  FROM opportunities WHERE deleted_at IS NULL GROUP BY CUBE (created_by, status, priority) HAVING count(*) > 0;
                END
                $$;

                -- One process folds at a time ("counts" in ASCII): two could each wait for a row that the other one has.
                CREATE FUNCTION fold_opportunity_count_changes(most integer) RETURNS bigint LANGUAGE plpgsql AS $$
                DECLARE
                  changes bigint;
                BEGIN
                  IF NOT pg_try_advisory_xact_lock(109330362692723) THEN RETURN 0; END IF;
                  WITH folded AS (
                    DELETE FROM opportunity_count_changes
                    WHERE ctid = ANY (ARRAY (SELECT ctid FROM opportunity_count_changes LIMIT most))
                    RETURNING *),
                  sums AS (
                    INSERT INTO opportunity_counts AS kept
                    SELECT coalesce(created_by, ''), coalesce(status, ''), coalesce(priority, 0), sum(count), sum(total_budget)
                    FROM folded GROUP BY CUBE (created_by, status, priority) HAVING count(*) > 0
                    ON CONFLICT ON CONSTRAINT pk_opportunity_counts
                    DO UPDATE SET count = kept.count + excluded.count, total_budget = kept.total_budget + excluded.total_budget)
                  SELECT count(*) INTO changes FROM folded;
                  RETURN changes;
                END
                $$;

                CREATE FUNCTION forget_opportunity_counts() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                  TRUNCATE opportunity_counts, opportunity_count_changes;
                  RETURN NULL;
                END
                $$;

                CREATE TRIGGER count_added_or_removed AFTER INSERT OR DELETE ON opportunities
                FOR EACH ROW EXECUTE FUNCTION count_opportunity();

                CREATE TRIGGER count_changed AFTER UPDATE OF created_by, status, priority, estimated_budget, deleted_at ON opportunities
                FOR EACH ROW WHEN (
                  (OLD.created_by, OLD.status, OLD.priority, OLD.estimated_budget, OLD.deleted_at IS NULL)
                  IS DISTINCT FROM (NEW.created_by, NEW.status, NEW.priority, NEW.estimated_budget, NEW.deleted_at IS NULL))
                EXECUTE FUNCTION count_opportunity();

                CREATE TRIGGER count_nothing AFTER TRUNCATE ON opportunities
                FOR EACH STATEMENT EXECUTE FUNCTION forget_opportunity_counts();

                SELECT recount_opportunities();
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                DROP TRIGGER count_added_or_removed ON opportunities;
                DROP TRIGGER count_changed ON opportunities;
                DROP TRIGGER count_nothing ON opportunities;
                DROP FUNCTION count_opportunity, recount_opportunities, fold_opportunity_count_changes, forget_opportunity_counts;
                DROP TABLE opportunity_counts, opportunity_count_changes;
                """);
        }
    }
}
