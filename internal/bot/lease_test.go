package bot_test

import (
	"testing"
	"time"

	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/internal/users"
)

func TestPoll_onlyOneOfTwoCopiesPolls(t *testing.T) {
	t.Parallel()
	store, first := newStore(t), newStandIn(t)
	second := first.anotherWay(t)
	a, _, _ := newBot(t, first.url, store)
	b, _, standbyClock := newBot(t, second.url, store)
	poll(t, a)
	first.awaitPolls(t, 1)

	poll(t, b)
	standbyClock.awaitReads(t, 3) // It has looked at the lease three times.

	if answers := first.answersAfter(t, first.say(t, "/start")); len(answers) != 1 {
		t.Errorf("one message got %d answers", len(answers))
	}
	if n := second.calls("getUpdates"); n != 0 {
		t.Errorf("the second copy polled %d times beside the first", n)
	}
}

func TestPoll_standbyTakesOverWhenTheFirstStops(t *testing.T) {
	t.Parallel()
	store, first := newStore(t), newStandIn(t)
	second := first.anotherWay(t)
	a, _, _ := newBot(t, first.url, store)
	b, _, _ := newBot(t, second.url, store)
	stopFirst := poll(t, a)
	first.awaitPolls(t, 1)
	poll(t, b)

	stopFirst()

	second.awaitPolls(t, 1) // By the clock, the lease has not run out.
	second.answersAfter(t, second.say(t, "/start"))
}

func TestPoll_standbyTakesOverFromACopyThatDied(t *testing.T) {
	t.Parallel()
	store, telegram := newStore(t), newStandIn(t)
	dead := users.LeaseHolder{1}
	if held, err := store.HoldUpdateLease(t.Context(), botID, dead, noon, noon.Add(time.Minute)); err != nil || !held {
		t.Fatalf("HoldUpdateLease = %t, %v", held, err)
	}
	b, _, now := newBot(t, telegram.url, store)
	poll(t, b)
	now.awaitReads(t, 3)
	if n := telegram.calls("getUpdates"); n != 0 {
		t.Errorf("polled %d times while another copy held the lease", n)
	}

	now.advance(time.Minute)

	telegram.awaitPolls(t, 1)
}

// Two pollers would end each other's requests, so a copy that cannot renew has
// to stop before another one may begin.
func TestPoll_stopsBeforeItsLeaseHasRunOut(t *testing.T) {
	t.Parallel()
	db, telegram := pgtest.New(t), newStandIn(t)
	b, _, now := newBot(t, telegram.url, users.NewStore(db))
	poll(t, b)
	telegram.awaitPolls(t, 1)

	if _, err := db.Exec(t.Context(), "UPDATE update_leases SET holder = gen_random_uuid(), expires_at = $1",
		noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	now.advance(testLease * 2 / 3)

	telegram.await(t, "the open request to end", func() bool { return telegram.ended == 1 })
	now.awaitReads(t, 3)
	if n := telegram.calls("getUpdates"); n != 1 {
		t.Errorf("polled %d times, want only before the lease was lost", n)
	}
}

func TestPoll_stopsWhenTheSiteStops(t *testing.T) {
	t.Parallel()
	store, telegram := newStore(t), newStandIn(t)
	b, logged, _ := newBot(t, telegram.url, store)
	stop := poll(t, b)
	telegram.awaitPolls(t, 1)

	stop() // Waits for it to return.

	if text := logged.String(); text != "" {
		t.Errorf("stopping was logged as trouble: %s", text)
	}
}
