-- A signed link works once (R5, T03). The key is the decoded MAC: it does not
-- depend on letter case, on the order of the fields or on parameters of our own.
-- The row names nobody and hangs on nothing, so that deleting the account does
-- not make its last link usable again.
CREATE TABLE used_links (
  mac        bytea PRIMARY KEY,
  -- When the link is too old under every setting, and the row may go.
  expires_at timestamptz NOT NULL,

  CONSTRAINT used_links_mac_check CHECK (octet_length(mac) = 32)
);

CREATE INDEX used_links_expires_at_idx ON used_links (expires_at);
