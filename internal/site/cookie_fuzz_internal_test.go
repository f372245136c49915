package site

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/auth"
	"example.com/telegram-login/internal/users"
)

var (
	fuzzNow     = time.Unix(1_700_000_000, 0)
	fuzzSession = users.SessionID{1, 2, 3}
	fuzzState   = strings.Repeat("s", 43)
)

// everyProgress is each thing that the login cookie carries.
var everyProgress = []loginProgress{
	{attempt: auth.Attempt{State: fuzzState, StartedAt: fuzzNow}},
	{attempt: auth.Attempt{State: fuzzState, Next: "/account/data", StartedAt: fuzzNow, Purpose: auth.DeleteAccount, SessionID: fuzzSession}},
	{pending: auth.Pending{ID: fuzzState, Text: "auth_date=1700000000\nid=42\nhash=0", Next: "/account", ShownAt: fuzzNow}},
	{greeting: true},
	{approval: auth.Approval{Purpose: auth.DeleteAccount, SessionID: fuzzSession, At: fuzzNow}},
	{removed: &users.Deleted{Sessions: 3, Activity: 12}},
}

// The content of the login cookie says one thing or nothing, and says it again
// when it is written anew. It is encrypted, so nobody but us should get this far.
func FuzzLoginProgress_saysOneThingAndSaysItAgain(f *testing.F) {
	for _, p := range everyProgress {
		f.Add(p.encode())
		f.Add(append(p.encode(), 0))
	}
	for _, content := range []string{
		"", "\x00", "attempt", "attempt\x00\x00\x00\x00\x00", "attempt\x001700000000\x00s\x00//evil\x00\x00", "Attempt\x001\x00s\x00\x00\x00",
		"pending\x00x\x00id\x00\x00text", "pending\x009223372036854775808\x00id\x00/\x00", "greeting\x00", "greeting\x001",
		"approval\x00-1\x00delete_account\x00not-an-id", "removed", "removed\x001\x002\x003", "removed\x001\x002\x003\x00x",
		"removed\x00-1\x00-2\x00-3\x00-4", "attempt\x001\x00s\x00/\x00\x0001020300-0000-0000-0000-000000000000",
	} {
		f.Add([]byte(content))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		p := decodeLoginProgress(content)
		said := 0
		for _, is := range []bool{p.attempt != (auth.Attempt{}), p.pending != (auth.Pending{}), p.greeting, p.approval != (auth.Approval{}), p.removed != nil} {
			if is {
				said++
			}
		}
		if said > 1 {
			t.Fatalf("%q says %+v", content, p)
		}
		written := p.encode()
		if again := decodeLoginProgress(written).encode(); !bytes.Equal(again, written) {
			t.Fatalf("%q was written as %q, and that as %q", content, written, again)
		}
	})
}

// issuedCookies were issued with the key of 32 times "k": the session of the token
// that begins with 7, and the progress of each kind. Every process that fuzzes has
// to know the same ones.
var issuedCookies = []struct{ name, value string }{
	{"session", "MTc5NTY5NTY3NHxCd0FBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBPXy057UNHwNUbAP4Ubocu-McOIsEzSbo-1a5yw7-rIwRSg=="},
	{"login", "MTc5NTY5NTY3NHxFVEphLTl2VHpHNDFnZjQtalptR3lYSlgtamE4ekpOLXJ6c0pKeU0tb2lYTEpfOVR5NXI2VENOWDlvV3g3QUpWak5sZGQzaHNwbldrVVBuVUgwQ1JFTENYakJfRExOb2NaSWV3LUZZNFhzVEl0eUVKeC10SlE0N2QxWWh5TGtqaGxEZE1Qa2dwR19sTENvaUxQSGZ4Q2oyV0loWkR89db3B47jtxrDMq5F1j7nXP4IDFzVjtvq6fscoJQnsT4="},
	{"login", "MTc5NTY5NTY3NHwzbFJKZHpfYnZGMTE2QmhoRUxTUXBxQlhkSVVrZ1l5T3B0X2JpMXpBZG9jaXZJb0s3Mjhmb3hVZHpmQUhHNC01cGZENml4d3o5LVphVEpZdWRpa0MxM1NDZ19BOUFkc3djSDRiUENvN3ZsNXZqSEVrUmN5ZkFoMEZhU0p1UWQtVjZ5MmxlLTNFdzhrVjhVSkFQdElLS2daRm1VRE1ZMUNDMnZtTW44N2JTSDRKLXg4Ul9nUnFiajN1bC1YNnBJcDZ8fHBru9XqpFErhEuRN7ER4i7F2LwwXMeIGt2omCkP6as="},
	{"login", "MTc5NTY5NTY3NHxiOWlsdE03MjNOZkFNTlRVcW9kNmFlQ2lRODBPRTBjcy1aZmpSNkQwWmNBejNxWHVoZUkwSk9WQ3NQSkVIcjNVVDZJanh1TXFTRDlJNm9HQk5IT052OUdVdDQwWXM5UnFlRzI3ajJNVW1xZ3hQdVhPSmhyUW1BMnNleEk1a2FXUnZ6Z0Y0WEZ0cmN0VVM1MHh4ZnlEU2ZlcVgwMlNXc1Q0ZHc9PXwxXW5cRL1pM098vWeMPlTeFzrpW-twNCgloC5PtBb-gw=="},
	{"login", "MTc5NTY5NTY3NHx0b01wR2FCVm5pVnM0X3RtaVFJT0QxdXpBTHVaX2lyd3wg80325H5iYP0Z54SKlI1EAeMLkFiaaK4T08n6O3L4UQ=="},
	{"login", "MTc5NTY5NTY3NHxETEtZZlluMTJEUzhfbFc5M192SktGWnhacEwyaktMQ181NDVkaW02S0hNQnBVWktobExuQWhLN04zWkR0ZDFiM1VrdU1pQmx0WnIyZDNfaUppSHRNdTFrbmRTb2NEaEVaQWEtVF8xX0s0aXVSRjVOS3I1UHwPM68TjzD2nDG6rz9WHofg6I1OdWVgsLu79dSj9fee5w=="},
	{"login", "MTc5NTY5NTY3NHxiT2RHRW5qSkxHQzNtV0dacEE3SklTOW9QQ09reXVHTHpaeDN3LWFaV3VvPXx91M2l-T33EUtv04JocU22qqRzC8pYqD7Lw2Zt2gsjQw=="},
}

// Without the key nobody makes a cookie: what counts was issued, whatever stands
// around it (T08).
func FuzzCookies_whatWasNotIssuedIsNone(f *testing.F) {
	jar, err := newCookies([][]byte{bytes.Repeat([]byte("k"), MinSessionKeyBytes)}, false, time.Hour)
	if err != nil {
		f.Fatal(err)
	}
	for i, cookie := range issuedCookies {
		r := &http.Request{Header: http.Header{"Cookie": {cookie.name + "=" + cookie.value}}}
		if jar.token(r) == (auth.Token{}) && jar.progress(r).encode() == nil {
			f.Fatalf("issued cookie %d does not count", i)
		}
		f.Add(cookie.name + "=" + cookie.value)
		f.Add("session=" + cookie.value[1:])
		f.Add("login=" + cookie.value[:len(cookie.value)-4])
	}
	session := "session=" + issuedCookies[0].value
	for _, header := range []string{"", "session", "session=", "session=MTcwMDAwMDAwMHx8", "session=%00; login=\"", "S" + session[1:], "session=x; " + session} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		r := &http.Request{Header: http.Header{"Cookie": {header}}}
		issued := false
		for _, cookie := range issuedCookies {
			value := strings.TrimRight(cookie.value, "=")
			issued = issued || strings.Contains(header, value[:len(value)-1]) // The last character has bits that mean nothing.
		}
		if got := jar.token(r); got != (auth.Token{}) && (got != auth.Token{7} || !issued) {
			t.Fatalf("%q is a session", header)
		}
		if got := jar.progress(r).encode(); got != nil && !issued {
			t.Fatalf("%q is the progress %q", header, got)
		}
	})
}
