package bot_test

import (
	"testing"
	"time"

	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/internal/users"
)

func TestPoll_onlyOneOfTwoCopiesPolls(t *testing.T) {
	t.Parallel()
	db, first := pgtest.New(t), newStandIn(t)
	second := first.anotherWay(t)
	a, b := newBotOn(t, db, first.url), newBotOn(t, db, second.url)
	a.run(t)
	first.awaitPolls(t, 1)

	b.poll(t)
	b.clock.awaitReads(t, 3) // It has looked at the lease three times.

	if answers := first.answersAfter(t, first.say(t, "/start")); len(answers) != 1 {
		t.Errorf("one message got %d answers", len(answers))
	}
	if n := second.calls("getUpdates"); n != 0 {
		t.Errorf("the second copy polled %d times beside the first", n)
	}
}

func TestPoll_standbyTakesOverWhenTheFirstStops(t *testing.T) {
	t.Parallel()
	db, first := pgtest.New(t), newStandIn(t)
	second := first.anotherWay(t)
	a, b := newBotOn(t, db, first.url), newBotOn(t, db, second.url)
	stopFirst := a.run(t)
	first.awaitPolls(t, 1)
	b.run(t)

	stopFirst()

	second.awaitPolls(t, 1) // By the clock, the lease has not run out.
	second.answersAfter(t, second.say(t, "/start"))
}

func TestPoll_standbyTakesOverFromACopyThatDied(t *testing.T) {
	t.Parallel()
	telegram := newStandIn(t)
	b := newBot(t, telegram.url)
	dead := users.LeaseHolder{1}
	if held, err := b.store.HoldUpdateLease(t.Context(), botID, dead, noon, noon.Add(time.Minute)); err != nil || !held {
		t.Fatalf("HoldUpdateLease = %t, %v", held, err)
	}
	b.poll(t)
	b.clock.awaitReads(t, 3)
	if n := telegram.calls("getUpdates"); n != 0 {
		t.Errorf("polled %d times while another copy held the lease", n)
	}

	b.clock.advance(time.Minute)

	telegram.awaitPolls(t, 1)
}

// Two pollers would end each other's requests, so a copy that cannot renew has
// to stop before another one may begin.
func TestPoll_stopsBeforeItsLeaseHasRunOut(t *testing.T) {
	t.Parallel()
	telegram := newStandIn(t)
	b := newBot(t, telegram.url)
	b.poll(t)
	telegram.awaitPolls(t, 1)

	if _, err := b.db.Exec(t.Context(), "ALTER TABLE update_leases RENAME TO away"); err != nil { // It cannot renew.
		t.Fatal(err)
	}
	b.clock.advance(testLease * 2 / 3)

	telegram.await(t, "the open request to end", func() bool { return telegram.ended == 1 })
	b.clock.awaitReads(t, 3)
	if n := telegram.calls("getUpdates"); n != 1 {
		t.Errorf("polled %d times, want only before the lease was lost", n)
	}
}

func TestPoll_stopsWhenTheSiteStops(t *testing.T) {
	t.Parallel()
	telegram := newStandIn(t)
	b := newBot(t, telegram.url)
	stop := b.run(t)
	telegram.awaitPolls(t, 1)

	stop() // Waits for it to return.

	if text := b.log.String(); text != "" {
		t.Errorf("stopping was logged as trouble: %s", text)
	}
}
