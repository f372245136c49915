package users

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// ErrLinkUsed means that this signed link has signed somebody in before (R5).
var ErrLinkUsed = errors.New("login link was used before")

// MaxSessions is how many sessions an account may have. One more sign-in ends
// the one that was idle longest.
const MaxSessions = 20

// othersKept is one less, as text. As an argument it would have PostgreSQL plan the
// statement anew for each sign-in: it takes an unknown OFFSET for a small one, by which
// the plan that is made once looks dearer than one for each.
const othersKept = "19"

// SignIn is a proven login and the session that it shall start.
type SignIn struct {
	TelegramID int64
	Profile    Profile
	AuthDate   time.Time // What the profile is as fresh as (R9).

	LinkMAC      [32]byte  // The link's signature, decoded: the link's key (R5).
	LinkKeptTill time.Time // When the link is too old for good.

	Presented TokenHash // The session that this browser came with; zero for none.
	Session   NewSession
	Device    Device
	Method    SignInMethod
	At        time.Time
}

// Started is a session that a sign-in has started.
type Started struct {
	Session

	Evicted int64 // Sessions of the account that ended because there were more than [MaxSessions].
}

// signIn does all of it or, when the link was used before, nothing: then "link"
// is empty, and every other part takes its rows from it.
//
// An older login never overwrites a newer profile, and still signs in: a WHERE
// on the upsert would return no row and burn the link (R9).
const signIn = `
WITH link AS (
  INSERT INTO used_links (mac, expires_at)
  VALUES (@mac, @link_kept_till)
  ON CONFLICT (mac) DO NOTHING
  RETURNING mac
), account AS (
  INSERT INTO accounts AS a (telegram_id, first_name, last_name, username, photo_url,
                             profile_at, created_at, last_sign_in_at)
  SELECT @telegram_id::bigint, NULLIF(@first_name, ''), NULLIF(@last_name, ''), NULLIF(@username, ''),
         NULLIF(@photo_url, ''), @auth_date::timestamptz, @at::timestamptz, @at::timestamptz
  FROM link
  ON CONFLICT (telegram_id) DO UPDATE SET
    first_name = CASE WHEN EXCLUDED.profile_at >= a.profile_at THEN EXCLUDED.first_name ELSE a.first_name END,
    last_name  = CASE WHEN EXCLUDED.profile_at >= a.profile_at THEN EXCLUDED.last_name  ELSE a.last_name  END,
    username   = CASE WHEN EXCLUDED.profile_at >= a.profile_at THEN EXCLUDED.username   ELSE a.username   END,
    photo_url  = CASE WHEN EXCLUDED.profile_at >= a.profile_at THEN EXCLUDED.photo_url  ELSE a.photo_url  END,
    profile_at = GREATEST(a.profile_at, EXCLUDED.profile_at),
    last_sign_in_at = GREATEST(a.last_sign_in_at, EXCLUDED.last_sign_in_at)
  RETURNING id, telegram_id, first_name, last_name, username, photo_url, profile_at, created_at, last_sign_in_at,
            notifications
), ended AS (
  DELETE FROM sessions
  USING link
  WHERE token_hash = @presented
), session AS (
  INSERT INTO sessions (account_id, id, token_hash, created_at, last_seen_at, expires_at, browser, system, method)
  SELECT id, @session_id::uuid, @token_hash::bytea, @at::timestamptz, @at::timestamptz, @expires_at::timestamptz,
         NULLIF(@browser, ''), NULLIF(@system, ''), NULLIF(@method, '')
  FROM account
), happened AS (
  INSERT INTO activity (account_id, kind, detail, session_id, at, browser, system, fresh)
  SELECT id, 'signed_in', NULLIF(@method, ''), @session_id::uuid, @at::timestamptz, NULLIF(@browser, ''), NULLIF(@system, ''),
         true
  FROM account
)
SELECT` + accountColumns + `
FROM account a`

// endOldestSessions keeps the number of sessions of an account bounded. It is
// not a part of signIn, because a statement does not see what others committed
// after it began: many sign-ins at once would each count too few. It starts
// from the new session, so that without one it does nothing.
const endOldestSessions = endSessionsWhere + `(account_id, id) IN (
  SELECT s.account_id, s.id
  FROM sessions fresh
  JOIN sessions s ON s.account_id = fresh.account_id AND s.id <> fresh.id
  WHERE fresh.token_hash = @token_hash
  ORDER BY s.last_seen_at DESC, s.created_at DESC, s.id
  OFFSET ` + othersKept + `
)` + andNoteThem

// SignIn marks the link used, makes or refreshes the account, ends the session
// that the browser presented, and starts a new one: all of it or nothing, in
// one statement and one round trip. It returns the new session, or
// [ErrLinkUsed], also when two requests race with one link.
func (s *Store) SignIn(ctx context.Context, in SignIn) (Started, error) {
	args := arguments{
		"mac":            in.LinkMAC[:],
		"link_kept_till": in.LinkKeptTill,
		"telegram_id":    in.TelegramID,
		"first_name":     in.Profile.FirstName,
		"last_name":      in.Profile.LastName,
		"username":       in.Profile.Username,
		"photo_url":      in.Profile.PhotoURL,
		"auth_date":      in.AuthDate,
		"presented":      in.Presented[:],
		"session_id":     in.Session.ID,
		"token_hash":     in.Session.TokenHash[:],
		"expires_at":     in.Session.ExpiresAt,
		"browser":        in.Device.Browser,
		"system":         in.Device.System,
		"method":         in.Method,
		"how":            sessionLimit,
		"at":             in.At,
	}
	var account Account
	var evicted int64
	err := s.write(ctx, "sign in", func() error {
		// Both statements travel together and are one transaction.
		batch := &pgx.Batch{}
		batch.Queue(signIn, args).QueryRow(func(row pgx.Row) error {
			return scanAccount(row, &account)
		})
		batch.Queue(endOldestSessions, args).Exec(func(tag pgconn.CommandTag) error {
			evicted = tag.RowsAffected()
			return nil
		})
		return s.db.SendBatch(ctx, batch).Close()
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return Started{}, ErrLinkUsed
	}
	if err != nil {
		return Started{}, err
	}
	return Started{Evicted: evicted, Session: Session{
		ID:         in.Session.ID,
		Account:    account,
		CreatedAt:  in.At,
		LastSeenAt: in.At,
		ExpiresAt:  in.Session.ExpiresAt,
		Device:     in.Device,
		Method:     in.Method,
	}}, nil
}

const linkUsed = `
SELECT EXISTS (SELECT 1 FROM used_links WHERE mac = $1)`

// LinkUsed reports whether the link has signed somebody in. It is for pages
// that are shown before the link is used up; only [Store.SignIn] decides.
func (s *Store) LinkUsed(ctx context.Context, mac [32]byte) (bool, error) {
	var used bool
	err := s.read(ctx, "ask whether link was used", func() error {
		return s.db.QueryRow(ctx, linkUsed, mac[:]).Scan(&used)
	})
	return used, err
}
