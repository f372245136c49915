-- Unlike River's own way down, this one goes back to exactly what was there:
-- "args" may be NULL again, "metadata" never could, and the state "pending" is
-- gone, which needs a new type.
ALTER TABLE river_job ALTER COLUMN args DROP NOT NULL;

ALTER TABLE river_job DROP CONSTRAINT finalized_or_finalized_at_null;
UPDATE river_job SET state = 'available' WHERE state = 'pending';
ALTER TYPE river_job_state RENAME TO river_job_state_old;
CREATE TYPE river_job_state AS ENUM (
  'available',
  'cancelled',
  'completed',
  'discarded',
  'retryable',
  'running',
  'scheduled'
);
ALTER TABLE river_job
  ALTER COLUMN state DROP DEFAULT,
  ALTER COLUMN state TYPE river_job_state USING state::text::river_job_state,
  ALTER COLUMN state SET DEFAULT 'available';
DROP TYPE river_job_state_old;
ALTER TABLE river_job ADD CONSTRAINT finalized_or_finalized_at_null CHECK (
  (state IN ('cancelled', 'completed', 'discarded') AND finalized_at IS NOT NULL) OR finalized_at IS NULL
);

CREATE OR REPLACE FUNCTION river_job_notify()
  RETURNS TRIGGER
  AS $$
DECLARE
  payload json;
BEGIN
  IF NEW.state = 'available' THEN
    -- Notify will coalesce duplicate notifications within a transaction, so
    -- keep these payloads generalized:
    payload = json_build_object('queue', NEW.queue);
    PERFORM
      pg_notify('river_insert', payload::text);
  END IF;
  RETURN NULL;
END;
$$
LANGUAGE plpgsql;

CREATE TRIGGER river_notify
  AFTER INSERT ON river_job
  FOR EACH ROW
  EXECUTE PROCEDURE river_job_notify();

DROP TABLE river_queue;

ALTER TABLE river_leader
    ALTER COLUMN name DROP DEFAULT,
    DROP CONSTRAINT name_length,
    ADD CONSTRAINT name_length CHECK (char_length(name) > 0 AND char_length(name) < 128);

DELETE FROM river_migration WHERE version = 4;
