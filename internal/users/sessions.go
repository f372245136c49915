package users

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrNoSession means that nobody is signed in with this token: it is unknown,
// it was ended, or it has expired. The cases look alike on purpose.
var ErrNoSession = errors.New("no such session")

// TokenHash is SHA-256 of a session token: all that is stored of it.
type TokenHash [32]byte

// NewSession is a session to be started.
type NewSession struct {
	ID        SessionID
	TokenHash TokenHash
	ExpiresAt time.Time // The absolute end.
}

// Session is one browser that is signed in.
type Session struct {
	ID         SessionID
	Account    Account
	CreatedAt  time.Time
	LastSeenAt time.Time    // Right to about a minute.
	ExpiresAt  time.Time    // The absolute end; it may end earlier for being idle.
	Device     Device       // What it was started with.
	Method     SignInMethod // Empty when it was not noted.
}

// IsNobody reports whether this is the zero Session: nobody is signed in.
func (s Session) IsNobody() bool { return s.ID == SessionID{} }

// Alive says which sessions count at a moment.
type Alive struct {
	At             time.Time
	SeenAfter      time.Time // Idle since then or longer: expired.
	CreatedAtLeast time.Time // Started before: ended by the operator.
}

const sessionColumns = `
s.id, s.created_at, s.last_seen_at, s.expires_at, COALESCE(s.browser, ''), COALESCE(s.system, ''),
COALESCE(s.method, '')`

const accountColumns = `
a.id, a.telegram_id, COALESCE(a.first_name, ''), COALESCE(a.last_name, ''), COALESCE(a.username, ''), COALESCE(a.photo_url, ''),
a.profile_at, a.created_at, a.last_sign_in_at, a.notifications`

const findSession = `
SELECT ` + sessionColumns + `,` + accountColumns + `
FROM sessions s
JOIN accounts a ON a.id = s.account_id
WHERE s.token_hash = @token_hash
  AND s.expires_at > @at
  AND s.last_seen_at > @seen_after
  AND s.created_at >= @created_at_least`

// FindSession returns the session that this token belongs to, if it is alive,
// else [ErrNoSession].
func (s *Store) FindSession(ctx context.Context, token TokenHash, alive Alive) (Session, error) {
	var found Session
	args := arguments{
		"token_hash":       token[:],
		"at":               alive.At,
		"seen_after":       alive.SeenAfter,
		"created_at_least": alive.CreatedAtLeast,
	}
	err := s.read(ctx, "find session", func() error {
		return scanSession(s.db.QueryRow(ctx, findSession, args), &found)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return Session{}, ErrNoSession
	}
	if err != nil {
		return Session{}, err
	}
	return found, nil
}

const listSessions = `
SELECT ` + sessionColumns + `,` + accountColumns + `
FROM sessions s
JOIN accounts a ON a.id = s.account_id
WHERE s.account_id = @account_id
  AND s.expires_at > @at
  AND s.last_seen_at > @seen_after
  AND s.created_at >= @created_at_least
ORDER BY s.last_seen_at DESC, s.created_at DESC`

// ListSessions returns the living sessions of an account, the last used first.
func (s *Store) ListSessions(ctx context.Context, accountID int64, alive Alive) ([]Session, error) {
	args := pgx.NamedArgs{
		"account_id":       accountID,
		"at":               alive.At,
		"seen_after":       alive.SeenAfter,
		"created_at_least": alive.CreatedAtLeast,
	}
	var sessions []Session
	err := s.read(ctx, "list sessions", func() error {
		rows, _ := s.db.Query(ctx, listSessions, args) // Its error comes out of CollectRows.
		var err error
		sessions, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (Session, error) {
			var session Session
			err := scanSession(row, &session)
			return session, err
		})
		return err
	})
	return sessions, err
}

const touchSession = `
UPDATE sessions
SET last_seen_at = $2
WHERE token_hash = $1 AND last_seen_at < $2`

// TouchSession notes that the session was used. Time never goes back.
func (s *Store) TouchSession(ctx context.Context, token TokenHash, at time.Time) error {
	_, err := s.exec(ctx, "touch session", touchSession, token[:], at)
	return err
}

func scanSession(row pgx.Row, s *Session) error {
	// Plain types: what is behind others pgx would find out by reflection for each row.
	return scanAccount(row, &s.Account, (*[16]byte)(&s.ID), &s.CreatedAt, &s.LastSeenAt, &s.ExpiresAt,
		&s.Device.Browser, &s.Device.System, (*string)(&s.Method))
}

// scanAccount reads the columns in first, and then those of an account.
func scanAccount(row pgx.Row, a *Account, first ...any) error {
	return row.Scan(append(first,
		&a.ID, &a.TelegramID, &a.Profile.FirstName, &a.Profile.LastName, &a.Profile.Username, &a.Profile.PhotoURL,
		&a.ProfileAt, &a.CreatedAt, &a.LastSignInAt, &a.Notifications)...)
}
