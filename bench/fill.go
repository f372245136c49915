package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
)

// fill makes accounts with the Telegram ids from 1 on, each with a session and
// every second one with another, by COPY.
func (d database) fill(ctx context.Context, accounts int64) error {
	ctx, cancel := context.WithTimeout(ctx, setUpTimeout)
	defer cancel()
	now := time.Now()
	// Who is seen the first time for a minute is noted, and that is a write. Here
	// reading is measured: all of them were seen just now, however long it takes.
	seen := now.Add(24 * time.Hour)
	err := d.do(ctx, func(db *pgx.Conn) error {
		if err := copyRows(ctx, db, "accounts", accounts, func(i int64) []any {
			id := strconv.FormatInt(i, 10)
			return []any{i, "Anna", "Petrova", "anna_" + id, "https://t.me/i/userpic/320/" + id + ".jpg", now, now, now}
		}, "telegram_id", "first_name", "last_name", "username", "photo_url", "profile_at", "created_at", "last_sign_in_at"); err != nil {
			return err
		}
		return copyRows(ctx, db, "sessions", accounts*3/2, func(i int64) []any {
			token := filledToken(i)
			hash := sha256.Sum256(token[:])
			return []any{
				(i-1)%accounts + 1, [16]byte(token[:16]), hash[:], now, seen, now.Add(720 * time.Hour), "Chrome", "Linux", "button",
			}
		}, "account_id", "id", "token_hash", "created_at", "last_seen_at", "expires_at", "browser", "system", "method")
	})
	if err != nil {
		return fmt.Errorf("fill: %w", err)
	}
	return d.settle(ctx)
}

// fillUsedLinks makes rows of links that were used in the last minutes.
func (d database) fillUsedLinks(ctx context.Context, links int64) error {
	till := time.Now().Add(24 * time.Hour)
	err := d.do(ctx, func(db *pgx.Conn) error {
		return copyRows(ctx, db, "used_links", links, func(i int64) []any {
			mac := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("link"), uint64(i))) //nolint:gosec // From 1 on.
			return []any{mac[:], till.Add(time.Duration(i) * time.Millisecond)}
		}, "mac", "expires_at")
	})
	if err != nil {
		return fmt.Errorf("fill used links: %w", err)
	}
	return d.settle(ctx)
}

func copyRows(ctx context.Context, db *pgx.Conn, table string, n int64, row func(int64) []any, columns ...string) error {
	i := int64(0)
	_, err := db.CopyFrom(ctx, pgx.Identifier{table}, columns, pgx.CopyFromFunc(func() ([]any, error) {
		if i++; i > n {
			return nil, nil
		}
		return row(i), nil
	}))
	return err
}
