package app_test

import (
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// leastBadInput is how many cases there have to be at least: a file that gets lost
// is missed.
const leastBadInput = 6000

// untrusted are the categories whose site trusts no proxy: what the header says
// of the client is the matter there.
var untrusted = map[string]bool{"forwarded-untrusted": true}

// Whatever arrives is answered with its verdict: never with an error of ours,
// nothing is written that was not signed, each refusal is in the log by its
// reason, and nobody hangs (I10, I11). docs/bad-input.md says how to add a case.
func TestBadInput_getsItsVerdictAndChangesNothing(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(badInputFolder, "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, file := range files {
		category := strings.TrimSuffix(filepath.Base(file), ".jsonl")
		cases := readBadCases(t, category)
		if category == "naughty-strings" {
			cases = nameEverybody(t, cases)
		}
		total += len(cases)
		t.Logf("%5d %s", len(cases), category)
		t.Run(category, func(t *testing.T) {
			t.Parallel()
			tryAll(t, category, cases)
		})
	}
	t.Logf("%5d in all", total)
	if total < leastBadInput {
		t.Errorf("%d cases, want at least %d", total, leastBadInput)
	}
}

// tryAll sends the cases of a category, one after the other, to a site and a
// database of its own.
func tryAll(t *testing.T, category string, cases []badCase) {
	t.Helper()
	proxies := []string{"127.0.0.0/8"}
	if untrusted[category] {
		proxies = nil
	}
	b := besiege(t, proxies...)
	v := b.visitHonestly(t)
	before := b.rows(t)
	all := make([]tried, 0, len(cases))
	for i, c := range cases {
		from := fmt.Sprintf("198.18.%d.%d", i/250, i%250+1) // RFC 2544: nobody's.
		answers, err := b.sendBad(t, c, c.request(t, v, from))
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
			continue
		}
		one := tried{badCase: c, answers: answers}
		for _, a := range answers {
			one.ids = append(one.ids, a.Header.Get("X-Request-Id"))
		}
		one.check(t)
		all = append(all, one)
	}
	mustHaveGrown(t, before, b.rows(t), all)
	log := b.log.String()
	mustBeLogged(t, log, all)
	b.mustNotLeak(t, v, log)
	b.mustShowNames(t, all)
	b.mustServe(t, v)
}

// mustHaveGrown compares each table with what it was. For each case that signs
// somebody in there is one row more where a sign-in writes, and what the bot makes
// of it; no other table has changed.
func mustHaveGrown(t *testing.T, before, after map[string]table, all []tried) {
	t.Helper()
	signIns := 0
	for _, c := range all {
		if c.SignsIn {
			signIns++
		}
	}
	for _, name := range slices.Sorted(maps.Keys(after)) {
		switch {
		case signIns > 0 && name == "messages":
		case signIns > 0 && slices.Contains([]string{"accounts", "sessions", "used_links", "activity"}, name):
			if grown := after[name].rows - before[name].rows; grown != signIns {
				t.Errorf("%s has %d rows more after %d sign-ins", name, grown, signIns)
			}
		case after[name] != before[name]:
			t.Errorf("%s was written: %v, before: %v", name, after[name], before[name])
		}
	}
}

// mustServe is the proof that the site is none the worse for it.
func (b *besieged) mustServe(t *testing.T, v honestVisitor) {
	t.Helper()
	fresh := b.signIn(t, map[string]string{"id": "45", "first_name": "Dora"})
	for name, cookie := range map[string]string{"Anna": v.session, "Dora": fresh} {
		got := get(t, browser(t), b.url+"/account", http.Header{"Cookie": {"session=" + cookie}, "X-Forwarded-For": {"192.0.2.1"}})
		if got.status != http.StatusOK || !strings.Contains(got.page, name) {
			t.Errorf("afterwards %s is answered %d", name, got.status)
		}
	}
}

// mustShowNames looks at the account of each person who was signed in: they are
// called what Telegram said, and the page is made of the same elements as
// anybody's (T13).
func (b *besieged) mustShowNames(t *testing.T, all []tried) {
	t.Helper()
	elements := map[string]string{}
	for _, c := range all {
		session := sessionCookie(c.answers[0].Cookies())
		if !c.SignsIn || c.Fields == nil || session == nil { // That it should have is reported already.
			continue
		}
		var stored [4]string
		id, _ := strconv.ParseInt(c.Fields["id"], 10, 64) // It signed in.
		err := b.db.QueryRow(t.Context(), `SELECT COALESCE(first_name, ''), COALESCE(last_name, ''), COALESCE(username, ''),
			COALESCE(photo_url, '') FROM accounts WHERE telegram_id = $1`, id).Scan(&stored[0], &stored[1], &stored[2], &stored[3])
		if want := [4]string{c.Fields["first_name"], c.Fields["last_name"], c.Fields["username"], c.Fields["photo_url"]}; err != nil || stored != want {
			t.Errorf("%s: stored as %q, %v", c.Name, stored, err)
		}
		page := b.accountPage(t, session)
		given := fmt.Sprint(stored[0] != "", stored[1] != "", stored[2] != "", stored[3] != "")
		if elements[given] == "" {
			elements[given] = b.elementsOfAnybody(t, stored)
		}
		if got := elementsOf(page); got != elements[given] {
			t.Errorf("%s: the page is made of %s, want %s", c.Name, got, elements[given])
		}
	}
}
