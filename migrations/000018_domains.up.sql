-- What a column may hold becomes a part of its type, in the tables that a login
-- writes to. PostgreSQL reads the text of a table's CHECK anew in each statement
-- that writes to the table, and a domain's once in a connection: that was a fifth
-- of what a login costs it. What joins several columns stays with the table.
--
-- The former program goes on meanwhile, with statements that it has prepared. So
-- columns stay that are in a result as they are: their type must not change. So
-- does activity.detail, since one statement would not know any more what type its
-- argument has.
--
-- A domain gets its rule after the columns have its type, so that no table is
-- written anew: the rows are only looked at.
CREATE DOMAIN telegram_name AS text;
CREATE DOMAIN telegram_photo_url AS text;
CREATE DOMAIN sha256_digest AS bytea;
CREATE DOMAIN short_word AS text;
CREATE DOMAIN sign_in_method AS text;
CREATE DOMAIN activity_kind AS text;

ALTER TABLE accounts
  DROP CONSTRAINT accounts_first_name_check,
  DROP CONSTRAINT accounts_last_name_check,
  DROP CONSTRAINT accounts_username_check,
  DROP CONSTRAINT accounts_photo_url_check,
  ALTER COLUMN first_name TYPE telegram_name,
  ALTER COLUMN last_name TYPE telegram_name,
  ALTER COLUMN username TYPE telegram_name,
  ALTER COLUMN photo_url TYPE telegram_photo_url;

ALTER TABLE sessions
  DROP CONSTRAINT sessions_token_hash_check,
  DROP CONSTRAINT sessions_browser_check,
  DROP CONSTRAINT sessions_system_check,
  DROP CONSTRAINT sessions_method_check,
  ALTER COLUMN token_hash TYPE sha256_digest,
  ALTER COLUMN browser TYPE short_word,
  ALTER COLUMN system TYPE short_word,
  ALTER COLUMN method TYPE sign_in_method;

ALTER TABLE used_links
  DROP CONSTRAINT used_links_mac_check,
  ALTER COLUMN mac TYPE sha256_digest;

ALTER TABLE activity
  DROP CONSTRAINT activity_kind_check,
  DROP CONSTRAINT activity_browser_check,
  DROP CONSTRAINT activity_system_check,
  ALTER COLUMN kind TYPE activity_kind,
  ALTER COLUMN browser TYPE short_word,
  ALTER COLUMN system TYPE short_word;

ALTER DOMAIN telegram_name ADD CONSTRAINT telegram_name_check CHECK (octet_length(VALUE) BETWEEN 1 AND 256);
ALTER DOMAIN telegram_photo_url ADD CONSTRAINT telegram_photo_url_check CHECK (octet_length(VALUE) BETWEEN 1 AND 512);
ALTER DOMAIN sha256_digest ADD CONSTRAINT sha256_digest_check CHECK (octet_length(VALUE) = 32);
ALTER DOMAIN short_word ADD CONSTRAINT short_word_check CHECK (octet_length(VALUE) BETWEEN 1 AND 32);
ALTER DOMAIN sign_in_method ADD CONSTRAINT sign_in_method_check CHECK (VALUE IN ('button', 'attempt', 'confirmed'));
ALTER DOMAIN activity_kind ADD CONSTRAINT activity_kind_check CHECK (VALUE IN (
  'signed_in', 'session_ended', 'link_refused', 'notifications_on', 'notifications_off', 'data_downloaded'
));
