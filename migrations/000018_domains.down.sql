ALTER TABLE activity
  ALTER COLUMN kind TYPE text,
  ALTER COLUMN browser TYPE text,
  ALTER COLUMN system TYPE text,
  ADD CONSTRAINT activity_kind_check CHECK (kind IN (
    'signed_in', 'session_ended', 'link_refused', 'notifications_on', 'notifications_off', 'data_downloaded'
  )),
  ADD CONSTRAINT activity_browser_check CHECK (octet_length(browser) BETWEEN 1 AND 32),
  ADD CONSTRAINT activity_system_check CHECK (octet_length(system) BETWEEN 1 AND 32);

ALTER TABLE used_links
  ALTER COLUMN mac TYPE bytea,
  ADD CONSTRAINT used_links_mac_check CHECK (octet_length(mac) = 32);

ALTER TABLE sessions
  ALTER COLUMN token_hash TYPE bytea,
  ALTER COLUMN browser TYPE text,
  ALTER COLUMN system TYPE text,
  ALTER COLUMN method TYPE text,
  ADD CONSTRAINT sessions_token_hash_check CHECK (octet_length(token_hash) = 32),
  ADD CONSTRAINT sessions_browser_check CHECK (octet_length(browser) BETWEEN 1 AND 32),
  ADD CONSTRAINT sessions_system_check CHECK (octet_length(system) BETWEEN 1 AND 32),
  ADD CONSTRAINT sessions_method_check CHECK (method IN ('button', 'attempt', 'confirmed'));

ALTER TABLE accounts
  ALTER COLUMN first_name TYPE text,
  ALTER COLUMN last_name TYPE text,
  ALTER COLUMN username TYPE text,
  ALTER COLUMN photo_url TYPE text,
  ADD CONSTRAINT accounts_first_name_check CHECK (octet_length(first_name) BETWEEN 1 AND 256),
  ADD CONSTRAINT accounts_last_name_check CHECK (octet_length(last_name) BETWEEN 1 AND 256),
  ADD CONSTRAINT accounts_username_check CHECK (octet_length(username) BETWEEN 1 AND 256),
  ADD CONSTRAINT accounts_photo_url_check CHECK (octet_length(photo_url) BETWEEN 1 AND 512);

DROP DOMAIN telegram_name, telegram_photo_url, sha256_digest, short_word, sign_in_method, activity_kind;
