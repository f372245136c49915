package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"log/slog"
	"time"

	"example.com/telegram-login/internal/users"
)

// Token is what a browser shows to be signed in: 32 random bytes (ASVS 7.2.3).
// Only its SHA-256 is stored. The zero Token belongs to nobody.
type Token [32]byte

// NewToken returns a fresh token.
func NewToken() Token {
	var t Token
	_, _ = rand.Read(t[:]) // Never fails, says crypto/rand.
	return t
}

// Hash is what is stored of a token.
func (t Token) Hash() users.TokenHash { return sha256.Sum256(t[:]) }

// String keeps the token out of texts and logs (R12).
func (t Token) String() string { return "[session token]" }

// LogValue keeps the token out of structured logs (R12).
func (t Token) LogValue() slog.Value { return slog.StringValue(t.String()) }

// touchInterval is how far behind last_seen_at may be: it is written at most
// this often, so that a busy visitor is not a write for each page.
const touchInterval = time.Minute

// Sessions holds the rules of a session's life. It is safe for concurrent use;
// all fields are required but NotBefore.
type Sessions struct {
	Users    *users.Store
	Now      func() time.Time
	Lifetime time.Duration // From sign-in to the end, used or not.
	Idle     time.Duration // Unused for this long: over.
	// NotBefore ends sessions that were started earlier, with all they can
	// do: for after a restore from a backup, which revives ended ones.
	NotBefore time.Time
	Log       *slog.Logger
}

// Peek returns who is signed in with this token, and writes nothing. For a
// token that is unknown, ended or expired it is nobody. No database is asked
// about the zero Token.
func (s *Sessions) Peek(ctx context.Context, token Token) (users.Session, error) {
	if token == (Token{}) {
		return users.Session{}, nil
	}
	session, err := s.Users.FindSession(ctx, token.Hash(), s.alive(s.Now()))
	if errors.Is(err, users.ErrNoSession) {
		return users.Session{}, nil
	}
	return session, err
}

// Find is [Sessions.Peek], and notes that the visitor was here. Failing to note
// it is no reason to turn the visitor away: it is logged.
func (s *Sessions) Find(ctx context.Context, token Token) (users.Session, error) {
	session, err := s.Peek(ctx, token)
	if err != nil || session.IsNobody() {
		return session, err
	}
	now := s.Now()
	if now.Sub(session.LastSeenAt) < touchInterval {
		return session, nil
	}
	if err := s.Users.TouchSession(ctx, token.Hash(), now); err != nil {
		s.Log.WarnContext(ctx, "session not noted as used", slog.String("error", err.Error()))
		return session, nil
	}
	session.LastSeenAt = now
	return session, nil
}

// End ends the session of a token, and returns how many there were: none or one.
func (s *Sessions) End(ctx context.Context, token Token) (int64, error) {
	if token == (Token{}) {
		return 0, nil
	}
	return s.Users.EndSession(ctx, token.Hash(), s.Now())
}

// List returns the living sessions of an account, the last used first.
func (s *Sessions) List(ctx context.Context, accountID int64) ([]users.Session, error) {
	return s.Users.ListSessions(ctx, accountID, s.alive(s.Now()))
}

// EndOne ends one session of an account, and returns how many there were: none or
// one. Somebody else's session is not touched, whatever the id.
func (s *Sessions) EndOne(ctx context.Context, accountID int64, id users.SessionID) (int64, error) {
	ended, err := s.Users.EndSessionOf(ctx, accountID, id, s.Now())
	if !ended {
		return 0, err
	}
	return 1, err
}

// EndOthers ends all sessions of an account but this one, and returns how many
// there were.
func (s *Sessions) EndOthers(ctx context.Context, keep users.Session) (int64, error) {
	return s.Users.EndOtherSessions(ctx, keep.Account.ID, keep.ID, s.Now())
}

func (s *Sessions) alive(now time.Time) users.Alive {
	return users.Alive{At: now, SeenAfter: now.Add(-s.Idle), CreatedAtLeast: s.NotBefore}
}

// start prepares a session with a fresh token: a browser never keeps the token
// that it had before a sign-in (T08).
func (s *Sessions) start(now time.Time) (Token, users.NewSession) {
	token := NewToken()
	return token, users.NewSession{
		ID:        users.NewSessionID(),
		TokenHash: token.Hash(),
		ExpiresAt: now.Add(s.Lifetime),
	}
}
