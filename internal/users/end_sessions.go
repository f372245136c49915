package users

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// Every way to end sessions is the same statement with another condition: it
// deletes them and notes each in the account's activity. What a
// sign-in replaces is told by the sign-in's own note.
const (
	endSessionsWhere = `
WITH ended AS (
  DELETE FROM sessions
  WHERE `
	andNoteThem = `
  RETURNING account_id, id, browser, system
)
INSERT INTO activity (account_id, kind, detail, session_id, at, browser, system)
SELECT account_id, 'session_ended', @how, id, @at, browser, system
FROM ended`

	endSession       = endSessionsWhere + `token_hash = @token_hash` + andNoteThem
	endSessionOf     = endSessionsWhere + `account_id = @account_id AND id = @id` + andNoteThem
	endOtherSessions = endSessionsWhere + `account_id = @account_id AND id <> @id` + andNoteThem
)

// EndSession ends the session with this token, and returns how many there were:
// none or one.
func (s *Store) EndSession(ctx context.Context, token TokenHash, at time.Time) (int64, error) {
	return s.exec(ctx, "end session", endSession, pgx.NamedArgs{"token_hash": token[:], "at": at, "how": sessionLoggedOut})
}

// EndSessionOf ends one session of an account, and reports whether there was
// one. Somebody else's session is not touched, whatever the id.
func (s *Store) EndSessionOf(ctx context.Context, accountID int64, id SessionID, at time.Time) (bool, error) {
	n, err := s.exec(ctx, "end session", endSessionOf, pgx.NamedArgs{"account_id": accountID, "id": id, "at": at, "how": sessionEnded})
	return n > 0, err
}

// EndOtherSessions ends all sessions of an account but one, and returns how
// many there were.
func (s *Store) EndOtherSessions(ctx context.Context, accountID int64, keep SessionID, at time.Time) (int64, error) {
	return s.exec(ctx, "end sessions", endOtherSessions, pgx.NamedArgs{"account_id": accountID, "id": keep, "at": at, "how": sessionEnded})
}

// EndAllSessions ends every session of an account, and returns how many there
// were.
func (s *Store) EndAllSessions(ctx context.Context, accountID int64, at time.Time) (int64, error) {
	return s.EndOtherSessions(ctx, accountID, SessionID{}, at) // No session has the zero id: none is kept.
}
