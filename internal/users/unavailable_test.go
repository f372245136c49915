package users_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/internal/postgres"
	"example.com/telegram-login/internal/users"
)

func TestStore_tellsAnOutageFromAMistake(t *testing.T) {
	t.Parallel()
	open := func(t *testing.T, parameters string) *pgxpool.Pool {
		t.Helper()
		db, err := pgxpool.New(t.Context(), pgtest.URL(t)+parameters)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(db.Close)
		return db
	}
	for name, prepare := range map[string]func(*testing.T) (*pgxpool.Pool, context.Context){
		"nobody listens": func(t *testing.T) (*pgxpool.Pool, context.Context) {
			t.Helper()
			return open(t, "&port=1"), t.Context()
		},
		"the server lets nobody in": func(t *testing.T) (*pgxpool.Pool, context.Context) {
			t.Helper()
			return open(t, "&dbname=no_such_database"), t.Context()
		},
		"read-only": func(t *testing.T) (*pgxpool.Pool, context.Context) {
			t.Helper()
			return open(t, "&default_transaction_read_only=on"), t.Context()
		},
		"all connections taken": func(t *testing.T) (*pgxpool.Pool, context.Context) {
			t.Helper()
			db := open(t, "&pool_max_conns=1")
			conn, err := db.Acquire(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(conn.Release)
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			t.Cleanup(cancel)
			return db, ctx
		},
		"all connections taken, and the caller would wait": func(t *testing.T) (*pgxpool.Pool, context.Context) {
			t.Helper()
			db, err := postgres.Open(t.Context(), pgtest.URL(t)+"&pool_max_conns=1&pool_acquire_timeout=20ms")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(db.Close)
			conn, err := db.Acquire(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(conn.Release)
			return db, t.Context()
		},
		"closed": func(t *testing.T) (*pgxpool.Pool, context.Context) {
			t.Helper()
			db := open(t, "")
			db.Close()
			return db, t.Context()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, ctx := prepare(t)
			if _, err := users.NewStore(db).SignIn(ctx, link(42, "x")); !errors.Is(err, users.ErrUnavailable) {
				t.Errorf("SignIn = %v, want ErrUnavailable", err)
			}
		})
	}

	store, _ := newStore(t)
	mistake := link(1<<60, "x")
	if _, err := store.SignIn(t.Context(), mistake); err == nil || errors.Is(err, users.ErrUnavailable) {
		t.Errorf("a number out of range: %v", err)
	}
}
