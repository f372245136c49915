package users_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/telegram-login/internal/users"
)

// wroteToBot is the update of somebody who writes to the bot.
func wroteToBot(telegramID, updateID int64, at time.Time) users.Update {
	return users.Update{
		BotID: botID, ID: updateID, At: at,
		WriteAccess: &users.WriteAccessEvent{
			BotID: botID, TelegramID: telegramID, State: users.WriteAccessAllowed, Source: users.FromPrivateMessage,
			HappenedAt: at, UpdateID: updateID, RecordedAt: at,
		},
	}
}

func apply(t *testing.T, store *users.Store, u users.Update) bool {
	t.Helper()
	isNew, err := store.ApplyUpdate(t.Context(), u, nil)
	if err != nil {
		t.Fatalf("ApplyUpdate = %v", err)
	}
	return isNew
}

func TestApplyUpdate_actsOnce(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	calls := 0
	for round := range 3 {
		isNew, err := store.ApplyUpdate(t.Context(), wroteToBot(42, 5, noon), func(context.Context, pgx.Tx) error {
			calls++
			return nil
		})
		if err != nil || isNew != (round == 0) {
			t.Errorf("round %d: ApplyUpdate = %t, %v", round, isNew, err)
		}
	}
	if calls != 1 {
		t.Errorf("then was called %d times, want 1", calls)
	}
	if apply(t, store, wroteToBot(42, 5, noon)) {
		t.Error("without then, the update counts again")
	}
	if n := count(t, db, "write_access_events"); n != 1 {
		t.Errorf("%d events, want 1", n)
	}
	other := wroteToBot(42, 5, noon) // Ids are per bot.
	other.BotID = botID + 1
	if !apply(t, store, other) {
		t.Error("the same id of another bot was taken for a repetition")
	}
}

func TestApplyUpdate_thatSaysNothingIsRemembered(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	nothing := users.Update{BotID: botID, ID: 5, At: noon}
	if !apply(t, store, nothing) || apply(t, store, nothing) {
		t.Error("want new the first time and not the second")
	}
	if n := count(t, db, "write_access_events"); n != 0 {
		t.Errorf("%d events, want none", n)
	}
}

func TestApplyUpdate_callsThenInTheSameTransaction(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	const written = "handled_updates u JOIN write_access_events e USING (bot_id, update_id) WHERE update_id = 5"
	_, err := store.ApplyUpdate(t.Context(), wroteToBot(42, 5, noon), func(ctx context.Context, tx pgx.Tx) error {
		var within int
		if err := tx.QueryRow(ctx, "SELECT count(*) FROM "+written).Scan(&within); err != nil {
			return err
		}
		if outside := count(t, db, written); within != 1 || outside != 0 {
			t.Errorf("rows within = %d, outside = %d, want 1 and 0", within, outside)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := count(t, db, written); n != 1 {
		t.Errorf("rows afterwards = %d, want 1", n)
	}
}

func TestApplyUpdate_whenThenFailsNothingIsLeftAndTheUpdateCanComeAgain(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	signIn(t, store, link(42, "x"))
	update := wroteToBot(42, 5, noon)
	update.Silence = 42
	full := errors.New("the queue is full")
	isNew, err := store.ApplyUpdate(t.Context(), update, func(context.Context, pgx.Tx) error { return full })
	if isNew || !errors.Is(err, full) {
		t.Errorf("ApplyUpdate = %t, %v", isNew, err)
	}
	for _, left := range []string{"handled_updates", "write_access_events", "accounts WHERE NOT notifications"} {
		if n := count(t, db, left); n != 0 {
			t.Errorf("%s: %d rows, want none", left, n)
		}
	}
	called := false
	isNew, err = store.ApplyUpdate(t.Context(), update, func(context.Context, pgx.Tx) error {
		called = true
		return nil
	})
	if err != nil || !isNew || !called {
		t.Errorf("the second time: ApplyUpdate = %t, %v; then called: %t", isNew, err, called)
	}
	for _, there := range []string{"handled_updates", "write_access_events", "accounts WHERE NOT notifications"} {
		if n := count(t, db, there); n != 1 {
			t.Errorf("%s: %d rows, want 1", there, n)
		}
	}
}

func TestApplyUpdate_comesAgainAfterALostRace(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	tries := 0
	isNew, err := store.ApplyUpdate(t.Context(), wroteToBot(42, 5, noon), func(context.Context, pgx.Tx) error {
		if tries++; tries == 1 {
			return &pgconn.PgError{Code: "40P01"}
		}
		return nil
	})
	if err != nil || !isNew || tries != 2 {
		t.Errorf("ApplyUpdate = %t, %v after %d tries", isNew, err, tries)
	}
	if n := count(t, db, "write_access_events"); n != 1 {
		t.Errorf("%d events, want 1", n)
	}
}

func TestApplyUpdate_ofManyAtOnceOneActs(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	stores := []*users.Store{store, anotherCopy(t, db)}
	var acted, called atomic.Int32
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			var then func(context.Context, pgx.Tx) error
			if i%4 < 2 {
				then = func(context.Context, pgx.Tx) error {
					called.Add(1)
					return nil
				}
			}
			isNew, err := stores[i%2].ApplyUpdate(t.Context(), wroteToBot(42, 5, noon), then)
			if err != nil {
				t.Errorf("ApplyUpdate = %v", err)
			}
			if isNew {
				acted.Add(1)
			}
		})
	}
	wg.Wait()
	if acted.Load() != 1 || called.Load() > 1 {
		t.Errorf("%d acted and %d called then, want one", acted.Load(), called.Load())
	}
	if n := count(t, db, "write_access_events"); n != 1 {
		t.Errorf("%d events, want 1", n)
	}
}

// Who comes second while the first is still at it must not take the update for
// done: the first may fail.
func TestApplyUpdate_whoWaitedForOneThatFailedActs(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	begun, fail := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		_, err := store.ApplyUpdate(t.Context(), wroteToBot(42, 5, noon), func(context.Context, pgx.Tx) error {
			close(begun)
			<-fail
			return errors.New("no")
		})
		if err == nil {
			t.Error("the first: no error")
		}
	})
	<-begun
	wg.Go(func() {
		isNew, err := store.ApplyUpdate(t.Context(), wroteToBot(42, 5, noon), nil)
		if err != nil || !isNew {
			t.Errorf("the second: ApplyUpdate = %t, %v", isNew, err)
		}
	})
	waitForLock(t, db)
	close(fail)
	wg.Wait()
}

func TestApplyUpdate_silenceTurnsTheNotificationsOfOnePersonOffOnce(t *testing.T) {
	t.Parallel()
	store, _ := newStore(t)
	anna := signIn(t, store, link(42, "anna")).Account
	signIn(t, store, link(43, "boris"))
	stop := wroteToBot(42, 5, noon)
	stop.Silence, stop.SilenceAt = 42, noon
	apply(t, store, stop)
	wantNotifications(t, store, 42, false)
	wantNotifications(t, store, 43, true)

	if err := store.SetNotifications(t.Context(), anna.ID, true, noon.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	apply(t, store, stop) // A repetition must not undo what the person wanted since.
	wantNotifications(t, store, 42, true)

	// Telegram counts in seconds: one of the same second came after it.
	if err := store.SetNotifications(t.Context(), anna.ID, true, noon.Add(2*time.Minute+700*time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	tie := wroteToBot(42, 9, noon.Add(2*time.Minute))
	tie.Silence, tie.SilenceAt = 42, noon.Add(2*time.Minute)
	apply(t, store, tie)
	wantNotifications(t, store, 42, false)
	if err := store.SetNotifications(t.Context(), anna.ID, true, noon.Add(3*time.Minute)); err != nil {
		t.Fatal(err)
	}

	late := wroteToBot(42, 7, noon.Add(time.Second))
	late.Silence, late.SilenceAt = 42, noon.Add(time.Second)
	apply(t, store, late) // Nor one that was on its way while they chose.
	wantNotifications(t, store, 42, true)
	later := wroteToBot(42, 8, noon.Add(time.Hour))
	later.Silence, later.SilenceAt = 42, noon.Add(time.Hour)
	apply(t, store, later)
	wantNotifications(t, store, 42, false)

	stranger := wroteToBot(44, 6, noon)
	stranger.Silence, stranger.SilenceAt = 44, noon
	if !apply(t, store, stranger) {
		t.Error("the update of somebody without an account was not new")
	}
}

func TestApplyUpdate_beforeTheAccountExistsIsKnownToIt(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	update := wroteToBot(42, 5, noon.Add(-time.Second))
	update.WriteAccess.Source = users.FromConnectedWebsite
	apply(t, store, update)
	if n := count(t, db, "accounts"); n != 0 {
		t.Errorf("%d accounts: an update is no sign-in", n)
	}
	signIn(t, store, link(42, "x"))
	wantAccess(t, store, botID, 42, users.WriteAccess{
		State: users.WriteAccessAllowed, Source: users.FromConnectedWebsite, Since: noon.Add(-time.Second),
	})
}

func TestApplyUpdate_whoWritesEveryDayDoesNotFillTheTable(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	record(t, store, botID, 43, fact{users.WriteAccessAllowed, users.FromPrivateMessage, -time.Hour, 900})
	record(t, store, botID, 43, fact{users.WriteAccessAllowed, users.FromPrivateMessage, 0, 901})
	record(t, store, botID, 43, fact{users.WriteAccessAllowed, users.FromPrivateMessage, time.Hour, 902})
	record(t, store, botID+1, 42, fact{users.WriteAccessBlocked, users.FromMyChatMember, -time.Hour, 903})

	const blockedOn, backOn = 100, 110
	want := users.WriteAccess{State: users.WriteAccessAllowed, Source: users.FromPrivateMessage, Since: noon}
	most := 0
	for day := range 365 {
		update := wroteToBot(42, int64(1000+day), noon.AddDate(0, 0, day))
		if day == blockedOn || day == backOn {
			update.WriteAccess.Source = users.FromMyChatMember
			want.Source, want.Since = users.FromMyChatMember, update.At
		}
		if want.State = users.WriteAccessAllowed; day >= blockedOn && day < backOn {
			want.State = users.WriteAccessBlocked
		}
		update.WriteAccess.State = want.State
		apply(t, store, update)
		wantAccess(t, store, botID, 42, want)
		most = max(most, count(t, db, "write_access_events WHERE bot_id = $1 AND telegram_id = 42", botID))
	}
	// Two for each of the three spells, and those of the last two days.
	if most > 8 {
		t.Errorf("up to %d rows for one person", most)
	}
	if n := count(t, db, "write_access_events WHERE bot_id <> $1 OR telegram_id <> 42", botID); n != 4 {
		t.Errorf("%d rows of others, want their 4", n)
	}
}

func TestApplyUpdate_whoWritesWithoutEndDoesNotFillTheTable(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	for i := range int64(300) {
		apply(t, store, wroteToBot(42, i, noon.Add(time.Duration(i)*time.Minute)))
	}
	if n := count(t, db, "write_access_events"); n != 101 {
		t.Errorf("%d rows, want the newest hundred and the first", n)
	}
	wantAccess(t, store, botID, 42, users.WriteAccess{
		State: users.WriteAccessAllowed, Source: users.FromPrivateMessage, Since: noon,
	})
}

// By the rule of repetitions it would go: it stands between two that say the
// same.
func TestApplyUpdate_permissionIsNeverForgotten(t *testing.T) {
	t.Parallel()
	store, _ := newStore(t)
	permission := wroteToBot(42, 1, noon.AddDate(0, 0, 1))
	permission.WriteAccess.Source = users.FromConnectedWebsite
	apply(t, store, wroteToBot(42, 0, noon))
	apply(t, store, permission)
	for i := range int64(150) { // More than a hundred, and for more than two days.
		apply(t, store, wroteToBot(42, 2+i, noon.AddDate(0, 0, 2).Add(time.Duration(i)*time.Hour)))
	}
	wantAccess(t, store, botID, 42, users.WriteAccess{
		State: users.WriteAccessAllowed, Source: users.FromConnectedWebsite, Since: noon.AddDate(0, 0, 1),
	})
}

// What is younger than two days stays, so that an update that comes late finds
// its place.
func TestApplyUpdate_forgetsNoRepetitionThatAnUpdateMayStillComeBetween(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	for i, hour := range []int{0, 1, 2, 49} { // The second one is 48 hours old, the third one is not.
		apply(t, store, wroteToBot(42, int64(10*i), noon.Add(time.Duration(hour)*time.Hour)))
	}
	if n := count(t, db, "write_access_events"); n != 4 {
		t.Errorf("%d rows, want 4: at 48 hours all stay", n)
	}
	apply(t, store, wroteToBot(42, 50, noon.Add(49*time.Hour+time.Second)))
	if n := count(t, db, "write_access_events WHERE happened_at = $1", noon.Add(time.Hour)); n != 0 {
		t.Error("after 48 hours the repetition is still there")
	}

	late := wroteToBot(42, 25, noon.Add(3*time.Hour))
	late.At = noon.Add(50 * time.Hour)
	late.WriteAccess.State, late.WriteAccess.Source = users.WriteAccessBlocked, users.FromMyChatMember
	apply(t, store, late)
	wantAccess(t, store, botID, 42, users.WriteAccess{
		State: users.WriteAccessAllowed, Source: users.FromPrivateMessage, Since: noon.Add(49 * time.Hour),
	})
}
