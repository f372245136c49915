package users_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/telegram-login/internal/users"
)

// holdsNoPerson names the tables whose rows are about nobody, with the reason.
var holdsNoPerson = map[string]string{
	"used_links":         "a link's signature, which names nobody and outlives the account (R5)",
	"handled_updates":    "numbers that Telegram gave to updates of the bot",
	"update_leases":      "which copy of the site polls",
	"schema_migrations":  "which migrations have run",
	"river_client":       "which copies of the site work",
	"river_client_queue": "which queues they work on",
	"river_leader":       "which copy of the site leads",
	"river_migration":    "which migrations of the queue have run",
	"river_notification": "that the queue has work, without saying which",
	"river_queue":        "the names of queues",
}

func TestPersonalTables_areAllThatIsStoredAboutAPerson(t *testing.T) {
	t.Parallel()
	_, db := newStore(t)
	rows, _ := db.Query(t.Context(), `
		SELECT c.table_name::text, array_agg(c.column_name::text)
		FROM information_schema.columns c
		JOIN information_schema.tables t USING (table_schema, table_name)
		WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
		GROUP BY c.table_name`)
	stored := make(map[string][]string)
	var table string
	var columns []string
	if _, err := pgx.ForEachRow(rows, []any{&table, &columns}, func() error {
		slices.Sort(columns)
		stored[table] = slices.Clone(columns)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for _, personal := range users.PersonalTables() {
		listed := slices.Sorted(slices.Values(personal.Columns))
		if !slices.Equal(listed, stored[personal.Name]) {
			t.Errorf("%s: listed are %v, stored are %v", personal.Name, listed, stored[personal.Name])
		}
		delete(stored, personal.Name)
	}
	for table := range stored {
		if holdsNoPerson[table] == "" {
			t.Errorf("is %s about people?", table)
		}
	}
}

func TestExport_isEverythingAboutThePersonAndNothingAboutOthers(t *testing.T) {
	t.Parallel()
	store, db := newStore(t)
	exec(t, db, "ALTER TABLE accounts ALTER COLUMN id RESTART WITH 770000000001") // A number that is nowhere by chance.
	anna, annasTraces := fillTables(t, store, db, 4242424242, "Anna")
	_, borisTraces := fillTables(t, store, db, 4343434343, "Boris")

	file, err := store.Export(t.Context(), anna)
	if err != nil {
		t.Fatal(err)
	}

	for _, trace := range annasTraces {
		if !strings.Contains(string(file), trace) {
			t.Errorf("%s is not in it", trace)
		}
	}
	for _, trace := range borisTraces {
		if strings.Contains(string(file), trace) {
			t.Errorf("%s of somebody else is in it", trace)
		}
	}
	var export map[string][]map[string]any
	if err := json.Unmarshal(file, &export); err != nil {
		t.Fatal(err)
	}
	rows := make(map[string]int)
	for table, found := range export {
		rows[table] = len(found)
	}
	want := map[string]int{
		"accounts": 1, "sessions": 2, "activity": 2, "messages": 3, "write_access_events": 4, "send_slots": 2, "river_job": 8,
	}
	if fmt.Sprint(rows) != fmt.Sprint(want) {
		t.Errorf("rows %v, want %v", rows, want)
	}
	for _, table := range users.PersonalTables() {
		for _, row := range export[table.Name] {
			for _, column := range table.Columns {
				if _, ok := row[column]; !ok {
					t.Errorf("%s: no column %s", table.Name, column)
				}
			}
		}
	}
	if at := export["accounts"][0]["created_at"]; at != "2026-11-23T12:00:00+00:00" {
		t.Errorf("a time is written as %v, want UTC", at)
	}
}

func TestExport_ofNobodyIsEmpty(t *testing.T) {
	t.Parallel()
	store, _ := newStore(t)
	file, err := store.Export(t.Context(), users.Account{ID: 1, TelegramID: 42})
	if err != nil || strings.Contains(string(file), "null") || !strings.Contains(string(file), `"sessions": []`) {
		t.Errorf("%s, %v", file, err)
	}
}

func TestParseSessionID_takesNothingButItsOwnText(t *testing.T) {
	t.Parallel()
	id := users.NewSessionID()
	if got, err := users.ParseSessionID(id.String()); err != nil || got != id {
		t.Errorf("%v, %v, want %v", got, err, id)
	}
	text := id.String()
	for _, wrong := range []string{"", "x", text[1:], text + "0", strings.ToUpper(text) + "", strings.ReplaceAll(text, "-", ""), "{" + text + "}", " " + text, strings.Replace(text, "-", "--", 1)} {
		if wrong == text {
			continue // All digits.
		}
		if got, err := users.ParseSessionID(wrong); err == nil {
			t.Errorf("%q is %v", wrong, got)
		}
	}
}
