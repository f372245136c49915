package users

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// PersonalTable is a table that holds something about people: what the download
// of one's data and the page about privacy consist of. A test compares the list
// with the database.
type PersonalTable struct {
	Name    string
	Columns []string
	// Kept is how long a row is kept at most when nothing removes it earlier; zero
	// for as long as the account.
	Kept time.Duration

	ofPerson string // Selects a person's rows.
	order    string
}

const (
	ofAccount  = "account_id = @account_id"
	ofTelegram = "telegram_id = @telegram_id"
)

// PersonalTables lists the tables, those that people know best first. How long
// sessions are kept is a setting; see package auth.
func PersonalTables() []PersonalTable {
	return []PersonalTable{
		{
			Name: "accounts",
			Columns: []string{
				"id", "telegram_id", "first_name", "last_name", "username", "photo_url", "profile_at", "created_at", "last_sign_in_at",
				"notifications", "notifications_at",
			},
			ofPerson: "id = @account_id", order: "id",
		},
		{
			Name: "sessions",
			Columns: []string{
				"account_id", "id", "token_hash", "created_at", "last_seen_at", "expires_at", "browser", "system", "method",
			},
			ofPerson: ofAccount, order: "created_at, id",
		},
		{
			Name:    "activity",
			Columns: []string{"account_id", "id", "kind", "detail", "session_id", "at", "browser", "system", "fresh"},
			Kept:    ActivityKept, ofPerson: ofAccount, order: "id",
		},
		{
			Name: "write_access_events",
			Columns: []string{
				"bot_id", "telegram_id", "id", "state", "source", "happened_at", "update_id", "recorded_at",
			},
			Kept: strangersKept, ofPerson: ofTelegram, order: "id",
		},
		{
			Name:    "messages",
			Columns: []string{"id", "account_id", "kind", "activity_id", "state", "reason", "created_at", "settled_at"},
			Kept:    messagesKept, ofPerson: ofAccount, order: "id",
		},
		{
			Name:    "send_slots",
			Columns: []string{"bot_id", "chat_id", "next_at", "held_until"},
			Kept:    sendSlotsKept, ofPerson: "chat_id = @telegram_id", order: "bot_id",
		},
		{
			Name: "river_job",
			Columns: []string{
				"id", "state", "attempt", "max_attempts", "attempted_at", "created_at", "finalized_at", "scheduled_at", "priority",
				"args", "attempted_by", "errors", "kind", "metadata", "queue", "tags", "unique_key", "unique_states",
			},
			Kept: 24 * time.Hour, ofPerson: "args @> jsonb_build_object('telegram_id', @telegram_id::bigint)", order: "id",
		},
	}
}

// exportRows selects a person's rows of a table as one JSON array of objects, the
// columns in our order.
func (p PersonalTable) exportRows() string {
	return fmt.Sprintf(`SELECT COALESCE(json_agg(t), '[]') FROM (SELECT %s FROM %s WHERE %s ORDER BY %s) t`,
		strings.Join(p.Columns, ", "), p.Name, p.ofPerson, p.order)
}

// Export returns everything that the database holds about a person, as it was at
// one moment: a JSON object with an array for each table, times in UTC.
func (s *Store) Export(ctx context.Context, account Account) ([]byte, error) {
	args := pgx.NamedArgs{"account_id": account.ID, "telegram_id": account.TelegramID}
	// One snapshot: no row is there twice, or lost between two tables.
	snapshot := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	var export map[string]json.RawMessage
	collect := func(tx pgx.Tx) error {
		export = make(map[string]json.RawMessage)
		batch := &pgx.Batch{}
		// Not as the server happens to be set.
		batch.Queue("SET LOCAL TIME ZONE 'UTC'")
		batch.Queue("SET LOCAL bytea_output = 'hex'")
		for _, table := range PersonalTables() {
			batch.Queue(table.exportRows(), args).QueryRow(func(row pgx.Row) error {
				var rows json.RawMessage
				err := row.Scan(&rows)
				export[table.Name] = rows
				return err
			})
		}
		return tx.SendBatch(ctx, batch).Close()
	}
	err := s.read(ctx, "export", func() error { return pgx.BeginTxFunc(ctx, s.db, snapshot, collect) })
	if err != nil {
		return nil, err
	}
	file, err := json.MarshalIndent(export, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	return append(file, '\n'), nil
}
