ALTER TABLE accounts
  DROP COLUMN notifications,
  DROP COLUMN notifications_at;
