package users_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/users"
)

// enqueue puts a row for each message into the queue's table, so that it is
// there exactly if the transaction was committed.
func enqueue(ctx context.Context, tx pgx.Tx, messages []users.QueuedMessage) error {
	for _, m := range messages {
		_, err := tx.Exec(ctx, `INSERT INTO river_job (kind, args)
			VALUES ('message', jsonb_build_object('message_id', $1::bigint, 'telegram_id', $2::bigint))`, m.ID, m.TelegramID)
		if err != nil {
			return err
		}
	}
	return nil
}

// A queued message, with its job and the person whom it is for.
const queuedMessages = `river_job j
	JOIN messages m ON m.id = (j.args ->> 'message_id')::bigint
	JOIN accounts a ON a.id = m.account_id AND a.telegram_id = (j.args ->> 'telegram_id')::bigint
	LEFT JOIN activity v ON v.account_id = a.id AND v.id = m.activity_id AND v.at = m.created_at
	WHERE m.state = 'queued' AND m.settled_at IS NULL AND m.reason IS NULL`

func queueFresh(t *testing.T, store *users.Store, batch int) int {
	t.Helper()
	n, err := store.QueueFreshActivity(t.Context(), batch, enqueue)
	if err != nil {
		t.Fatalf("QueueFreshActivity = %v", err)
	}
	return n
}

// signInAt signs a person in at a moment.
func signInAt(t *testing.T, store *users.Store, telegramID int64, name string, at time.Time) users.Session {
	t.Helper()
	in := link(telegramID, name)
	in.At = at
	return signIn(t, store, in)
}

func TestQueueFreshActivity_welcomesTheFirstSignInAndTellsOfLaterOnes(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	signInAt(t, store, 42, "a", noon)
	signInAt(t, store, 43, "b", noon.Add(time.Second))
	if n := queueFresh(t, store, 100); n != 2 {
		t.Errorf("QueueFreshActivity = %d, want a welcome each", n)
	}
	signInAt(t, store, 42, "c", noon.Add(time.Hour))
	signInAt(t, store, 42, "d", noon.Add(-time.Hour)) // Its copy of the site has a slower clock.
	if n := queueFresh(t, store, 100); n != 2 {
		t.Errorf("QueueFreshActivity = %d, want a notice each", n)
	}
	for what, want := range map[string]int{
		"m.kind = 'welcome' AND a.telegram_id = 42 AND v.at = $1":                                  1,
		"m.kind = 'welcome' AND a.telegram_id = 43 AND v.at = $1::timestamptz + interval '1 s'":    1,
		"m.kind = 'sign_in' AND a.telegram_id = 42 AND v.at = $1::timestamptz + interval '1 hour'": 1,
		"m.kind = 'sign_in' AND a.telegram_id = 42 AND v.at = $1::timestamptz - interval '1 hour'": 1,
		"v.at >= $1::timestamptz - interval '1 hour'":                                              4,
	} {
		if n := count(t, db, queuedMessages+" AND "+what, noon); n != want {
			t.Errorf("%s: %d, want %d", what, n, want)
		}
	}
	if n := queueFresh(t, store, 100); n != 0 {
		t.Errorf("QueueFreshActivity = %d: somebody is told twice", n)
	}
}

func TestQueueFreshActivity_ofSignInsInTheSameMicrosecondWelcomesOnce(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	for i := range 3 {
		signInAt(t, store, 42, strconv.Itoa(i), noon)
	}
	// In two batches: the second one must know of the first.
	if n := queueFresh(t, store, 2) + queueFresh(t, store, 2); n != 3 {
		t.Errorf("%d messages, want 3", n)
	}
	if n := count(t, db, queuedMessages+" AND m.kind = 'welcome' AND v.id = (SELECT min(id) FROM activity)"); n != 1 {
		t.Errorf("%d welcomes of the first one, want 1", n)
	}
	if n := count(t, db, queuedMessages+" AND m.kind = 'sign_in'"); n != 2 {
		t.Errorf("%d notices, want 2", n)
	}
}

func TestQueueFreshActivity_byTwoCopiesWhilePeopleSignInTellsEachOnce(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	const people, signIns = 30, 5
	var signing, queueing sync.WaitGroup
	for person := range int64(people) {
		signing.Go(func() {
			for i := range signIns {
				in := link(person+1, fmt.Sprint(person, i))
				in.At = noon.Add(time.Duration(i) * time.Microsecond)
				if _, err := store.SignIn(t.Context(), in); err != nil {
					t.Errorf("SignIn = %v", err)
				}
			}
		})
	}
	over := make(chan struct{})
	for _, s := range []*users.Store{store, anotherCopy(t, db)} {
		for range 3 {
			queueing.Go(func() {
				for {
					last := false
					select {
					case <-over:
						last = true
					default:
					}
					n, err := s.QueueFreshActivity(t.Context(), 7, enqueue)
					if err != nil {
						t.Errorf("QueueFreshActivity = %v", err)
					}
					if last && n == 0 {
						return
					}
				}
			})
		}
	}
	signing.Wait()
	close(over)
	queueing.Wait()

	for what, want := range map[string]int{
		"river_job": people * signIns,
		"messages":  people * signIns,
		queuedMessages + " AND m.kind = 'welcome' AND v.at = a.created_at": people,
		queuedMessages + " AND m.kind = 'sign_in'":                         people * (signIns - 1),
		"(SELECT DISTINCT args FROM river_job) jobs":                       people * signIns,
		"activity WHERE fresh":                                             0,
	} {
		if n := count(t, db, what); n != want {
			t.Errorf("%s: %d, want %d", what, n, want)
		}
	}
}

func TestQueueFreshActivity_whenTheQueueFailsTheActivityStaysFresh(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	signIn(t, store, link(42, "x"))
	broken := errors.New("no queue")
	n, err := store.QueueFreshActivity(t.Context(), 100, func(context.Context, pgx.Tx, []users.QueuedMessage) error {
		return broken
	})
	if n != 0 || !errors.Is(err, broken) {
		t.Errorf("QueueFreshActivity = %d, %v", n, err)
	}
	if n := count(t, db, "messages"); n != 0 {
		t.Errorf("%d messages without a job", n)
	}
	if n := queueFresh(t, store, 100); n != 1 {
		t.Errorf("the next time: %d, want 1", n)
	}
}

func TestQueueFreshActivity_isOfSignInsSinceMessagesExist(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	exec(t, db, `WITH a AS (
		INSERT INTO accounts (telegram_id, profile_at, created_at, last_sign_in_at) VALUES (42, $1, $1, $1) RETURNING id
	) INSERT INTO activity (account_id, kind, at) SELECT id, 'signed_in', $1 FROM a`, noon) // As version 5 of the schema did.
	exec(t, db, `INSERT INTO accounts (telegram_id, profile_at, created_at, last_sign_in_at) VALUES (43, $1, $1, $1)`, noon) // And version 3.
	session := signInAt(t, store, 42, "x", noon.Add(time.Hour))
	signInAt(t, store, 43, "y", noon.Add(time.Hour))
	if _, err := store.EndSessionOf(t.Context(), session.Account.ID, session.ID, noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if n := queueFresh(t, store, 100); n != 2 {
		t.Errorf("QueueFreshActivity = %d, want 2: of the sign-ins", n)
	}
	if n := count(t, db, queuedMessages+" AND m.kind = 'sign_in' AND m.created_at = $1", noon.Add(time.Hour)); n != 2 {
		t.Errorf("%d notices, want 2, and no welcome to an old acquaintance", n)
	}
}

func TestQueueFreshActivity_passesOverWhatAnotherCopyIsAt(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	other := anotherCopy(t, db)
	signIn(t, store, link(42, "x"))
	signIn(t, store, link(43, "y"))
	n, err := store.QueueFreshActivity(t.Context(), 1, func(ctx context.Context, tx pgx.Tx, m []users.QueuedMessage) error {
		if n := queueFresh(t, other, 100); n != 1 {
			t.Errorf("the other copy took %d, want the one that is left", n)
		}
		return enqueue(ctx, tx, m)
	})
	if err != nil || n != 1 {
		t.Errorf("QueueFreshActivity = %d, %v", n, err)
	}
	if n := count(t, db, queuedMessages+" AND m.kind = 'welcome'"); n != 2 {
		t.Errorf("%d welcomes, want 2", n)
	}
}

func TestQueueFreshActivity_takesTheOldestUpToABatch(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	for i := range 5 {
		signIn(t, store, link(int64(i+1), strconv.Itoa(i)))
	}
	for round, want := range []int{2, 2, 1, 0} {
		if n := queueFresh(t, store, 2); n != want {
			t.Errorf("round %d: %d, want %d", round, n, want)
		}
		if round == 0 {
			if n := count(t, db, queuedMessages+" AND a.telegram_id IN (1, 2)"); n != 2 {
				t.Errorf("the first round took %d of the two oldest", n)
			}
		}
	}
}

// Who deletes takes the account's rows from the top, and who writes messages
// begins with the activity.
func TestQueueFreshActivity_mixedWithDeletionNeitherFailsNorLeavesAnythingBehind(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	stores := []*users.Store{store, anotherCopy(t, db)}
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for i := range 50 {
				session, err := store.SignIn(t.Context(), link(int64(worker+1), fmt.Sprint(worker, i)))
				if err != nil {
					t.Errorf("SignIn = %v", err)
					return
				}
				if _, err := store.DeleteAccount(t.Context(), session.Account.ID); err != nil {
					t.Errorf("DeleteAccount = %v", err)
				}
			}
		})
		wg.Go(func() {
			for range 100 {
				if _, err := stores[worker%2].QueueFreshActivity(t.Context(), 3, enqueue); err != nil {
					t.Errorf("QueueFreshActivity = %v", err)
				}
			}
		})
	}
	wg.Wait()
	for _, left := range []string{"accounts", "activity", "messages", "river_job"} {
		if n := count(t, db, left); n != 0 {
			t.Errorf("%s: %d rows are left", left, n)
		}
	}
}

func queueTest(t *testing.T, store *users.Store, account users.Account, at time.Time) {
	t.Helper()
	if _, err := store.QueueTestMessage(t.Context(), account, at, enqueue); err != nil {
		t.Errorf("QueueTestMessage = %v", err)
	}
}

// lastTest returns the newest test message, which must be there.
func lastTest(t *testing.T, store *users.Store, accountID int64) users.Message {
	t.Helper()
	m, found, err := store.LastTestMessage(t.Context(), accountID)
	if err != nil || !found {
		t.Fatalf("LastTestMessage = %t, %v", found, err)
	}
	return m
}

func TestQueueTestMessage_oneIsOpenAtATime(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	anna := signIn(t, store, link(42, "anna")).Account
	boris := signIn(t, store, link(43, "boris")).Account
	queueFresh(t, store, 100) // Their welcomes are open and no tests.
	queueTest(t, store, boris, noon)

	queueTest(t, store, anna, noon)
	first := lastTest(t, store, anna.ID)
	if first.Kind != users.TestMessage || first.State != users.MessageQueued || first.Reason != "" || !first.CreatedAt.Equal(noon) {
		t.Errorf("the first: %+v", first)
	}
	queueTest(t, store, anna, noon.Add(time.Second))
	if _, err := store.BeginSending(t.Context(), first.ID); err != nil {
		t.Fatal(err)
	}
	queueTest(t, store, anna, noon.Add(2*time.Second))
	if now := lastTest(t, store, anna.ID); now.ID != first.ID {
		t.Error("a second one was written while the first was open")
	}

	first.State = users.MessageSent
	if err := store.SettleMessage(t.Context(), first, noon.Add(3*time.Second), nil); err != nil {
		t.Fatal(err)
	}
	queueTest(t, store, anna, noon.Add(4*time.Second))
	if second := lastTest(t, store, anna.ID); second.ID == first.ID || !second.CreatedAt.Equal(noon.Add(4*time.Second)) {
		t.Errorf("after the first was sent: %+v", second)
	}
	if n := count(t, db, queuedMessages+" AND a.telegram_id = 42 AND m.kind = 'test'"); n != 1 {
		t.Errorf("%d queued, want 1", n)
	}
	if n := count(t, db, "river_job j JOIN messages m ON m.id = (args ->> 'message_id')::bigint WHERE m.kind = 'test'"); n != 2 {
		t.Errorf("%d jobs, want one for Anna's newest and one for Boris's", n)
	}
	if n := count(t, db, "messages WHERE kind = 'test'"); n != 2 {
		t.Errorf("%d test messages, want the newest of each", n)
	}
	if n := count(t, db, "messages WHERE kind = 'welcome'"); n != 2 {
		t.Errorf("%d welcomes, want 2", n)
	}
}

func TestQueueTestMessage_ofManyAtOnceOneIsWritten(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	stores := []*users.Store{store, anotherCopy(t, db)}
	account := signIn(t, store, link(42, "x")).Account
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() { queueTest(t, stores[i%2], account, noon) })
	}
	wg.Wait()
	if messages, jobs := count(t, db, "messages"), count(t, db, "river_job"); messages != 1 || jobs != 1 {
		t.Errorf("%d messages and %d jobs, want one", messages, jobs)
	}
}

func TestQueueTestMessage_whenTheQueueFailsNothingIsWritten(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	account := signIn(t, store, link(42, "x")).Account
	broken := errors.New("no queue")
	_, err := store.QueueTestMessage(t.Context(), account, noon, func(context.Context, pgx.Tx, []users.QueuedMessage) error {
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("QueueTestMessage = %v", err)
	}
	if n := count(t, db, "messages"); n != 0 {
		t.Errorf("%d messages without a job", n)
	}
}

// testMessages are the ways to write a test message.
var testMessages = map[string]func(context.Context, *users.Store, users.Account) error{
	"queue": func(ctx context.Context, store *users.Store, account users.Account) error {
		_, err := store.QueueTestMessage(ctx, account, noon, enqueue)
		return err
	},
	"drop": func(ctx context.Context, store *users.Store, account users.Account) error {
		return store.DropTestMessage(ctx, account.ID, noon, users.ReasonNotifications)
	},
}

func TestTestMessage_ofAnAccountThatIsGoneIsNotWritten(t *testing.T) {
	t.Parallel()
	for name, write := range testMessages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store, db := newStore(t)
			account := signIn(t, store, link(42, "x")).Account
			if _, err := store.DeleteAccount(t.Context(), account.ID); err != nil {
				t.Fatal(err)
			}
			if err := write(t.Context(), store, account); err != nil {
				t.Errorf("error = %v", err)
			}
			wantNoMessage(t, db)
		})
	}
}

func TestTestMessage_ofAnAccountThatIsBeingDeletedIsNotWritten(t *testing.T) {
	t.Parallel()
	for name, write := range testMessages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store, db := newStore(t)
			account := signIn(t, store, link(42, "x")).Account
			tx, err := db.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) })
			if _, err := tx.Exec(t.Context(), "DELETE FROM accounts WHERE id = $1", account.ID); err != nil {
				t.Fatal(err)
			}
			var wg sync.WaitGroup
			wg.Go(func() {
				if err := write(t.Context(), store, account); err != nil {
					t.Errorf("error = %v", err)
				}
			})
			waitForLock(t, db)
			if err := tx.Commit(t.Context()); err != nil {
				t.Fatal(err)
			}
			wg.Wait()
			wantNoMessage(t, db)
		})
	}
}

func wantNoMessage(t *testing.T, db *pgxpool.Pool) {
	t.Helper()
	if messages, jobs := count(t, db, "messages"), count(t, db, "river_job"); messages != 0 || jobs != 0 {
		t.Errorf("%d messages and %d jobs, want none", messages, jobs)
	}
}

func TestDropTestMessage_isTheLastOneAndSaysWhy(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	anna := signIn(t, store, link(42, "anna")).Account
	boris := signIn(t, store, link(43, "boris")).Account
	queueFresh(t, store, 100)
	if _, found, err := store.LastTestMessage(t.Context(), anna.ID); err != nil || found {
		t.Errorf("before: LastTestMessage = %t, %v", found, err)
	}
	for i, reason := range []users.MessageReason{users.ReasonNotifications, users.ReasonWriteAccess} {
		if err := store.DropTestMessage(t.Context(), anna.ID, noon.Add(time.Duration(i)*time.Minute), reason); err != nil {
			t.Fatal(err)
		}
	}
	last := lastTest(t, store, anna.ID)
	if last.Kind != users.TestMessage || last.State != users.MessageDropped || last.Reason != users.ReasonWriteAccess ||
		!last.CreatedAt.Equal(noon.Add(time.Minute)) || last.State.IsOpen() {
		t.Errorf("LastTestMessage = %+v", last)
	}
	if n := count(t, db, "messages WHERE kind = 'test' AND settled_at = created_at"); n != 1 {
		t.Errorf("%d are settled, want 1: the one before is of no interest", n)
	}
	if n := count(t, db, "river_job j JOIN messages m ON m.id = (args ->> 'message_id')::bigint WHERE m.kind = 'test'"); n != 0 {
		t.Errorf("%d jobs for what is not sent", n)
	}
	if _, found, err := store.LastTestMessage(t.Context(), boris.ID); err != nil || found {
		t.Errorf("somebody else: LastTestMessage = %t, %v", found, err)
	}

	queueTest(t, store, boris, noon)
	if err := store.DropTestMessage(t.Context(), boris.ID, noon, users.ReasonWriteAccess); err != nil {
		t.Fatal(err)
	}
	if n := count(t, db, queuedMessages+" AND m.kind = 'test' AND a.telegram_id = 43"); n != 1 {
		t.Error("a message that was open is gone")
	}
	if last := lastTest(t, store, boris.ID); last.State != users.MessageDropped {
		t.Errorf("the last one is %s, want the one that was asked for last", last.State)
	}
}

func TestTestMessage_takesThePlaceOfTheOneBeforeAndOfNoOther(t *testing.T) {
	t.Parallel()
	for name, write := range testMessages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store, db := newStore(t)
			anna := signIn(t, store, link(42, "anna")).Account
			boris := signIn(t, store, link(43, "boris")).Account
			queueFresh(t, store, 100)
			exec(t, db, "UPDATE messages SET state = 'sent', settled_at = created_at") // The welcomes.
			for _, account := range []users.Account{anna, boris} {
				if err := store.DropTestMessage(t.Context(), account.ID, noon, users.ReasonWriteAccess); err != nil {
					t.Fatal(err)
				}
			}
			before := lastTest(t, store, anna.ID)
			if err := write(t.Context(), store, anna); err != nil {
				t.Fatal(err)
			}
			if n := count(t, db, "messages WHERE id = $1", before.ID); n != 0 {
				t.Error("the one before is still there")
			}
			for what, want := range map[string]int{
				"kind = 'test' AND account_id = $1":  1,
				"kind = 'test' AND account_id <> $1": 1,
				"kind = 'welcome' AND $1 > 0":        2,
			} {
				if n := count(t, db, "messages WHERE "+what, anna.ID); n != want {
					t.Errorf("%s: %d messages, want %d", what, n, want)
				}
			}
		})
	}
}
