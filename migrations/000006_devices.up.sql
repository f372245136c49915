-- With which browser and system somebody signed in, as words of a closed list:
-- what a visitor's browser says of itself is never stored as it is. NULL when it
-- is none of the list.
ALTER TABLE sessions
  ADD COLUMN browser text,
  ADD COLUMN system  text,
  ADD CONSTRAINT sessions_browser_check CHECK (octet_length(browser) BETWEEN 1 AND 32),
  ADD CONSTRAINT sessions_system_check CHECK (octet_length(system) BETWEEN 1 AND 32);

ALTER TABLE activity
  ADD COLUMN browser text,
  ADD COLUMN system  text,
  ADD CONSTRAINT activity_browser_check CHECK (octet_length(browser) BETWEEN 1 AND 32),
  ADD CONSTRAINT activity_system_check CHECK (octet_length(system) BETWEEN 1 AND 32);
