package users

import (
	"errors"
	"reflect"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestArguments_numberAStatementAsNamedArgsDo(t *testing.T) {
	t.Parallel()
	for name, statement := range map[string]string{
		"signIn": signIn, "endOldestSessions": endOldestSessions, "findSession": findSession, "applyUpdate": applyUpdate,
		"text": `SELECT '@at', @at, "@at", @b::text, @at -- @c`,
	} {
		given := make(arguments)
		for i, argument := range []string{
			"mac", "link_kept_till", "telegram_id", "first_name", "last_name", "username", "photo_url", "auth_date", "presented", "session_id",
			"token_hash", "expires_at", "browser", "system", "method", "how", "at", "seen_after", "created_at_least", "bot_id",
			"update_id", "state", "source", "happened_at", "silence", "silence_at", "b",
		} {
			given[argument] = i
		}
		wantText, wantValues, wantErr := pgx.NamedArgs(given).RewriteQuery(t.Context(), nil, statement, nil)
		for range 2 { // The second time it is known.
			text, values, err := given.RewriteQuery(t.Context(), nil, statement, nil)
			if text != wantText || !reflect.DeepEqual(values, wantValues) || err != nil || wantErr != nil {
				t.Errorf("%s: %q with %v (%v), want %q with %v (%v)", name, text, values, err, wantText, wantValues, wantErr)
			}
		}
	}
}

// pgx.NamedArgs would send NULL.
func TestArguments_oneThatIsMissingIsAnError(t *testing.T) {
	t.Parallel()
	const statement = `SELECT @here, @missing`
	for range 2 {
		if _, _, err := (arguments{"here": 1}).RewriteQuery(t.Context(), nil, statement, nil); !errors.Is(err, errNoArgument) {
			t.Errorf("error = %v, want errNoArgument", err)
		}
		if _, values, err := (arguments{"here": 1, "missing": nil}).RewriteQuery(t.Context(), nil, statement, nil); err != nil || len(values) != 2 {
			t.Errorf("given: %v, %v", values, err)
		}
	}
}

func BenchmarkArguments(b *testing.B) {
	given := arguments{"token_hash": 1, "at": 2, "seen_after": 3, "created_at_least": 4}
	b.Run("once", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := given.RewriteQuery(b.Context(), nil, findSession, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("NamedArgs", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := pgx.NamedArgs(given).RewriteQuery(b.Context(), nil, findSession, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
}
