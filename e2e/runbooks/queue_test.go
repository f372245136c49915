package runbooks_test

import (
	"testing"
)

func TestQueueIsStuck_showsWhyAndTheMessagesArrive(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.telegram.goWrong(t, map[string]any{"api_error": true})
	m.telegram.write(t, anna, "/login") // The webhook still works.
	await(t, "a message that was tried in vain", func() bool { return m.count(t, "river_job WHERE state = 'retryable'") > 0 })
	if n := m.telegram.received(t, anna); n != 0 {
		t.Fatalf("%d messages arrived although Telegram is away", n)
	}

	printed := m.carryOut(t, "Queue is stuck", "", map[int]func(){
		1: func() { m.telegram.goWrong(t, map[string]any{}) },
	})

	mustSay(t, "the first step", printed[0],
		"tgl_queue_oldest_seconds", `tgl_bot_api_answers_total{code="5xx",method="sendMessage"}`, "| answer |", "problem      bot_token")
	await(t, "the message", func() bool { return m.telegram.received(t, anna) == 1 })
	await(t, "the queue to be empty", func() bool { return m.count(t, "river_job WHERE finalized_at IS NULL") == 0 })
}
