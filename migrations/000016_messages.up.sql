-- Activity that nobody has yet looked at to see whether it causes a message. A
-- sign-in sets it, so that signing in stays one statement.
ALTER TABLE activity
  ADD COLUMN fresh boolean NOT NULL DEFAULT false;

CREATE INDEX activity_fresh_idx ON activity (id) WHERE fresh;

-- Messages of the bot that are not answers to a command, and what became of
-- each. The queue's job holds only the id.
CREATE TABLE messages (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id  bigint NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  kind        text NOT NULL,
  -- What caused it: no row of activity causes two messages.
  activity_id bigint,
  state       text NOT NULL DEFAULT 'queued',
  -- Why it was not sent: one of a closed list of words.
  reason      text,
  created_at  timestamptz NOT NULL,
  settled_at  timestamptz,

  CONSTRAINT messages_activity_key UNIQUE (account_id, activity_id),
  CONSTRAINT messages_kind_check CHECK (kind IN ('welcome', 'sign_in', 'test')),
  CONSTRAINT messages_state_check CHECK (state IN ('queued', 'sending', 'sent', 'dropped', 'failed', 'uncertain')),
  CONSTRAINT messages_settled_at_check CHECK ((settled_at IS NULL) = (state IN ('queued', 'sending'))),
  CONSTRAINT messages_reason_check CHECK (octet_length(reason) BETWEEN 1 AND 64)
);

CREATE INDEX messages_created_at_idx ON messages (created_at);
-- One test message at a time.
CREATE UNIQUE INDEX messages_open_test_key ON messages (account_id) WHERE kind = 'test' AND settled_at IS NULL;
CREATE INDEX messages_open_idx ON messages (created_at) WHERE settled_at IS NULL;

-- When the next message may leave: the row with chat 0 is for the whole bot, the
-- others are for one chat each. All copies of the site share them, and so keep
-- Telegram's limits together.
CREATE TABLE send_slots (
  bot_id     bigint NOT NULL,
  chat_id    bigint NOT NULL,
  next_at    timestamptz NOT NULL,
  -- Telegram told us to wait till then; it concerns also who has a slot already.
  held_until timestamptz,

  PRIMARY KEY (bot_id, chat_id)
);

CREATE INDEX send_slots_next_at_idx ON send_slots (next_at);
