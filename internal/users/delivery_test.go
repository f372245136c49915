package users_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/users"
)

// messageOf returns the id of the only message of a kind.
func messageOf(t *testing.T, db *pgxpool.Pool, kind users.MessageKind) int64 {
	t.Helper()
	var id int64
	if err := db.QueryRow(t.Context(), "SELECT id FROM messages WHERE kind = $1", kind).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}

func delivery(t *testing.T, store *users.Store, id int64) users.Delivery {
	t.Helper()
	d, found, err := store.FindDelivery(t.Context(), botID, id)
	if err != nil || !found {
		t.Fatalf("FindDelivery = %t, %v", found, err)
	}
	return d
}

func TestFindDelivery_knowsAllThatDecidesNow(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	signInAt(t, store, 42, "first", noon)
	queueFresh(t, store, 100)
	in := link(42, "second")
	in.At = noon.Add(time.Hour)
	in.Device = users.Device{Browser: "Firefox", System: "Android"}
	account := signIn(t, store, in).Account
	queueFresh(t, store, 100)
	queueTest(t, store, account, noon.Add(2*time.Hour))
	notice := messageOf(t, db, users.SignInMessage)

	d := delivery(t, store, notice)
	if d.ID != notice || d.Kind != users.SignInMessage || d.State != users.MessageQueued || d.Reason != "" ||
		!d.CreatedAt.Equal(in.At) {
		t.Errorf("message = %+v", d.Message)
	}
	if d.Account.ID != account.ID || d.Account.TelegramID != 42 || d.Account.Profile != in.Profile ||
		!d.Account.CreatedAt.Equal(noon) || !d.Account.LastSignInAt.Equal(in.At) || !d.Account.Notifications {
		t.Errorf("account = %+v", d.Account)
	}
	if d.Device != in.Device {
		t.Errorf("device = %+v", d.Device)
	}
	if d.WriteAccess != users.WriteAccessUnknown {
		t.Errorf("write access = %q, want unknown", d.WriteAccess)
	}
	for _, kind := range []users.MessageKind{users.WelcomeMessage, users.TestMessage} {
		if d := delivery(t, store, messageOf(t, db, kind)); d.Kind != kind || d.Device != (users.Device{}) {
			t.Errorf("%s: %+v", kind, d)
		}
	}

	// The newest fact of this bot and person counts, and the switch of now.
	record(t, store, botID, 42, fact{users.WriteAccessAllowed, users.FromPrivateMessage, time.Minute, 2})
	record(t, store, botID, 42, fact{users.WriteAccessBlocked, users.FromMyChatMember, 0, 1})
	record(t, store, botID, 42, fact{users.WriteAccessBlocked, users.FromSend, time.Minute, 0})
	record(t, store, botID, 43, fact{users.WriteAccessBlocked, users.FromMyChatMember, time.Hour, 3})
	record(t, store, botID+1, 42, fact{users.WriteAccessBlocked, users.FromMyChatMember, time.Hour, 4})
	if err := store.SetNotifications(t.Context(), account.ID, false, noon); err != nil {
		t.Fatal(err)
	}
	if d := delivery(t, store, notice); d.WriteAccess != users.WriteAccessAllowed || d.Account.Notifications {
		t.Errorf("later: write access = %q, notifications = %t", d.WriteAccess, d.Account.Notifications)
	}
}

func TestFindDelivery_goneWithItsAccount(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	account := signIn(t, store, link(42, "x")).Account
	queueFresh(t, store, 100)
	id := messageOf(t, db, users.WelcomeMessage)
	if _, err := store.DeleteAccount(t.Context(), account.ID); err != nil {
		t.Fatal(err)
	}
	if _, found, err := store.FindDelivery(t.Context(), botID, id); err != nil || found {
		t.Errorf("FindDelivery = %t, %v", found, err)
	}
	if before, err := store.BeginSending(t.Context(), id); err != nil || before != "" {
		t.Errorf("BeginSending = %q, %v", before, err)
	}
	learnt := refused(42)
	if err := store.SettleMessage(t.Context(), users.Message{ID: id, State: users.MessageFailed}, noon, &learnt); err != nil {
		t.Errorf("SettleMessage = %v", err)
	}
	wantAccess(t, store, botID, 42, users.WriteAccess{State: users.WriteAccessUnknown})
}

// refused is what a send to somebody who blocked the bot teaches.
func refused(telegramID int64) users.WriteAccessEvent {
	return users.WriteAccessEvent{
		BotID: botID, TelegramID: telegramID, State: users.WriteAccessBlocked, Source: users.FromSend,
		HappenedAt: noon.Add(1500 * time.Millisecond), RecordedAt: noon.Add(2 * time.Second),
	}
}

func TestBeginSending_tellsWhatTheMessageWasUntilThen(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	signIn(t, store, link(42, "x"))
	queueFresh(t, store, 100)
	id := messageOf(t, db, users.WelcomeMessage)

	begin := func(want users.MessageState) {
		t.Helper()
		if before, err := store.BeginSending(t.Context(), id); err != nil || before != want {
			t.Errorf("BeginSending = %q, %v; want %q", before, err, want)
		}
	}
	putBack := func(want users.MessageState) {
		t.Helper()
		if err := store.PutBack(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		if now := delivery(t, store, id).State; now != want {
			t.Errorf("after PutBack the message is %s, want %s", now, want)
		}
	}
	putBack(users.MessageQueued)
	begin(users.MessageQueued)
	if now := delivery(t, store, id).State; now != users.MessageSending || !now.IsOpen() {
		t.Errorf("the message is %s", now)
	}
	begin(users.MessageSending)
	putBack(users.MessageQueued)
	begin(users.MessageQueued)
	if err := store.SettleMessage(t.Context(), users.Message{ID: id, State: users.MessageSent}, noon, nil); err != nil {
		t.Fatal(err)
	}
	begin("")
	putBack(users.MessageSent)
}

func TestSettleMessage_keepsWhatWasSaidFirst(t *testing.T) {
	t.Parallel()
	for _, first := range []users.Message{
		{State: users.MessageSent},
		{State: users.MessageDropped, Reason: users.ReasonNotifications},
		{State: users.MessageFailed, Reason: users.ReasonRefused},
		{State: users.MessageUncertain, Reason: users.ReasonInterrupted},
	} {
		t.Run(string(first.State), func(t *testing.T) {
			t.Parallel()
			store, db := newStore(t)
			signIn(t, store, link(42, "x"))
			signIn(t, store, link(43, "y"))
			queueFresh(t, store, 1)
			queueFresh(t, store, 1)
			if err := db.QueryRow(t.Context(), "SELECT min(id) FROM messages").Scan(&first.ID); err != nil {
				t.Fatal(err)
			}
			second := users.Message{ID: first.ID, State: users.MessageFailed, Reason: users.ReasonOutage}
			for i, m := range []users.Message{first, second} {
				if err := store.SettleMessage(t.Context(), m, noon.Add(time.Duration(i)*time.Minute), nil); err != nil {
					t.Fatal(err)
				}
			}
			if d := delivery(t, store, first.ID); d.State != first.State || d.Reason != first.Reason || d.State.IsOpen() {
				t.Errorf("the message is %s for %q, want %s for %q", d.State, d.Reason, first.State, first.Reason)
			}
			if n := count(t, db, "messages WHERE settled_at = $1", noon); n != 1 {
				t.Errorf("%d are settled since the first time, want 1", n)
			}
			if n := count(t, db, "messages WHERE state = 'queued'"); n != 1 {
				t.Errorf("%d others are queued, want 1", n)
			}
			if n := count(t, db, "write_access_events"); n != 0 {
				t.Errorf("%d facts, want none", n)
			}
		})
	}
}

func TestSettleMessage_writesWhatWasLearntOnceWithIt(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	signIn(t, store, link(42, "x"))
	queueFresh(t, store, 100)
	m := users.Message{ID: messageOf(t, db, users.WelcomeMessage), State: users.MessageFailed, Reason: users.ReasonWriteAccess}
	for range 2 {
		learnt := refused(42)
		if err := store.SettleMessage(t.Context(), m, noon, &learnt); err != nil {
			t.Fatal(err)
		}
	}
	if n := count(t, db, "write_access_events WHERE update_id IS NULL AND recorded_at = $1", noon.Add(2*time.Second)); n != 1 {
		t.Errorf("%d facts, want 1", n)
	}
	wantAccess(t, store, botID, 42, users.WriteAccess{
		State: users.WriteAccessBlocked, Source: users.FromSend, Since: noon.Add(time.Second),
	})
	if d := delivery(t, store, m.ID); d.State != m.State || d.Reason != m.Reason || d.WriteAccess != users.WriteAccessBlocked {
		t.Errorf("delivery = %+v", d)
	}
	other := refused(42) // A message that is not there teaches nothing.
	other.HappenedAt, other.State = noon.Add(time.Hour), users.WriteAccessUnreachable
	if err := store.SettleMessage(t.Context(), users.Message{ID: 999, State: users.MessageFailed}, noon, &other); err != nil {
		t.Errorf("a message that is gone: SettleMessage = %v", err)
	}
	if n := count(t, db, "write_access_events"); n != 1 {
		t.Errorf("%d facts, want 1", n)
	}
}
