ALTER TABLE activity
  DROP COLUMN browser,
  DROP COLUMN system;

ALTER TABLE sessions
  DROP COLUMN browser,
  DROP COLUMN system;
