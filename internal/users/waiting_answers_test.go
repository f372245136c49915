package users_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/telegram-login/internal/users"
)

func TestWaitingAnswers_countsThoseToAChatOrForAPersonThatAreNotOnTheirWay(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	for _, state := range []string{
		"available", "retryable", "scheduled", "running", "completed", "discarded", "cancelled",
	} {
		exec(t, db, `INSERT INTO river_job (kind, args, state, finalized_at)
			SELECT kind, jsonb_build_object('telegram_id', 42, 'chat_id', chat), $1::text::river_job_state,
			       CASE WHEN $1::text IN ('completed', 'discarded', 'cancelled') THEN now() END
			FROM (VALUES ('answer', 42), ('answer', -100), ('message', 42)) v (kind, chat)`, state)
	}
	want := func(ctx context.Context, tx pgx.Tx, chat, person int64, n int) {
		t.Helper()
		if got, err := store.WaitingAnswers(ctx, tx, chat, person); err != nil || got != n {
			t.Errorf("chat %d, person %d: WaitingAnswers = %d, %v; want %d", chat, person, got, err, n)
		}
	}
	// It is asked while an update is being applied, and sees what that has queued.
	update := users.Update{BotID: botID, ID: 5, At: noon}
	_, err := store.ApplyUpdate(t.Context(), update, func(ctx context.Context, tx pgx.Tx) error {
		want(ctx, tx, 42, 43, 3)
		want(ctx, tx, -100, 43, 3)
		want(ctx, tx, 43, 43, 0)
		want(ctx, tx, 43, 42, 6) // In both chats.
		_, err := tx.Exec(ctx, `INSERT INTO river_job (kind, args) VALUES ('answer', '{"telegram_id": 42, "chat_id": 42}')`)
		want(ctx, tx, 42, 43, 4)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
