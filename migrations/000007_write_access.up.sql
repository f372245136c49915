-- What Telegram told us about whether a bot may write to a person. Rows are only
-- added. The present state is that of the newest row by Telegram's time, then by
-- update id; what a send taught us has no update id and loses ties. The key is
-- the Telegram id and no account: the update often comes before the account.
CREATE TABLE write_access_events (
  bot_id      bigint NOT NULL,
  telegram_id bigint NOT NULL,
  id          bigint GENERATED ALWAYS AS IDENTITY,
  state       text NOT NULL,
  source      text NOT NULL,
  -- When it happened: Telegram's date of the update, or when the send started.
  happened_at timestamptz NOT NULL,
  update_id   bigint,
  recorded_at timestamptz NOT NULL,

  PRIMARY KEY (bot_id, telegram_id, id),
  CONSTRAINT write_access_events_telegram_id_check CHECK (telegram_id BETWEEN 1 AND 4503599627370496),
  CONSTRAINT write_access_events_state_check CHECK (state IN ('allowed', 'blocked', 'unreachable')),
  CONSTRAINT write_access_events_source_check CHECK (
    source IN ('connected_website', 'write_access_allowed', 'private_message', 'my_chat_member', 'send')
  ),
  CONSTRAINT write_access_events_update_id_check CHECK ((update_id IS NULL) = (source = 'send'))
);

CREATE INDEX write_access_events_telegram_id_idx ON write_access_events (telegram_id);
CREATE INDEX write_access_events_recorded_at_idx ON write_access_events (recorded_at);

-- Updates that have been acted on: each counts once, however often it comes.
-- Telegram repeats none that is older than a day.
CREATE TABLE handled_updates (
  bot_id     bigint NOT NULL,
  update_id  bigint NOT NULL,
  handled_at timestamptz NOT NULL,

  PRIMARY KEY (bot_id, update_id)
);

CREATE INDEX handled_updates_handled_at_idx ON handled_updates (handled_at);
