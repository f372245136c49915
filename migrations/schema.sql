-- The database as all migrations together make it: for reading, not for running.
-- Written by "go test ./migrations -run TestSchema -update"; why things are as they
-- are stands in the migrations.

CREATE TABLE accounts (
  id              bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  telegram_id     bigint NOT NULL,
  first_name      text,
  last_name       text,
  username        text,
  photo_url       text,
  profile_at      timestamp with time zone NOT NULL,
  created_at      timestamp with time zone NOT NULL,
  last_sign_in_at timestamp with time zone NOT NULL,
  CONSTRAINT accounts_pkey PRIMARY KEY (id),
  CONSTRAINT accounts_telegram_id_key UNIQUE (telegram_id),
  CONSTRAINT accounts_first_name_check CHECK (octet_length(first_name) >= 1 AND octet_length(first_name) <= 256),
  CONSTRAINT accounts_last_name_check CHECK (octet_length(last_name) >= 1 AND octet_length(last_name) <= 256),
  CONSTRAINT accounts_last_sign_in_at_check CHECK (last_sign_in_at >= created_at),
  CONSTRAINT accounts_photo_url_check CHECK (octet_length(photo_url) >= 1 AND octet_length(photo_url) <= 512),
  CONSTRAINT accounts_telegram_id_check CHECK (telegram_id >= 1 AND telegram_id <= '4503599627370496'::bigint),
  CONSTRAINT accounts_username_check CHECK (octet_length(username) >= 1 AND octet_length(username) <= 256)
) WITH (fillfactor=85);

CREATE TABLE sessions (
  account_id   bigint NOT NULL,
  id           uuid NOT NULL,
  token_hash   bytea NOT NULL,
  created_at   timestamp with time zone NOT NULL,
  last_seen_at timestamp with time zone NOT NULL,
  expires_at   timestamp with time zone NOT NULL,
  CONSTRAINT sessions_pkey PRIMARY KEY (account_id, id),
  CONSTRAINT sessions_token_hash_key UNIQUE (token_hash),
  CONSTRAINT sessions_expires_at_check CHECK (expires_at > created_at),
  CONSTRAINT sessions_last_seen_at_check CHECK (last_seen_at >= created_at),
  CONSTRAINT sessions_token_hash_check CHECK (octet_length(token_hash) = 32),
  CONSTRAINT sessions_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE
) WITH (fillfactor=85);
CREATE INDEX sessions_expires_at_idx ON sessions USING btree (expires_at);

CREATE TABLE used_links (
  mac        bytea NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT used_links_pkey PRIMARY KEY (mac),
  CONSTRAINT used_links_mac_check CHECK (octet_length(mac) = 32)
);
CREATE INDEX used_links_expires_at_idx ON used_links USING btree (expires_at);

CREATE TABLE activity (
  account_id bigint NOT NULL,
  id         bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  kind       text NOT NULL,
  session_id uuid,
  at         timestamp with time zone NOT NULL,
  CONSTRAINT activity_pkey PRIMARY KEY (account_id, id),
  CONSTRAINT activity_kind_check CHECK (kind = ANY (ARRAY['signed_in'::text, 'session_ended'::text])),
  CONSTRAINT activity_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE
);

CREATE TABLE update_leases (
  bot_id     bigint NOT NULL,
  holder     uuid NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT update_leases_pkey PRIMARY KEY (bot_id),
  CONSTRAINT update_leases_bot_id_check CHECK (bot_id > 0)
);
