package users_test

import (
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/users"
)

// botID is the bot that most tests are about.
const botID int64 = 110201543

// fact is a write access event, without whom it is about.
type fact struct {
	state  users.WriteAccessState
	source users.WriteAccessSource
	after  time.Duration // Since noon.
	update int64         // Not used for a send.
}

// record lets the store learn a fact the way it does for its source.
func record(t *testing.T, store *users.Store, bot, telegramID int64, f fact) {
	t.Helper()
	event := users.WriteAccessEvent{
		BotID: bot, TelegramID: telegramID, State: f.state, Source: f.source,
		HappenedAt: noon.Add(f.after), UpdateID: f.update, RecordedAt: noon.Add(f.after),
	}
	if f.source == users.FromSend {
		if err := store.RecordRefusedSend(t.Context(), event); err != nil {
			t.Fatal(err)
		}
		return
	}
	isNew, err := store.ApplyUpdate(t.Context(), users.Update{BotID: bot, ID: f.update, At: noon, WriteAccess: &event}, nil)
	if err != nil || !isNew {
		t.Fatalf("ApplyUpdate = %t, %v", isNew, err)
	}
}

// wantAccess compares a person's write access with an expected one.
func wantAccess(t *testing.T, store *users.Store, bot, telegramID int64, want users.WriteAccess) {
	t.Helper()
	got, err := store.WriteAccess(t.Context(), bot, telegramID)
	if err != nil || !sameAccess(got, want) {
		t.Errorf("person %d: WriteAccess = %+v, %v, want %+v", telegramID, got, err, want)
	}
}

func sameAccess(a, b users.WriteAccess) bool {
	return a.State == b.State && a.Source == b.Source && a.Since.Equal(b.Since)
}

func TestWriteAccess_isTheSameInWhateverOrderTheFactsArrive(t *testing.T) {
	t.Parallel()
	const (
		allowed, blocked, unreachable = users.WriteAccessAllowed, users.WriteAccessBlocked, users.WriteAccessUnreachable
		wrote, joined, agreed         = users.FromPrivateMessage, users.FromConnectedWebsite, users.FromWriteAccessAllowed
		switched, send                = users.FromMyChatMember, users.FromSend
		s                             = time.Second
	)
	tests := map[string]struct {
		facts []fact
		want  users.WriteAccess
	}{
		"the later time counts": {
			[]fact{{allowed, joined, 0, 1}, {blocked, switched, s, 2}},
			users.WriteAccess{State: blocked, Source: switched, Since: noon.Add(s)},
		},
		"the time counts before the update id": {
			[]fact{{blocked, switched, 0, 9}, {allowed, wrote, s, 1}},
			users.WriteAccess{State: allowed, Source: wrote, Since: noon.Add(s)},
		},
		"within a second, the update id counts, as a number": {
			[]fact{{blocked, switched, 0, 9}, {allowed, switched, 0, 10}},
			users.WriteAccess{State: allowed, Source: switched, Since: noon},
		},
		"a send loses a tie": {
			[]fact{{blocked, send, 0, 0}, {allowed, wrote, 0, 1}},
			users.WriteAccess{State: allowed, Source: wrote, Since: noon},
		},
		"a send that began later in the same second loses too": {
			[]fact{{blocked, send, 999 * time.Millisecond, 0}, {allowed, wrote, 0, 1}},
			users.WriteAccess{State: allowed, Source: wrote, Since: noon},
		},
		"a send counts by its time": {
			[]fact{{allowed, wrote, 0, 1}, {unreachable, send, s, 0}},
			users.WriteAccess{State: unreachable, Source: send, Since: noon.Add(s)},
		},
		"a send that began before the person came back changes nothing": {
			[]fact{{blocked, switched, 0, 1}, {blocked, send, s, 0}, {allowed, switched, 2 * s, 2}},
			users.WriteAccess{State: allowed, Source: switched, Since: noon.Add(2 * s)},
		},
		"the first fact of the present state tells since when": {
			[]fact{{allowed, joined, 0, 1}, {allowed, wrote, s, 2}, {allowed, agreed, 2 * s, 3}},
			users.WriteAccess{State: allowed, Source: joined, Since: noon},
		},
		"what the person said in as many words tells it rather": {
			[]fact{{allowed, wrote, 0, 1}, {allowed, switched, s, 2}, {allowed, joined, 2 * s, 3}, {allowed, agreed, 3 * s, 4}},
			users.WriteAccess{State: allowed, Source: joined, Since: noon.Add(2 * s)},
		},
		"what they said before they blocked the bot does not": {
			[]fact{{allowed, joined, 0, 1}, {blocked, switched, s, 2}, {allowed, switched, 2 * s, 3}},
			users.WriteAccess{State: allowed, Source: switched, Since: noon.Add(2 * s)},
		},
		"a permission is worth more than an earlier sign of the same": {
			[]fact{{allowed, wrote, 0, 1}, {allowed, joined, s, 2}, {allowed, agreed, 2 * s, 3}, {allowed, wrote, 3 * s, 4}},
			users.WriteAccess{State: allowed, Source: joined, Since: noon.Add(s)},
		},
		"a permission in a Mini App is one too": {
			[]fact{{allowed, wrote, 0, 1}, {allowed, agreed, s, 2}},
			users.WriteAccess{State: allowed, Source: agreed, Since: noon.Add(s)},
		},
		"a permission that was taken back is worth nothing": {
			[]fact{{allowed, joined, 0, 1}, {blocked, switched, s, 2}, {allowed, switched, 2 * s, 3}},
			users.WriteAccess{State: allowed, Source: switched, Since: noon.Add(2 * s)},
		},
		"an earlier time of the same state does not count": {
			[]fact{
				{allowed, joined, 0, 1},
				{allowed, wrote, s, 2},
				{blocked, switched, 2 * s, 3},
				{allowed, switched, 3 * s, 4},
				{allowed, wrote, 3 * s, 5},
			},
			users.WriteAccess{State: allowed, Source: switched, Since: noon.Add(3 * s)},
		},
		"all in one second": {
			[]fact{
				{allowed, agreed, 0, 3},
				{blocked, switched, 0, 4},
				{allowed, switched, 0, 5},
				{allowed, wrote, 0, 6},
				{blocked, send, 0, 0},
			},
			users.WriteAccess{State: allowed, Source: switched, Since: noon},
		},
		"a send between two of its own state is no break": {
			[]fact{{blocked, switched, 0, 1}, {blocked, send, s, 0}, {blocked, switched, 2 * s, 2}},
			users.WriteAccess{State: blocked, Source: switched, Since: noon},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store, _ := newStore(t)
			for i, order := range permutations(test.facts) {
				person := int64(i + 1)
				for _, f := range order {
					f.update += person * 100 // In the same order, and the person's own.
					record(t, store, botID, person, f)
				}
				wantAccess(t, store, botID, person, test.want)
			}
		})
	}
}

// permutations returns every order of some facts.
func permutations(facts []fact) [][]fact {
	if len(facts) == 0 {
		return [][]fact{nil}
	}
	var all [][]fact
	for i := range facts {
		rest := append(append([]fact{}, facts[:i]...), facts[i+1:]...)
		for _, order := range permutations(rest) {
			all = append(all, append([]fact{facts[i]}, order...))
		}
	}
	return all
}

func TestWriteAccess_isUnknownUntilSomethingIsKnown(t *testing.T) {
	t.Parallel()
	store, _ := newStore(t)
	signIn(t, store, link(42, "x")) // Says nothing about writing.
	wantAccess(t, store, botID, 42, users.WriteAccess{State: users.WriteAccessUnknown})
}

func TestWriteAccess_isOfOneBotAndOnePerson(t *testing.T) {
	t.Parallel()
	store, _ := newStore(t)
	record(t, store, botID, 42, fact{users.WriteAccessAllowed, users.FromPrivateMessage, 0, 1})
	record(t, store, botID, 43, fact{users.WriteAccessBlocked, users.FromMyChatMember, time.Second, 2})
	record(t, store, botID+1, 42, fact{users.WriteAccessBlocked, users.FromSend, time.Minute, 0})

	wantAccess(t, store, botID, 42, users.WriteAccess{
		State: users.WriteAccessAllowed, Source: users.FromPrivateMessage, Since: noon,
	})
	wantAccess(t, store, botID, 43, users.WriteAccess{
		State: users.WriteAccessBlocked, Source: users.FromMyChatMember, Since: noon.Add(time.Second),
	})
	wantAccess(t, store, botID+1, 42, users.WriteAccess{
		State: users.WriteAccessBlocked, Source: users.FromSend, Since: noon.Add(time.Minute),
	})
	wantAccess(t, store, botID+1, 43, users.WriteAccess{State: users.WriteAccessUnknown})
}

// An update that was late says nothing about now, and yet it may tell that the
// present state began earlier.
func TestWriteAccess_factThatComesLateChangesAtMostSince(t *testing.T) {
	t.Parallel()
	store, _ := newStore(t)
	now := func(source users.WriteAccessSource, since time.Duration) users.WriteAccess {
		return users.WriteAccess{State: users.WriteAccessAllowed, Source: source, Since: noon.Add(since)}
	}
	steps := []struct {
		fact fact
		want users.WriteAccess
	}{
		{fact{users.WriteAccessAllowed, users.FromPrivateMessage, time.Hour, 50}, now(users.FromPrivateMessage, time.Hour)},
		{fact{users.WriteAccessBlocked, users.FromMyChatMember, time.Minute, 20}, now(users.FromPrivateMessage, time.Hour)},
		{fact{users.WriteAccessAllowed, users.FromMyChatMember, 2 * time.Minute, 30}, now(users.FromMyChatMember, 2*time.Minute)},
		{fact{users.WriteAccessAllowed, users.FromConnectedWebsite, 0, 10}, now(users.FromMyChatMember, 2*time.Minute)},
		{fact{users.WriteAccessBlocked, users.FromMyChatMember, 30 * time.Minute, 40}, now(users.FromPrivateMessage, time.Hour)},
	}
	for _, step := range steps {
		record(t, store, botID, 42, step.fact)
		wantAccess(t, store, botID, 42, step.want)
	}
}

func TestRecordRefusedSend_keepsTheSecondItBeganInAndNoUpdate(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	record(t, store, botID, 42, fact{users.WriteAccessBlocked, users.FromSend, 1999 * time.Millisecond, 5})
	conditions := strings.Join([]string{
		"bot_id = $1", "telegram_id = 42", "state = 'blocked'", "source = 'send'", "happened_at = $2", "update_id IS NULL",
	}, " AND ")
	if n := count(t, db, "write_access_events WHERE "+conditions, botID, noon.Add(time.Second)); n != 1 {
		t.Errorf("%d such rows, want 1", n)
	}
}
