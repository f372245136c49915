-- What happened to an account, oldest first. Rows are only added; they go with
-- the account. What a sign-in causes later starts from here, so that signing in
-- stays one statement.
CREATE TABLE activity (
  account_id bigint NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  id         bigint GENERATED ALWAYS AS IDENTITY,
  kind       text NOT NULL,
  -- The session that it concerns; it may have ended since.
  session_id uuid,
  at         timestamptz NOT NULL,

  PRIMARY KEY (account_id, id),
  CONSTRAINT activity_kind_check CHECK (kind IN ('signed_in', 'session_ended'))
);
