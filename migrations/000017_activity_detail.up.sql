-- How somebody signed in: by the button straight from an app, vouched for by an
-- attempt of the browser, or confirmed on our page. NULL from before it was noted.
ALTER TABLE sessions
  ADD COLUMN method text,
  ADD CONSTRAINT sessions_method_check CHECK (method IN ('button', 'attempt', 'confirmed'));

-- What else its owner should see of an account. The detail is a word of a closed
-- list: the method of a sign-in, the reason of a refusal, how a session ended.
ALTER TABLE activity
  ADD COLUMN detail text,
  ADD CONSTRAINT activity_detail_check CHECK (octet_length(detail) BETWEEN 1 AND 32),
  DROP CONSTRAINT activity_kind_check,
  ADD CONSTRAINT activity_kind_check CHECK (kind IN (
    'signed_in', 'session_ended', 'link_refused', 'notifications_on', 'notifications_off', 'data_downloaded'
  ));

-- For removing old rows. They come in the order of time, so that a few bytes for
-- each range of pages are enough, and a sign-in pays next to nothing.
CREATE INDEX activity_at_idx ON activity USING brin (at);
