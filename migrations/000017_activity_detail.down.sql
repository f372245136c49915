DROP INDEX activity_at_idx;

DELETE FROM activity
WHERE kind NOT IN ('signed_in', 'session_ended');

ALTER TABLE activity
  DROP CONSTRAINT activity_kind_check,
  ADD CONSTRAINT activity_kind_check CHECK (kind IN ('signed_in', 'session_ended')),
  DROP COLUMN detail;

ALTER TABLE sessions
  DROP COLUMN method;
