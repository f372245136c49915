package users

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// ActivityKept is how long the activity of an account is kept.
const ActivityKept = 90 * 24 * time.Hour

// ActivityKind says what happened to an account.
type ActivityKind string

// The kinds.
const (
	ActivitySignedIn         ActivityKind = "signed_in"
	ActivitySessionEnded     ActivityKind = "session_ended"
	ActivityLinkRefused      ActivityKind = "link_refused"
	ActivityNotificationsOn  ActivityKind = "notifications_on"
	ActivityNotificationsOff ActivityKind = "notifications_off"
	ActivityDataDownloaded   ActivityKind = "data_downloaded"
	// ActivityWriteAccess is not noted a second time: it is read from the facts
	// about write access, where they changed the state.
	ActivityWriteAccess ActivityKind = "write_access"
)

// How a session ended, the details of [ActivitySessionEnded].
const (
	sessionLoggedOut = "logged_out"
	sessionEnded     = "ended" // From the list of sessions.
	sessionLimit     = "limit" // There were more than [MaxSessions].
)

// Activity is one thing that happened to an account.
type Activity struct {
	At     time.Time
	Kind   ActivityKind
	Detail string // A word of a closed list: a method, a reason, how a session ended.
	Device Device

	WriteAccess WriteAccessState  // Of ActivityWriteAccess only.
	Source      WriteAccessSource // Of ActivityWriteAccess only.
}

// ActivityQuery asks for a page of an account's activity.
type ActivityQuery struct {
	Account Account
	BotID   int64
	Since   time.Time      // Nothing older.
	Before  ActivityCursor // Where the page before ended; zero for the newest.
	Limit   int
}

// ActivityPage is a page of activity, the newest first.
type ActivityPage struct {
	Entries []Activity
	Next    ActivityCursor // Where the next page begins; zero for no more.
}

// Two tables are read as one list; where times are equal, "part", "turn" and "id"
// keep the order, so that a page begins exactly where the one before ended. The turn
// is that of newestFirst: updates of one second may come in any order.
const listActivity = `
WITH facts AS (
  SELECT happened_at, COALESCE(update_id + 1, 0) AS turn, id, state, source,
         lead(state) OVER (ORDER BY ` + newestFirst + `) AS older
  FROM write_access_events
  WHERE bot_id = @bot_id AND telegram_id = @telegram_id
), entries AS (
  SELECT at, 0 AS part, 0::bigint AS turn, id, kind, detail, browser, system, NULL AS state, NULL AS source
  FROM activity
  WHERE account_id = @account_id
  UNION ALL
  SELECT happened_at, 1, turn, id, 'write_access', NULL, NULL, NULL, state, source
  FROM facts
  WHERE older IS DISTINCT FROM state
)
SELECT at, part, turn, id, kind, COALESCE(detail, ''), COALESCE(browser, ''), COALESCE(system, ''),
       COALESCE(state, ''), COALESCE(source, '')
FROM entries
WHERE at >= @since AND (NOT @paged OR (at, part, turn, id) < (@at, @part, @turn, @id))
ORDER BY at DESC, part DESC, turn DESC, id DESC
LIMIT @limit`

// ListActivity returns a page of what happened to an account.
func (s *Store) ListActivity(ctx context.Context, q ActivityQuery) (ActivityPage, error) {
	args := pgx.NamedArgs{
		"account_id": q.Account.ID, "telegram_id": q.Account.TelegramID, "bot_id": q.BotID, "since": q.Since,
		"paged": q.Before != ActivityCursor{}, "at": time.UnixMicro(q.Before.micros), "part": q.Before.part,
		"turn": q.Before.turn, "id": q.Before.id,
		"limit": q.Limit + 1,
	}
	var page ActivityPage
	err := s.read(ctx, "list activity", func() error {
		rows, _ := s.db.Query(ctx, listActivity, args) // Its error comes out of ForEachRow.
		var err error
		page, err = collectActivity(rows, q.Limit)
		return err
	})
	return page, err
}

func collectActivity(rows pgx.Rows, limit int) (ActivityPage, error) {
	var page ActivityPage
	var a Activity
	var at ActivityCursor
	last, more := at, false
	into := []any{&a.At, &at.part, &at.turn, &at.id, &a.Kind, &a.Detail, &a.Device.Browser, &a.Device.System, &a.WriteAccess, &a.Source}
	_, err := pgx.ForEachRow(rows, into, func() error {
		if len(page.Entries) == limit {
			more = true
			return nil
		}
		page.Entries = append(page.Entries, a)
		at.micros = a.At.UnixMicro()
		last = at
		return nil
	})
	if err != nil {
		return ActivityPage{}, err
	}
	if more {
		page.Next = last
	}
	return page, nil
}

// ActivityCursor is a place in a list of activity. The zero value is before the
// newest.
type ActivityCursor struct {
	micros int64 // Microseconds since 1970.
	part   int32 // Which of the two tables.
	turn   int64 // Among what has the same time in that table.
	id     int64
}

// String writes the cursor for an address.
func (c ActivityCursor) String() string {
	return fmt.Sprintf("%d-%d-%d-%d", c.micros, c.part, c.turn, c.id)
}

var errBadCursor = errors.New("not a place in a list of activity")

// ParseActivityCursor reads what [ActivityCursor.String] wrote, and nothing else.
func ParseActivityCursor(text string) (ActivityCursor, error) {
	const longest = 80 // More than four numbers of 64 bits.
	parts := strings.Split(text, "-")
	if len(text) > longest || len(parts) != 4 {
		return ActivityCursor{}, errBadCursor
	}
	micros, err1 := strconv.ParseInt(parts[0], 10, 64)
	part, err2 := strconv.ParseInt(parts[1], 10, 32)
	turn, err3 := strconv.ParseInt(parts[2], 10, 64)
	id, err4 := strconv.ParseInt(parts[3], 10, 64)
	c := ActivityCursor{micros, int32(part), turn, id}
	if errors.Join(err1, err2, err3, err4) != nil || c.String() != text || micros > maxMicros {
		return ActivityCursor{}, errBadCursor
	}
	return c, nil
}

// maxMicros is in the year 9999: the database knows times only so far.
const maxMicros = 253402300799_000000

const noteDataDownloaded = `
INSERT INTO activity (account_id, kind, at, browser, system)
SELECT id, 'data_downloaded', @at, NULLIF(@browser, ''), NULLIF(@system, '')
FROM accounts
WHERE id = @account_id
FOR KEY SHARE -- Not while it is being deleted.`

// NoteDataDownloaded notes in the account's activity that its data was downloaded.
// An account that is not there is no error.
func (s *Store) NoteDataDownloaded(ctx context.Context, accountID int64, device Device, at time.Time) error {
	_, err := s.exec(ctx, "note data downloaded", noteDataDownloaded, pgx.NamedArgs{
		"account_id": accountID, "at": at, "browser": device.Browser, "system": device.System,
	})
	return err
}
