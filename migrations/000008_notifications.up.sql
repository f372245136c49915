-- The person's own switch: may we send what they did not ask for at this moment?
-- It is theirs, and has nothing to do with what Telegram lets the bot do.
ALTER TABLE accounts
  ADD COLUMN notifications    boolean NOT NULL DEFAULT true,
  -- When it was last turned: a /stop that was on its way for long does not undo
  -- what came after it. NULL for never.
  ADD COLUMN notifications_at timestamptz;
