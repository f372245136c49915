package users_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/users"
)

// mentions is the number of rows, in each table of the schema that has any, that
// hold one of these texts in whatever column.
func mentions(t *testing.T, db *pgxpool.Pool, texts ...string) map[string]int {
	t.Helper()
	rows, _ := db.Query(t.Context(), "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'")
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for _, table := range tables {
		from := pgx.Identifier{table}.Sanitize() + " x WHERE EXISTS (SELECT FROM unnest($1::text[]) s WHERE strpos(x::text, s) > 0)"
		if n := count(t, db, from, texts); n > 0 {
			found[table] = n
		}
	}
	return found
}

// fillTables leaves traces of a person wherever there can be any, and returns
// the account and the texts by which it is recognised.
func fillTables(t *testing.T, store *users.Store, db *pgxpool.Pool, telegramID int64, name string) (users.Account, []string) {
	t.Helper()
	in := link(telegramID, name)
	in.Profile = users.Profile{FirstName: "First" + name, LastName: "Last" + name, Username: "user" + name, PhotoURL: "https://t.me/" + name}
	account := signIn(t, store, in).Account
	again := link(telegramID, name+"again")
	again.Profile, again.Method, again.Device = in.Profile, users.MethodConfirmed, users.Device{Browser: "Firefox", System: "Linux"}
	signIn(t, store, again)
	queueFresh(t, store, 100)
	queueTest(t, store, account, noon)
	for bot := range int64(2) {
		record(t, store, botID+bot, telegramID, fact{users.WriteAccessAllowed, users.FromPrivateMessage, 0, telegramID % 1000})
		record(t, store, botID+bot, telegramID, fact{users.WriteAccessBlocked, users.FromSend, time.Second, 0})
		slots := pace
		slots.BotID += bot
		if _, ok, err := store.TakeSendSlot(t.Context(), slots, telegramID, noon.Add(time.Duration(bot)*time.Minute)); err != nil || !ok {
			t.Fatalf("TakeSendSlot = %t, %v", ok, err)
		}
	}
	for _, state := range []string{"available", "running", "retryable", "completed", "discarded"} {
		exec(t, db, `INSERT INTO river_job (kind, args, state, finalized_at)
			VALUES ('answer', jsonb_build_object('answer', 'start', 'telegram_id', $1::bigint, 'chat_id', -100), $2::text::river_job_state,
			        CASE WHEN $2::text IN ('completed', 'discarded') THEN now() END)`, telegramID, state)
	}
	return account, []string{
		strconv.FormatInt(telegramID, 10), strconv.FormatInt(account.ID, 10),
		"First" + name, "Last" + name, "user" + name,
		fmt.Sprint(in.Session.ID), hex.EncodeToString(in.Session.TokenHash[:]),
	}
}

func TestDeleteAccount_leavesNoTraceOfThePersonAndAllOfOthers(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	exec(t, db, "ALTER TABLE accounts ALTER COLUMN id RESTART WITH 770000000001") // A number that is nowhere by chance.
	anna, annasTraces := fillTables(t, store, db, 4242424242, "Anna")
	_, borisTraces := fillTables(t, store, db, 4343434343, "Boris")
	want := map[string]int{
		"accounts": 1, "sessions": 2, "activity": 2, "messages": 3, "write_access_events": 4, "send_slots": 2, "river_job": 8,
	}
	for name, traces := range map[string][]string{"Anna": annasTraces, "Boris": borisTraces} {
		if found := mentions(t, db, traces...); fmt.Sprint(found) != fmt.Sprint(want) {
			t.Fatalf("before, of %s: %v, want %v", name, found, want)
		}
	}

	removed, err := store.DeleteAccount(t.Context(), anna.ID)
	if err != nil || removed != (users.Deleted{Sessions: 2, Activity: 2, Messages: 3, WriteAccess: 4}) {
		t.Fatalf("DeleteAccount = %+v, %v", removed, err)
	}
	if found := mentions(t, db, annasTraces...); len(found) != 0 {
		t.Errorf("of who was deleted: %v", found)
	}
	if found := mentions(t, db, borisTraces...); fmt.Sprint(found) != fmt.Sprint(want) {
		t.Errorf("of the other: %v, want %v", found, want)
	}
	if n := count(t, db, "used_links"); n != 4 {
		t.Errorf("%d used links, want 4: deleting must not make a link usable again", n)
	}
	if removed, err := store.DeleteAccount(t.Context(), anna.ID); err != nil || removed != (users.Deleted{}) {
		t.Errorf("the second time: %+v, %v", removed, err)
	}
}

// The deletion waits for who is queueing, and must then see the jobs that came
// while it waited.
func TestDeleteAccount_takesTheJobsThatAreBeingQueued(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	account := signIn(t, store, link(42, "x")).Account
	begun, goOn := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		_, err := store.QueueFreshActivity(t.Context(), 100, func(ctx context.Context, tx pgx.Tx, m []users.QueuedMessage) error {
			close(begun)
			<-goOn
			return enqueue(ctx, tx, m)
		})
		if err != nil {
			t.Errorf("QueueFreshActivity = %v", err)
		}
	})
	<-begun
	wg.Go(func() {
		if _, err := store.DeleteAccount(t.Context(), account.ID); err != nil {
			t.Errorf("DeleteAccount = %v", err)
		}
	})
	waitForLock(t, db)
	close(goOn)
	wg.Wait()
	for _, left := range []string{"accounts", "messages", "river_job"} {
		if n := count(t, db, left); n != 0 {
			t.Errorf("%s: %d rows are left", left, n)
		}
	}
}
