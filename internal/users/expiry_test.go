package users_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/users"
)

func TestRemoveExpired_takesWhatIsOverInBatchesAndLeavesTheRest(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	for i := range 10 {
		in := link(int64(i+1), strconv.Itoa(i))
		in.Session.ExpiresAt = noon.Add(time.Duration(i+1) * time.Hour)
		in.LinkKeptTill = noon.Add(time.Duration(i+1) * time.Hour)
		signIn(t, store, in)
	}
	at := noon.Add(7 * time.Hour) // Seven of each are over.
	for round, want := range []users.Removed{{Sessions: 3, More: true}, {Sessions: 3, More: true}, {Sessions: 1}} {
		removed, err := store.RemoveExpired(t.Context(), at, 3)
		if err != nil || removed != want {
			t.Errorf("round %d: RemoveExpired = %+v, %v, want %+v", round, removed, err, want)
		}
	}
	if got := everything(t, db); got != "accounts=10 sessions=3 used_links=3 activity=10 " {
		t.Errorf("rows: %s", got)
	}
}

// Another copy of the site may be at it too: nobody waits for the other.
func TestRemoveExpired_leavesTheRowsThatAnotherCopyIsRemoving(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	for i := range 3 {
		in := link(int64(i+1), strconv.Itoa(i))
		in.LinkKeptTill = noon.Add(time.Duration(i+1) * time.Minute)
		signIn(t, store, in)
	}
	tx, err := db.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) })
	if _, err := tx.Exec(t.Context(), "SELECT FROM used_links ORDER BY expires_at LIMIT 1 FOR UPDATE"); err != nil {
		t.Fatal(err)
	}
	if _, err := store.RemoveExpired(t.Context(), noon.Add(time.Hour), 100); err != nil {
		t.Fatal(err)
	}
	if n := count(t, db, "used_links"); n != 1 {
		t.Errorf("%d links are left, want the one that the other holds", n)
	}
}

// Each row expires at a moment; a second before, it stays.
func TestRemoveExpired_keepsEachRowForItsTime(t *testing.T) {
	t.Parallel()
	const hour = time.Hour
	tests := map[string]struct {
		kept time.Duration
		// write makes a row that is this old; rows selects it, unless it is over.
		write func(*testing.T, *users.Store, *pgxpool.Pool, time.Time)
		rows  string
	}{
		"updates that were acted on": {48 * hour, func(t *testing.T, store *users.Store, _ *pgxpool.Pool, at time.Time) {
			t.Helper()
			apply(t, store, users.Update{BotID: botID, ID: at.Unix(), At: at})
		}, "handled_updates"},
		"messages": {30 * 24 * hour, func(t *testing.T, _ *users.Store, db *pgxpool.Pool, at time.Time) {
			t.Helper()
			writeMessage(t, db, "sent", at)
		}, "messages"},
		"queued messages": {25 * hour, func(t *testing.T, _ *users.Store, db *pgxpool.Pool, at time.Time) {
			t.Helper()
			writeMessage(t, db, "queued", at)
		}, "messages WHERE state = 'queued' AND reason IS NULL"},
		"messages that are being sent": {25 * hour, func(t *testing.T, _ *users.Store, db *pgxpool.Pool, at time.Time) {
			t.Helper()
			writeMessage(t, db, "sending", at)
		}, "messages WHERE state = 'sending' AND reason IS NULL"},
		"send slots": {hour, func(t *testing.T, store *users.Store, _ *pgxpool.Pool, at time.Time) {
			t.Helper()
			if err := store.HoldSending(t.Context(), botID+at.Unix(), at); err != nil {
				t.Fatal(err)
			}
		}, "send_slots"},
		"what is known about strangers": {30 * 24 * hour, func(t *testing.T, store *users.Store, _ *pgxpool.Pool, at time.Time) {
			t.Helper()
			apply(t, store, wroteToBot(7, at.Unix(), at))
		}, "write_access_events"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store, db := newStore(t)
			signIn(t, store, link(42, "x"))
			test.write(t, store, db, noon.Add(-test.kept))
			test.write(t, store, db, noon.Add(-test.kept+time.Second))
			for seconds, want := range []int{2, 1, 0} {
				at := noon.Add(time.Duration(seconds-1) * time.Second)
				if _, err := store.RemoveExpired(t.Context(), at, 100); err != nil {
					t.Fatal(err)
				}
				if _, err := store.ForgetStrangers(t.Context(), at, 100); err != nil {
					t.Fatal(err)
				}
				if n := count(t, db, test.rows); n != want {
					t.Errorf("a second later each time, the %d. time: %d rows, want %d", seconds+1, n, want)
				}
			}
		})
	}
}

// writeMessage writes a message to the only account there is.
func writeMessage(t *testing.T, db *pgxpool.Pool, state users.MessageState, at time.Time) {
	t.Helper()
	exec(t, db, `INSERT INTO messages (account_id, kind, state, created_at, settled_at)
		SELECT id, 'sign_in', $1::text, $2::timestamptz, CASE WHEN $1::text NOT IN ('queued', 'sending') THEN $2::timestamptz END
		FROM accounts`, state, at)
}

func TestRemoveExpired_saysThatAMessageTheQueueLostHasFailed(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	signIn(t, store, link(42, "x"))
	writeMessage(t, db, users.MessageSent, noon)
	writeMessage(t, db, users.MessageQueued, noon)
	at := noon.Add(25 * time.Hour)
	if _, err := store.RemoveExpired(t.Context(), at, 100); err != nil {
		t.Fatal(err)
	}
	if n := count(t, db, "messages WHERE state = 'failed' AND reason = 'outage' AND settled_at = $1", at); n != 1 {
		t.Errorf("%d messages failed now for an outage, want 1", n)
	}
	if n := count(t, db, "messages WHERE state = 'sent' AND settled_at = created_at AND reason IS NULL"); n != 1 {
		t.Error("the message that was sent is no longer so")
	}
}

func TestRemoveExpired_takesABatchOfEachTable(t *testing.T) {
	t.Parallel()
	tables := map[string]string{
		"handled_updates": `INSERT INTO handled_updates SELECT 7, n, $1::timestamptz FROM generate_series(1, 7) n`,
		"messages": `INSERT INTO messages (account_id, kind, state, created_at, settled_at)
			SELECT id, 'sign_in', 'sent', $1::timestamptz, $1::timestamptz FROM accounts, generate_series(1, 7)`,
		"messages WHERE settled_at IS NULL": `INSERT INTO messages (account_id, kind, created_at)
			SELECT id, 'sign_in', $1::timestamptz FROM accounts, generate_series(1, 7)`,
		"send_slots": `INSERT INTO send_slots SELECT 7, n, $1::timestamptz FROM generate_series(1, 7) n`,
	}
	for table, fill := range tables {
		t.Run(table, func(t *testing.T) {
			t.Parallel()
			store, db := newStore(t)
			signIn(t, store, link(42, "x"))
			exec(t, db, fill, noon)
			at := noon.Add(25 * time.Hour)
			if table != "messages WHERE settled_at IS NULL" {
				at = noon.Add(31 * 24 * time.Hour)
			}
			exec(t, db, "DELETE FROM used_links")
			exec(t, db, "DELETE FROM sessions")
			for round, left := range []int{4, 1, 0} {
				removed, err := store.RemoveExpired(t.Context(), at, 3)
				if err != nil || removed.More != (left > 0) {
					t.Errorf("round %d: RemoveExpired = %+v, %v", round, removed, err)
				}
				if n := count(t, db, table); n != left {
					t.Errorf("round %d: %d rows are left, want %d", round, n, left)
				}
			}
		})
	}
}

func TestForgetStrangers_forgetsWhoHasNoAccountInBatches(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	signIn(t, store, link(42, "anna"))
	for i := range int64(5) {
		apply(t, store, wroteToBot(42, 100+i, noon))
		apply(t, store, wroteToBot(50+i, 200+i, noon))
	}
	young := wroteToBot(60, 300, noon) // Recorded later: it counts when we learnt it.
	young.At = noon.Add(time.Minute)
	apply(t, store, young)

	at := noon.Add(30 * 24 * time.Hour)
	for round, want := range []bool{true, true, false} {
		more, err := store.ForgetStrangers(t.Context(), at, 2)
		if err != nil || more != want {
			t.Errorf("round %d: ForgetStrangers = %t, %v", round, more, err)
		}
	}
	if n := count(t, db, "write_access_events WHERE telegram_id = 42"); n != 5 {
		t.Errorf("%d facts about somebody with an account, want 5", n)
	}
	if n := count(t, db, "write_access_events WHERE telegram_id <> 42"); n != 1 {
		t.Errorf("%d facts about strangers, want the young one", n)
	}
	wantAccess(t, store, botID, 50, users.WriteAccess{State: users.WriteAccessUnknown})
}

func TestRemoveIdleSessions_takesThoseThatNobodyUsed(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	for i := range 5 {
		in := link(int64(i+1), strconv.Itoa(i))
		in.At = noon.Add(time.Duration(i) * time.Hour)
		signIn(t, store, in)
	}
	for _, want := range []int64{2, 1} { // Three were last seen at two o'clock or earlier.
		removed, err := store.RemoveIdleSessions(t.Context(), noon.Add(2*time.Hour), 2)
		if err != nil || removed != want {
			t.Errorf("RemoveIdleSessions = %d, %v, want %d", removed, err, want)
		}
	}
	if n := count(t, db, "sessions WHERE last_seen_at > $1", noon.Add(2*time.Hour)); n != 2 || count(t, db, "sessions") != 2 {
		t.Errorf("%d sessions are left", n)
	}
}

func TestRemoveOldActivity_takesWhatIsNinetyDaysOldAndSeen(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	for i := range 4 {
		signIn(t, store, link(int64(i+1), strconv.Itoa(i)))
	}
	queueFresh(t, store, 3) // The fourth has not been looked at.
	exec(t, db, "UPDATE activity SET at = $1 WHERE account_id = (SELECT id FROM accounts WHERE telegram_id = 1)", noon.Add(time.Second))
	for _, want := range []bool{true, true, false} {
		more, err := store.RemoveOldActivity(t.Context(), noon.Add(users.ActivityKept), 1)
		if err != nil || more != want {
			t.Errorf("RemoveOldActivity = %t, %v, want %t", more, err, want)
		}
	}
	if n := count(t, db, "activity WHERE at > $1 OR fresh", noon); n != 2 || count(t, db, "activity") != 2 {
		t.Errorf("%d rows are left, want the young one and the one to be looked at", n)
	}
}

// The first sign-in is told by the account, not by the absence of older ones: when
// those are pruned, nobody is welcomed again.
func TestRemoveOldActivity_makesNobodyNew(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	signIn(t, store, link(42, "first"))
	queueFresh(t, store, 10)
	later := link(42, "later")
	later.At, later.Session.ExpiresAt = noon.Add(100*24*time.Hour), noon.Add(130*24*time.Hour)
	if _, err := store.RemoveOldActivity(t.Context(), later.At, 10); err != nil {
		t.Fatal(err)
	}
	signIn(t, store, later)
	queueFresh(t, store, 10)
	if n := count(t, db, "messages WHERE kind = 'sign_in'"); n != 1 || count(t, db, "messages WHERE kind = 'welcome'") != 1 {
		t.Errorf("%d notices of a sign-in, want 1", n)
	}
}

// Which sign-in was the first is seen by those before it, also after the bot could
// not tell of one for very long.
func TestRemoveOldActivity_leavesWhatAWaitingSignInIsToldBy(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	signInAt(t, store, 42, "a", noon)
	signInAt(t, store, 42, "b", noon) // Of the same microsecond.
	later := noon.Add(users.ActivityKept)
	for round, left := range []int{2, 0} {
		queueFresh(t, store, 1)
		if _, err := store.RemoveOldActivity(t.Context(), later, 100); err != nil {
			t.Fatal(err)
		}
		if n := count(t, db, "activity"); n != left {
			t.Errorf("round %d: %d rows are left, want %d", round, n, left)
		}
	}
	if n := count(t, db, "messages WHERE kind = 'welcome'"); n != 1 {
		t.Errorf("%d welcomes, want 1", n)
	}
}
