-- The person's own switch: may we send what they did not ask for at this moment?
-- It is theirs, and has nothing to do with what Telegram lets the bot do.
ALTER TABLE accounts
  ADD COLUMN notifications boolean NOT NULL DEFAULT true;
