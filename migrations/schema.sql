-- The database as all migrations together make it: for reading, not for running.
-- Written by "go test ./migrations -run TestSchema -update"; why things are as they
-- are stands in the migrations.

CREATE TYPE river_job_state AS ENUM ('available', 'cancelled', 'completed', 'discarded', 'pending', 'retryable', 'running', 'scheduled');

CREATE DOMAIN activity_kind AS text
  CONSTRAINT activity_kind_check CHECK (VALUE = ANY (ARRAY['signed_in'::text, 'session_ended'::text, 'link_refused'::text, 'notifications_on'::text, 'notifications_off'::text, 'data_downloaded'::text]));

CREATE DOMAIN sha256_digest AS bytea
  CONSTRAINT sha256_digest_check CHECK (octet_length(VALUE) = 32);

CREATE DOMAIN short_word AS text
  CONSTRAINT short_word_check CHECK (octet_length(VALUE) >= 1 AND octet_length(VALUE) <= 32);

CREATE DOMAIN sign_in_method AS text
  CONSTRAINT sign_in_method_check CHECK (VALUE = ANY (ARRAY['button'::text, 'attempt'::text, 'confirmed'::text]));

CREATE DOMAIN telegram_name AS text
  CONSTRAINT telegram_name_check CHECK (octet_length(VALUE) >= 1 AND octet_length(VALUE) <= 256);

CREATE DOMAIN telegram_photo_url AS text
  CONSTRAINT telegram_photo_url_check CHECK (octet_length(VALUE) >= 1 AND octet_length(VALUE) <= 512);

CREATE OR REPLACE FUNCTION public.river_job_state_in_bitmask(bitmask bit, state river_job_state)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $function$
    SELECT CASE state
        WHEN 'available' THEN get_bit(bitmask, 7)
        WHEN 'cancelled' THEN get_bit(bitmask, 6)
        WHEN 'completed' THEN get_bit(bitmask, 5)
        WHEN 'discarded' THEN get_bit(bitmask, 4)
        WHEN 'pending'   THEN get_bit(bitmask, 3)
        WHEN 'retryable' THEN get_bit(bitmask, 2)
        WHEN 'running'   THEN get_bit(bitmask, 1)
        WHEN 'scheduled' THEN get_bit(bitmask, 0)
        ELSE 0
    END = 1;
$function$;

CREATE TABLE accounts (
  id               bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  telegram_id      bigint NOT NULL,
  first_name       telegram_name,
  last_name        telegram_name,
  username         telegram_name,
  photo_url        telegram_photo_url,
  profile_at       timestamp with time zone NOT NULL,
  created_at       timestamp with time zone NOT NULL,
  last_sign_in_at  timestamp with time zone NOT NULL,
  notifications    boolean NOT NULL DEFAULT true,
  notifications_at timestamp with time zone,
  CONSTRAINT accounts_pkey PRIMARY KEY (id),
  CONSTRAINT accounts_telegram_id_key UNIQUE (telegram_id),
  CONSTRAINT accounts_last_sign_in_at_check CHECK (last_sign_in_at >= created_at),
  CONSTRAINT accounts_telegram_id_check CHECK (telegram_id >= 1 AND telegram_id <= '4503599627370496'::bigint)
) WITH (fillfactor=85);

CREATE TABLE sessions (
  account_id   bigint NOT NULL,
  id           uuid NOT NULL,
  token_hash   sha256_digest NOT NULL,
  created_at   timestamp with time zone NOT NULL,
  last_seen_at timestamp with time zone NOT NULL,
  expires_at   timestamp with time zone NOT NULL,
  browser      short_word,
  system       short_word,
  method       sign_in_method,
  CONSTRAINT sessions_pkey PRIMARY KEY (account_id, id),
  CONSTRAINT sessions_token_hash_key UNIQUE (token_hash),
  CONSTRAINT sessions_expires_at_check CHECK (expires_at > created_at),
  CONSTRAINT sessions_last_seen_at_check CHECK (last_seen_at >= created_at),
  CONSTRAINT sessions_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE
) WITH (fillfactor=85);
CREATE INDEX sessions_expires_at_idx ON sessions USING btree (expires_at);

CREATE TABLE used_links (
  mac        sha256_digest NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT used_links_pkey PRIMARY KEY (mac)
);
CREATE INDEX used_links_expires_at_idx ON used_links USING btree (expires_at);

CREATE TABLE activity (
  account_id bigint NOT NULL,
  id         bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  kind       activity_kind NOT NULL,
  session_id uuid,
  at         timestamp with time zone NOT NULL,
  browser    short_word,
  system     short_word,
  fresh      boolean NOT NULL DEFAULT false,
  detail     text,
  CONSTRAINT activity_pkey PRIMARY KEY (account_id, id),
  CONSTRAINT activity_detail_check CHECK (octet_length(detail) >= 1 AND octet_length(detail) <= 32),
  CONSTRAINT activity_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE
);
CREATE INDEX activity_at_idx ON activity USING brin (at);
CREATE INDEX activity_fresh_idx ON activity USING btree (id) WHERE fresh;

CREATE TABLE update_leases (
  bot_id     bigint NOT NULL,
  holder     uuid NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT update_leases_pkey PRIMARY KEY (bot_id),
  CONSTRAINT update_leases_bot_id_check CHECK (bot_id > 0)
);

CREATE TABLE write_access_events (
  bot_id      bigint NOT NULL,
  telegram_id bigint NOT NULL,
  id          bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  state       text NOT NULL,
  source      text NOT NULL,
  happened_at timestamp with time zone NOT NULL,
  update_id   bigint,
  recorded_at timestamp with time zone NOT NULL,
  CONSTRAINT write_access_events_pkey PRIMARY KEY (bot_id, telegram_id, id),
  CONSTRAINT write_access_events_source_check CHECK (source = ANY (ARRAY['connected_website'::text, 'write_access_allowed'::text, 'private_message'::text, 'my_chat_member'::text, 'send'::text])),
  CONSTRAINT write_access_events_state_check CHECK (state = ANY (ARRAY['allowed'::text, 'blocked'::text, 'unreachable'::text])),
  CONSTRAINT write_access_events_telegram_id_check CHECK (telegram_id >= 1 AND telegram_id <= '4503599627370496'::bigint),
  CONSTRAINT write_access_events_update_id_check CHECK ((update_id IS NULL) = (source = 'send'::text))
);
CREATE INDEX write_access_events_recorded_at_idx ON write_access_events USING btree (recorded_at);
CREATE INDEX write_access_events_telegram_id_idx ON write_access_events USING btree (telegram_id);

CREATE TABLE handled_updates (
  bot_id     bigint NOT NULL,
  update_id  bigint NOT NULL,
  handled_at timestamp with time zone NOT NULL,
  CONSTRAINT handled_updates_pkey PRIMARY KEY (bot_id, update_id)
);
CREATE INDEX handled_updates_handled_at_idx ON handled_updates USING btree (handled_at);

CREATE TABLE messages (
  id          bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  account_id  bigint NOT NULL,
  kind        text NOT NULL,
  activity_id bigint,
  state       text NOT NULL DEFAULT 'queued'::text,
  reason      text,
  created_at  timestamp with time zone NOT NULL,
  settled_at  timestamp with time zone,
  CONSTRAINT messages_pkey PRIMARY KEY (id),
  CONSTRAINT messages_activity_key UNIQUE (account_id, activity_id),
  CONSTRAINT messages_kind_check CHECK (kind = ANY (ARRAY['welcome'::text, 'sign_in'::text, 'test'::text])),
  CONSTRAINT messages_reason_check CHECK (octet_length(reason) >= 1 AND octet_length(reason) <= 64),
  CONSTRAINT messages_settled_at_check CHECK ((settled_at IS NULL) = (state = ANY (ARRAY['queued'::text, 'sending'::text]))),
  CONSTRAINT messages_state_check CHECK (state = ANY (ARRAY['queued'::text, 'sending'::text, 'sent'::text, 'dropped'::text, 'failed'::text, 'uncertain'::text])),
  CONSTRAINT messages_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id) ON DELETE CASCADE
);
CREATE INDEX messages_created_at_idx ON messages USING btree (created_at);
CREATE INDEX messages_open_idx ON messages USING btree (created_at) WHERE settled_at IS NULL;
CREATE UNIQUE INDEX messages_open_test_key ON messages USING btree (account_id) WHERE kind = 'test'::text AND settled_at IS NULL;

CREATE TABLE send_slots (
  bot_id     bigint NOT NULL,
  chat_id    bigint NOT NULL,
  next_at    timestamp with time zone NOT NULL,
  held_until timestamp with time zone,
  CONSTRAINT send_slots_pkey PRIMARY KEY (bot_id, chat_id)
);
CREATE INDEX send_slots_next_at_idx ON send_slots USING btree (next_at);

CREATE TABLE river_job (
  id            bigint NOT NULL DEFAULT nextval('river_job_id_seq'::regclass),
  state         river_job_state NOT NULL DEFAULT 'available'::river_job_state,
  attempt       smallint NOT NULL DEFAULT 0,
  max_attempts  smallint NOT NULL DEFAULT 25,
  attempted_at  timestamp with time zone,
  created_at    timestamp with time zone NOT NULL DEFAULT now(),
  finalized_at  timestamp with time zone,
  scheduled_at  timestamp with time zone NOT NULL DEFAULT now(),
  priority      smallint NOT NULL DEFAULT 1,
  args          jsonb NOT NULL,
  attempted_by  text[],
  errors        jsonb[],
  kind          text NOT NULL,
  metadata      jsonb NOT NULL DEFAULT '{}'::jsonb,
  queue         text NOT NULL DEFAULT 'default'::text,
  tags          character varying(255)[] NOT NULL DEFAULT '{}'::character varying[],
  unique_key    bytea,
  unique_states bit(8),
  CONSTRAINT river_job_pkey PRIMARY KEY (id),
  CONSTRAINT finalized_or_finalized_at_null CHECK (finalized_at IS NULL AND (state <> ALL (ARRAY['cancelled'::river_job_state, 'completed'::river_job_state, 'discarded'::river_job_state])) OR finalized_at IS NOT NULL AND (state = ANY (ARRAY['cancelled'::river_job_state, 'completed'::river_job_state, 'discarded'::river_job_state]))),
  CONSTRAINT kind_length CHECK (char_length(kind) > 0 AND char_length(kind) < 128),
  CONSTRAINT max_attempts_is_positive CHECK (max_attempts > 0),
  CONSTRAINT priority_in_range CHECK (priority >= 1 AND priority <= 4),
  CONSTRAINT queue_length CHECK (char_length(queue) > 0 AND char_length(queue) < 128)
);
CREATE INDEX river_job_args_index ON river_job USING gin (args);
CREATE INDEX river_job_kind ON river_job USING btree (kind);
CREATE INDEX river_job_metadata_index ON river_job USING gin (metadata);
CREATE INDEX river_job_prioritized_fetching_index ON river_job USING btree (state, queue, priority, scheduled_at, id);
CREATE INDEX river_job_state_and_finalized_at_index ON river_job USING btree (state, finalized_at) WHERE finalized_at IS NOT NULL;
CREATE UNIQUE INDEX river_job_unique_idx ON river_job USING btree (unique_key) WHERE unique_key IS NOT NULL AND unique_states IS NOT NULL AND river_job_state_in_bitmask(unique_states, state);

CREATE UNLOGGED TABLE river_leader (
  elected_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  leader_id  text NOT NULL,
  name       text NOT NULL DEFAULT 'default'::text,
  CONSTRAINT river_leader_pkey PRIMARY KEY (name),
  CONSTRAINT leader_id_length CHECK (char_length(leader_id) > 0 AND char_length(leader_id) < 128),
  CONSTRAINT name_length CHECK (name = 'default'::text)
);

CREATE TABLE river_migration (
  line       text NOT NULL,
  version    bigint NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT river_migration_pkey1 PRIMARY KEY (line, version),
  CONSTRAINT line_length CHECK (char_length(line) > 0 AND char_length(line) < 128),
  CONSTRAINT version_gte_1 CHECK (version >= 1)
);

CREATE TABLE river_notification (
  id         bigint NOT NULL DEFAULT nextval('river_notification_id_seq'::regclass),
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  payload    text NOT NULL,
  topic      text NOT NULL,
  CONSTRAINT river_notification_pkey PRIMARY KEY (id),
  CONSTRAINT topic_length CHECK (length(topic) > 0 AND length(topic) < 128)
);
CREATE INDEX river_notification_created_at_idx ON river_notification USING btree (created_at);
CREATE INDEX river_notification_topic_id_idx ON river_notification USING btree (topic, id);

CREATE TABLE river_queue (
  name       text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  metadata   jsonb NOT NULL DEFAULT '{}'::jsonb,
  paused_at  timestamp with time zone,
  updated_at timestamp with time zone NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT river_queue_pkey PRIMARY KEY (name)
);
