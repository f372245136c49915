package users_test

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/telegram-login/internal/users"
)

// pace is the usual pace of the tests.
var pace = users.SendSlots{BotID: botID, Bot: 40 * time.Millisecond, Chat: 1200 * time.Millisecond, Patience: time.Second}

// takes asks for a slot at a time after noon and compares the answer.
type takes struct {
	slots users.SendSlots
	chat  int64
	at    time.Duration
	turn  time.Duration // Or, if not ok, when to ask again.
	ok    bool
}

func (w takes) check(t *testing.T, store *users.Store) {
	t.Helper()
	turn, ok, err := store.TakeSendSlot(t.Context(), w.slots, w.chat, noon.Add(w.at))
	if err != nil || ok != w.ok || !turn.Equal(noon.Add(w.turn)) {
		t.Errorf("chat %d, %v after noon: TakeSendSlot = %v after noon, %t, %v; want %v, %t",
			w.chat, w.at, turn.Sub(noon), ok, err, w.turn, w.ok)
	}
}

func TestTakeSendSlot_pacesTheBot(t *testing.T) {
	t.Parallel()
	store, _ := newStore(t)
	const ms = time.Millisecond
	otherBot := pace
	otherBot.BotID++
	for _, step := range []takes{
		{pace, 1, 0, 0, true},
		{pace, 2, 0, 40 * ms, true},
		{pace, 3, 10 * ms, 80 * ms, true},
		{otherBot, 3, 10 * ms, 10 * ms, true},
		{pace, 4, 119 * ms, 120 * ms, true},
		{pace, 5, 500 * ms, 500 * ms, true}, // What was not used is not made up for.
		{pace, 6, 500 * ms, 540 * ms, true},
		{pace, 7, 400 * ms, 580 * ms, true}, // A slower clock.
	} {
		step.check(t, store)
	}
}

func TestTakeSendSlot_pacesEachChat(t *testing.T) {
	t.Parallel()
	store, _ := newStore(t)
	const ms = time.Millisecond
	otherBot := pace
	otherBot.BotID++
	for _, step := range []takes{
		{pace, 1, 0, 0, true},
		{pace, 1, ms, 1200 * ms, false},
		{pace, 1, 1200*ms - time.Microsecond, 1200 * ms, false},
		{otherBot, 1, 100 * ms, 100 * ms, true},
		{pace, -100, 1150 * ms, 1150 * ms, true}, // A group.
		{pace, 1, 1200 * ms, 1200 * ms, true},
		{pace, -100, 2349 * ms, 2350 * ms, false},
		{pace, 1, 2399 * ms, 2400 * ms, false},
		{pace, 1, 2400 * ms, 2400 * ms, true},
		// The chat's pace counts from the turn and not from the asking.
		{pace, 2, 2400 * ms, 2440 * ms, true},
		{pace, 2, 3639 * ms, 3640 * ms, false},
		{pace, 2, 3640 * ms, 3640 * ms, true},
	} {
		step.check(t, store)
	}
}

func TestTakeSendSlot_messageThatItsChatMakesWaitUsesUpNoneOfTheBotsTime(t *testing.T) {
	t.Parallel()
	store, _ := newStore(t)
	const ms = time.Millisecond
	takes{pace, 1, 0, 0, true}.check(t, store)
	for range 100 {
		takes{pace, 1, 0, 1200 * ms, false}.check(t, store)
	}
	takes{pace, 2, 0, 40 * ms, true}.check(t, store)
}

func TestTakeSendSlot_tooFarAheadIsNoSlotAndSaysWhenToAskAgain(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	const ms = time.Millisecond
	short := pace
	short.Patience = 80 * ms
	for _, step := range []takes{
		{short, 1, 0, 0, true},
		{short, 2, 0, 40 * ms, true},
		{short, 3, 0, 80 * ms, true}, // Just near enough.
		{short, 4, 0, 120 * ms, false},
		{short, 4, 39 * ms, 120 * ms, false}, // Whoever got none has taken nothing.
		{short, 4, 40 * ms, 120 * ms, true},
		{short, 5, 160 * ms, 160 * ms, true},
	} {
		step.check(t, store)
	}
	if n := count(t, db, "send_slots WHERE chat_id = 4 AND next_at = $1", noon.Add(1320*ms)); n != 1 {
		t.Error("the one that had to ask again was not given the turn that it was told")
	}
}

// turnTaken is a message that may leave.
type turnTaken struct {
	chat int64
	at   time.Time
}

// wantPaced checks that no two turns are closer than they may be.
func wantPaced(t *testing.T, turns []turnTaken, slots users.SendSlots) {
	t.Helper()
	slices.SortFunc(turns, func(a, b turnTaken) int { return a.at.Compare(b.at) })
	last := map[int64]time.Time{}
	for i, turn := range turns {
		if i > 0 && turn.at.Sub(turns[i-1].at) < slots.Bot {
			t.Errorf("two turns of the bot within %v", turn.at.Sub(turns[i-1].at))
		}
		if before, earlier := last[turn.chat]; earlier && turn.at.Sub(before) < slots.Chat {
			t.Errorf("two turns of chat %d within %v", turn.chat, turn.at.Sub(before))
		}
		last[turn.chat] = turn.at
	}
}

// takeTurns sends messages to chats, each from a goroutine of its own, over two
// copies of the site, by a clock. When there is no slot, wait is told when to
// ask again.
func takeTurns(t *testing.T, slots users.SendSlots, chats, each int, clock func() time.Time, wait func(time.Time)) []turnTaken {
	t.Helper()
	store, db := newStore(t)
	stores := []*users.Store{store, anotherCopy(t, db)}
	turns := make([]turnTaken, chats*each)
	var wg sync.WaitGroup
	for i := range turns {
		wg.Go(func() {
			chat := int64(i%chats + 1)
			for {
				asked := clock()
				turn, ok, err := stores[i/chats%2].TakeSendSlot(t.Context(), slots, chat, asked)
				if err != nil {
					t.Errorf("TakeSendSlot = %v", err)
					return
				}
				if ok {
					turns[i] = turnTaken{chat, turn}
					if turn.Before(asked.Truncate(time.Microsecond)) || turn.After(asked.Add(slots.Patience)) {
						t.Errorf("asked at %v, and the turn is at %v", asked, turn)
					}
					return
				}
				wait(turn)
			}
		})
	}
	wg.Wait()
	return turns
}

func TestTakeSendSlot_ofManyAtOnceByAClockThatStandsKeepsThePace(t *testing.T) {
	t.Parallel()
	var milliseconds atomic.Int64 // The clock moves when it is read, and else stands.
	clock := func() time.Time { return noon.Add(time.Duration(milliseconds.Add(1)) * time.Millisecond) }
	wait := func(until time.Time) {
		for now := milliseconds.Load(); now < until.Sub(noon).Milliseconds(); now = milliseconds.Load() {
			milliseconds.CompareAndSwap(now, until.Sub(noon).Milliseconds())
		}
	}
	wantPaced(t, takeTurns(t, pace, 10, 15, clock, wait), pace)
}

func TestTakeSendSlot_ofManyAtOnceByTheRealClockKeepsThePace(t *testing.T) {
	t.Parallel()
	quick := users.SendSlots{BotID: botID, Bot: 2 * time.Millisecond, Chat: 20 * time.Millisecond, Patience: 10 * time.Millisecond}
	wait := func(until time.Time) { time.Sleep(time.Until(until)) } // As a worker does.
	wantPaced(t, takeTurns(t, quick, 10, 10, time.Now, wait), quick)
}

func TestHoldSending_letsNothingLeaveBefore(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	for name, used := range map[string]bool{"bot that has sent": true, "bot that never sent": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store, _ := newStore(t)
			otherBot := pace
			otherBot.BotID++
			if used {
				takes{pace, 1, 0, 0, true}.check(t, store)
			}
			for _, until := range []time.Duration{30 * time.Second, time.Minute, 10 * time.Second} { // The farthest holds.
				if err := store.HoldSending(t.Context(), botID, noon.Add(until)); err != nil {
					t.Fatal(err)
				}
			}
			for _, step := range []takes{
				{pace, 2, 0, time.Minute, false},
				{pace, 3, 59*time.Second - ms, time.Minute, false},
				{otherBot, 3, 0, 0, true},
				{pace, 2, 59 * time.Second, time.Minute, true},
				{pace, 3, time.Minute, time.Minute + 40*ms, true},
			} {
				step.check(t, store)
			}
		})
	}
}

func TestHoldSending_takesNoSlotBack(t *testing.T) {
	t.Parallel()
	store, _ := newStore(t)
	const ms = time.Millisecond
	takes{pace, 1, 0, 0, true}.check(t, store)
	takes{pace, 2, 0, 40 * ms, true}.check(t, store)
	if err := store.HoldSending(t.Context(), botID, noon.Add(10*ms)); err != nil {
		t.Fatal(err)
	}
	takes{pace, 3, 0, 80 * ms, true}.check(t, store)
}

func TestSendingHeldUntil_isTheFarthestOfTheBot(t *testing.T) {
	t.Parallel()
	store, _ := newStore(t)
	want := func(bot int64, until time.Time) {
		t.Helper()
		if got, err := store.SendingHeldUntil(t.Context(), bot); err != nil || !got.Equal(until) {
			t.Errorf("SendingHeldUntil = %v, %v; want %v", got, err, until)
		}
	}
	want(botID, time.Unix(0, 0))
	takes{pace, 1, 0, 0, true}.check(t, store)
	want(botID, time.Unix(0, 0)) // A slot holds nobody.
	for _, step := range []struct{ hold, want time.Duration }{
		{time.Minute, time.Minute}, {time.Hour, time.Hour}, {time.Second, time.Hour},
	} {
		if err := store.HoldSending(t.Context(), botID, noon.Add(step.hold)); err != nil {
			t.Fatal(err)
		}
		want(botID, noon.Add(step.want))
	}
	takes{pace, 2, time.Hour, time.Hour, true}.check(t, store)
	want(botID, noon.Add(time.Hour))
	want(botID+1, time.Unix(0, 0))
}
