package main

import (
	"bytes"
	"errors"
	"flag"
	"net/url"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/auth"
	"example.com/telegram-login/internal/telegramsim"
)

const (
	someToken = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
	nextToken = "110201543:BBHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
	otherBot  = "220201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// try runs the command at noon and returns what it printed.
func try(environment map[string]string, args ...string) (stdout, stderr string, err error) {
	var out, errOut bytes.Buffer
	p := program{
		getenv: func(name string) string { return environment[name] },
		now:    func() time.Time { return noon },
		stdout: &out, stderr: &errOut,
	}
	err = p.run(args)
	return out.String(), errOut.String(), err
}

// sign returns the link that the command prints.
func sign(t *testing.T, args ...string) *url.URL {
	t.Helper()
	stdout, _, err := try(nil, append([]string{"sign"}, args...)...)
	if err != nil {
		t.Fatalf("sign %q: %v", args, err)
	}
	link, err := url.Parse(strings.TrimSuffix(stdout, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	return link
}

func verify(t *testing.T, query string, tokens ...string) (auth.Assertion, error) {
	t.Helper()
	verifier, err := auth.NewVerifier(auth.VerifierConfig{Tokens: tokens, MaxAge: 5 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	return verifier.Verify(query, noon)
}

func TestSign_withoutFlagsLogsAnnaInToTheDemo(t *testing.T) {
	t.Parallel()
	link := sign(t)
	if link.Scheme+"://"+link.Host+link.Path != "http://localhost:8080/login/telegram" {
		t.Errorf("the link leads to %s", link.Redacted())
	}
	got, err := verify(t, link.RawQuery, telegramsim.DefaultToken)
	who := got.Identity
	if err != nil || who.TelegramID != 42 || who.Profile.FirstName != "Anna" || !who.AuthDate.Equal(noon) {
		t.Errorf("the site sees %+v, %v", who, err)
	}
}

func TestSign_everyFieldArrives(t *testing.T) {
	t.Parallel()
	link := sign(t, "-token", someToken, "-site", "https://login.example.com/", "-id", "4503599627370495",
		"-first-name", "Zoë & 100% +1", "-last-name", "=ü", "-username", "zoe",
		"-photo-url", "https://t.me/i/userpic/320/a.jpg?b=c", "-auth-date", "1795434990",
		"-state", "abc_123", "-next", "/account?tab=1")
	if !strings.HasPrefix(link.String(), "https://login.example.com/login/telegram?") {
		t.Errorf("the link leads to %s", link)
	}
	verifier, err := auth.NewVerifier(auth.VerifierConfig{Tokens: []string{someToken}, MaxAge: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	got, err := verifier.Verify(link.RawQuery, time.Unix(1795434995, 0))
	if err != nil {
		t.Fatal(err)
	}
	person := got.Identity.Profile
	if got.Identity.TelegramID != 4503599627370495 || person.FirstName != "Zoë & 100% +1" || person.LastName != "=ü" ||
		person.Username != "zoe" || person.PhotoURL != "https://t.me/i/userpic/320/a.jpg?b=c" ||
		got.State != "abc_123" || got.Next != "/account?tab=1" {
		t.Errorf("the site sees %+v", got)
	}
}

// A captured vector keeps the signer honest: it was not made by us.
func TestSign_makesTheSignatureOfAPublicVector(t *testing.T) {
	t.Parallel()
	link := sign(t, "-token", "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11", "-id", "42", "-first-name", "John",
		"-last-name", "Smith", "-username", "username",
		"-photo-url", "https://t.me/i/userpic/320/picname.jpg", "-auth-date", "1565810688")
	const want = "c303db2b5a06fe41d23a9b14f7c545cfc11dcc7473c07c9c5034ae60062461ce"
	if got := link.Query().Get("hash"); got != want {
		t.Errorf("hash is %s, want %s", got, want)
	}
}

func TestSign_aBrokenFieldIsGivenAwayByTheSignatureAlone(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"id", "first_name", "auth_date", "hash"} {
		link := sign(t, "-break", name)
		if _, err := verify(t, link.RawQuery, telegramsim.DefaultToken); !errors.Is(err, auth.ErrBadSignature) {
			t.Errorf("with %s broken: %v", name, err)
		}
	}
}

func TestSign_leavesOutWhatShallBeMissing(t *testing.T) {
	t.Parallel()
	link := sign(t, "-username", "anna", "-missing", "username", "-missing", "hash")
	if query := link.Query(); query.Has("username") || query.Has("hash") || !query.Has("id") {
		t.Errorf("the link holds %s", link.RawQuery)
	}
}

func TestSign_takesTheFirstTokenOfTheEnvironment(t *testing.T) {
	t.Parallel()
	environment := map[string]string{"TELEGRAM_BOT_TOKEN": " " + nextToken + ", " + someToken}
	stdout, _, err := try(environment, "sign")
	if err != nil {
		t.Fatal(err)
	}
	_, query, _ := strings.Cut(strings.TrimSpace(stdout), "?")
	if _, err := verify(t, query, nextToken); err != nil {
		t.Errorf("the site says: %v", err)
	}
}

func TestRun_explainsWrongUsage(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"":                       "usage",
		"forge":                  "usage",
		"sign now":               "unexpected argument",
		"sign -auth-date noon":   "-auth-date",
		"sign -break last_name":  "no field",
		"sign -missing username": "no field",
		"sign -unknown":          "not defined",
		"explain":                "one link",
		"explain a b":            "one link",
		"explain -token x a":     "does not look like a bot token",
	}
	for line, want := range tests {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			if _, _, err := try(nil, strings.Fields(line)...); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error is %v, want one with %q", err, want)
			}
		})
	}
}

// The usage text lists the defaults, and must not list what the environment holds.
func TestRun_showsNoToken(t *testing.T) {
	t.Parallel()
	environment := map[string]string{"TELEGRAM_BOT_TOKEN": someToken}
	for _, args := range [][]string{
		{"sign", "-h"},
		{"sign"},
		{"sign", "-token", nextToken, "-unknown"},
		{"explain", "-h"},
		{"explain", "-other-token", otherBot, "id=42"},
		{"explain", "-token", someToken, "-token", otherBot, "id=42"},
		{"explain", "-token", someToken + "!", "id=42"},
	} {
		stdout, stderr, err := try(environment, args...)
		text := stdout + stderr
		if err != nil && !errors.Is(err, flag.ErrHelp) {
			text += err.Error()
		}
		for _, token := range []string{someToken, nextToken, otherBot} {
			_, secret, _ := strings.Cut(token, ":")
			if strings.Contains(text, secret) {
				t.Errorf("%q prints a token:\n%s", args[:2], text)
			}
		}
	}
}
