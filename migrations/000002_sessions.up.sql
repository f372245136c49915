-- One row for each browser that is signed in. Only SHA-256 of the token is kept,
-- so a stolen backup holds no usable cookie (T09).
CREATE TABLE sessions (
  account_id   bigint NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  -- Random, and the only name of a session that a page or a log may show.
  id           uuid NOT NULL,
  token_hash   bytea NOT NULL,
  created_at   timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  -- The absolute end. The idle end is last_seen_at plus a setting.
  expires_at   timestamptz NOT NULL,

  PRIMARY KEY (account_id, id),
  CONSTRAINT sessions_token_hash_key UNIQUE (token_hash),
  CONSTRAINT sessions_token_hash_check CHECK (octet_length(token_hash) = 32),
  CONSTRAINT sessions_last_seen_at_check CHECK (last_seen_at >= created_at),
  CONSTRAINT sessions_expires_at_check CHECK (expires_at > created_at)
) WITH (fillfactor = 85); -- last_seen_at moves and is in no index: HOT updates.

CREATE INDEX sessions_expires_at_idx ON sessions (expires_at);
