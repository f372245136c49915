-- Which copy of the site asks Telegram for a bot's updates: two at once would
-- end each other's polls (409 Conflict). A lease row and not an advisory lock,
-- because it has to work behind a transaction pooler.
CREATE TABLE update_leases (
  bot_id     bigint PRIMARY KEY,
  holder     uuid NOT NULL,
  expires_at timestamptz NOT NULL,

  CONSTRAINT update_leases_bot_id_check CHECK (bot_id > 0)
);
