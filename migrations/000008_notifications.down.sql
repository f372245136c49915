ALTER TABLE accounts
  DROP COLUMN notifications;
