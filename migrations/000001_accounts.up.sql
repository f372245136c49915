-- One row for each person who signed in. The key is Telegram's numeric id: names
-- are shown and never used to find anybody, because they change hands (T33).
CREATE TABLE accounts (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  telegram_id     bigint NOT NULL,
  first_name      text,
  last_name       text,
  username        text,
  photo_url       text,
  -- auth_date of the login that the profile was taken from (R9).
  profile_at      timestamptz NOT NULL,
  created_at      timestamptz NOT NULL,
  last_sign_in_at timestamptz NOT NULL,

  CONSTRAINT accounts_telegram_id_key UNIQUE (telegram_id),
  -- Bot API, User.id: at most 52 significant bits (R2).
  CONSTRAINT accounts_telegram_id_check CHECK (telegram_id BETWEEN 1 AND 4503599627370496),
  -- What Telegram left out is NULL, never the empty string (R9).
  CONSTRAINT accounts_first_name_check CHECK (octet_length(first_name) BETWEEN 1 AND 256),
  CONSTRAINT accounts_last_name_check CHECK (octet_length(last_name) BETWEEN 1 AND 256),
  CONSTRAINT accounts_username_check CHECK (octet_length(username) BETWEEN 1 AND 256),
  CONSTRAINT accounts_photo_url_check CHECK (octet_length(photo_url) BETWEEN 1 AND 512),
  CONSTRAINT accounts_last_sign_in_at_check CHECK (last_sign_in_at >= created_at)
) WITH (fillfactor = 85); -- A sign-in rewrites the row: leave room for HOT updates.
