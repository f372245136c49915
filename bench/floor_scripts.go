package main

import (
	"fmt"
	"maps"
)

// loginScript is the site's login for pgbench: both statements in one pipeline,
// which is one transaction and one round trip, prepared, by persons that the
// expression "who" chooses. Random bytes are made in the database: pgbench has none.
func (b *bench) loginScript(who string) (string, error) {
	arguments := map[string]string{ //nolint:gosec // None of it is secret.
		"mac":            "sha256(int8send(:mac))",
		"link_kept_till": "now() + interval '24 hours 1 minute'",
		"telegram_id":    ":person",
		"first_name":     "'Anna'",
		"last_name":      "'Petrova'",
		"username":       "'anna_' || :person::text",
		"photo_url":      "'https://t.me/i/userpic/320/' || :mac::text || '.jpg'",
		"auth_date":      "date_trunc('second', now())",
		"presented":      `'\x` + fmt.Sprintf("%064d", 0) + `'`,
		"session_id":     "md5(:token::text)::uuid",
		"token_hash":     "sha256(int8send(:token))",
		"expires_at":     "now() + interval '720 hours'",
		"browser":        "'Chrome'",
		"system":         "'Linux'",
		"method":         "'button'",
		"how":            "'limit'",
		"at":             "now()",
	}
	signIn, err := b.filled("signIn", arguments)
	if err != nil {
		return "", err
	}
	endOldest, err := b.filled("endOldestSessions", arguments)
	if err != nil {
		return "", err
	}
	return "\\set person " + who + "\n" +
		"\\set mac random(1, 9000000000000000000)\n\\set token random(1, 9000000000000000000)\n" +
		"\\startpipeline\n" + signIn + endOldest + "\\endpipeline\n", nil
}

// findSessionScript is the query of a signed-in request for pgbench, of sessions
// that were made by [database.fill].
func (b *bench) findSessionScript(sessions int64) (string, error) {
	find, err := b.filled("findSession", map[string]string{ //nolint:gosec // As above.
		"token_hash":       "sha256(sha256(int8send(:session)))",
		"at":               "now()",
		"seen_after":       "now() - interval '168 hours'",
		"created_at_least": "'-infinity'",
	})
	return fmt.Sprintf("\\set session random(1, %d)\n", sessions) + find, err
}

// updateArguments are those of an update that says that somebody may be written to.
var updateArguments = map[string]string{
	"bot_id":         "123456::bigint",
	"update_id":      ":update::bigint",
	"at":             "now()",
	"telegram_id":    ":person::bigint",
	"state":          "'allowed'",
	"source":         "'connected_website'",
	"happened_at":    "date_trunc('second', now())",
	"silence":        "0",
	"silence_at":     "'0001-01-01'::timestamptz",
	"settled_before": "now() - interval '48 hours'",
}

const updateVariables = "\\set update random(1, 9000000000000000000)\n\\set person random(1, 4503599627370496)\n"

// updateScript is what the site sends for an update.
func (b *bench) updateScript() (string, error) {
	apply, err := b.filled("applyUpdate", maps.Clone(updateArguments))
	if err != nil {
		return "", err
	}
	forget, err := b.filled("forgetRepeats", updateArguments)
	if err != nil {
		return "", err
	}
	return updateVariables + "\\startpipeline\n" + apply + forget + "\\endpipeline\n", nil
}

// oneRowScript is the least that anybody could do who must not lose an update.
const oneRowScript = updateVariables + `INSERT INTO handled_updates (bot_id, update_id, handled_at)
VALUES (123456, :update, now())
ON CONFLICT (bot_id, update_id) DO NOTHING;
`
