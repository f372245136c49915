package main

import (
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/app"
)

func TestReadSettings_defaultsAreThoseOfTheDesign(t *testing.T) {
	t.Parallel()
	got, err := read(nil)
	if err != nil {
		t.Fatal(err)
	}
	if got.listenAddr != ":8080" || got.adminAddr != "127.0.0.1:9090" || got.logLevel.String() != "INFO" {
		t.Errorf("listens on %q and %q and logs from %s", got.listenAddr, got.adminAddr, got.logLevel)
	}
	if got.app.PublicURL.String() != "https://login.example.com" {
		t.Errorf("the public address is %s", got.app.PublicURL)
	}
	got.app.PublicURL, got.app.SessionKeys = nil, nil
	want := app.Config{
		DatabaseURL:        "postgres://site:" + testPassword + "@db.example.com/site",
		MigrateDatabaseURL: "postgres://site:" + testPassword + "@db.example.com/site",
		BotTokens:          []string{testToken},
		APIURL:             "https://api.telegram.org",
		LinkURL:            "https://t.me",
		Updates:            app.UpdatesPolling,
		SessionLifetime:    720 * time.Hour,
		SessionIdle:        168 * time.Hour,
		LoginMaxAge:        5 * time.Minute,
		DrainDelay:         5 * time.Second,
	}
	if !reflect.DeepEqual(got.app, want) {
		t.Errorf("settings are\n%+v\nwant\n%+v", got.app, want)
	}
}

func TestReadSettings_givenValuesArriveWhereTheyBelong(t *testing.T) {
	t.Parallel()
	got, err := read(map[string]string{
		"PUBLIC_URL":            "https://login.example.com/",
		"LISTEN_ADDR":           "127.0.0.1:9000",
		"LOG_LEVEL":             "debug",
		"MIGRATE_DATABASE_URL":  "postgres://direct.example.com/site",
		"TELEGRAM_BOT_USERNAME": "@our_bot",
		"TELEGRAM_UPDATES":      "off",
		"TELEGRAM_API_URL":      "https://api.example.com/",
		"SESSION_LIFETIME":      "9600h",
		"LOGIN_MAX_AGE":         "24h",
		"LOGIN_CONFIRM":         "always",
		"LOGIN_NOT_BEFORE":      "2026-01-31T12:00:00Z",
		"TRUSTED_PROXIES":       "10.0.0.0/8, fd00::/8",
	})
	if err != nil {
		t.Fatal(err)
	}
	checks := map[string][2]any{
		"public address":    {got.app.PublicURL.String(), "https://login.example.com"},
		"listen address":    {got.listenAddr, "127.0.0.1:9000"},
		"log level":         {got.logLevel.String(), "DEBUG"},
		"migrations":        {got.app.MigrateDatabaseURL, "postgres://direct.example.com/site"},
		"username":          {got.app.BotUsername, "our_bot"},
		"updates":           {got.app.Updates, app.UpdatesOff},
		"bot api":           {got.app.APIURL, "https://api.example.com"},
		"session lifetime":  {got.app.SessionLifetime, app.SessionLifetimeCeiling},
		"login age":         {got.app.LoginMaxAge, app.LoginMaxAgeCeiling},
		"always confirm":    {got.app.LoginConfirm, true},
		"not before":        {got.app.NotBefore.Unix(), time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC).Unix()},
		"number of proxies": {len(got.app.TrustedProxies), 2},
	}
	for what, values := range checks {
		if values[0] != values[1] {
			t.Errorf("%s: %v, want %v", what, values[0], values[1])
		}
	}
	if _, err := netip.ParsePrefix(got.app.TrustedProxies[1]); err != nil {
		t.Errorf("the second proxy: %v", err)
	}
}

// An operator mends all problems in one go.
func TestReadSettings_reportsAllProblemsTogether(t *testing.T) {
	t.Parallel()
	_, err := readSettings(newEnvironment([]string{"LOGIN_MAX_AGE=soon", "LOG_LEVEL=loud"}), time.Now())
	if err == nil {
		t.Fatal("no problem is reported")
	}
	for _, name := range []string{
		"PUBLIC_URL", "DATABASE_URL", "TELEGRAM_BOT_TOKEN", "SESSION_KEYS", "LOGIN_MAX_AGE", "LOG_LEVEL",
	} {
		if n := strings.Count(err.Error(), name+": "); n != 1 {
			t.Errorf("%s is reported %d times, want once", name, n)
		}
	}
}

func TestReadSettings_refusesAndNamesTheSetting(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, value string }{
		{"PUBLIC_URL", "http://login.example.com"}, // Visitors' cookies in the open.
		{"PUBLIC_URL", "http://localhost.example.com"},
		{"PUBLIC_URL", "https://login.example.com/path"},
		{"PUBLIC_URL", "https://user:pass@login.example.com"},
		{"PUBLIC_URL", "https://login.example.com?query"},
		{"PUBLIC_URL", "login.example.com"},
		{"PUBLIC_URL", "ftp://login.example.com"},
		{"PUBLIC_URL", "https://login.example.com:port"},
		{"PUBLIC_URL", "https://:8443"},
		{"TELEGRAM_API_URL", "http://telegram:8081"}, // The bot token in the open.
		{"TELEGRAM_API_URL", "file:///etc/passwd"},
		{"TELEGRAM_API_URL", "https://api.example.com?query"},
		{"TELEGRAM_LINK_URL", "javascript:alert(1)"},
		{"TELEGRAM_BOT_TOKEN", ","},
		{"TELEGRAM_BOT_TOKEN", "12345"},
		{"TELEGRAM_BOT_TOKEN", testToken + "," + "2" + testToken}, // Two bots (R11).
		{"TELEGRAM_UPDATES", "sometimes"},
		{"TELEGRAM_WEBHOOK_SECRET", "has blanks, which Telegram refuses"},
		{"TELEGRAM_WEBHOOK_SECRET", strings.Repeat("s", 257)},
		{"TELEGRAM_WEBHOOK_SECRET", "can-be-guessed!"},
		{"TELEGRAM_WEBHOOK_SECRET", "can-be-guessed_"},
		{"TELEGRAM_WEBHOOK_SECRET", "tests_only-not_a_real_secret,can-be-guessed_"},
		{"SESSION_KEYS", ","},
		{"SESSION_KEYS", "c2hvcnQ="},
		{"SESSION_KEYS", testSessionKey + ",not base64"},
		{"SESSION_LIFETIME", "9601h"},
		{"SESSION_LIFETIME", "0s"},
		{"SESSION_IDLE", "-1h"},
		{"SESSION_IDLE", "7 days"},
		{"LOGIN_MAX_AGE", "24h1s"},
		{"LOGIN_MAX_AGE", "300"},
		{"LOGIN_CONFIRM", "yes"},
		{"LOGIN_NOT_BEFORE", "yesterday"},
		{"TRUSTED_PROXIES", "10.0.0.1"},
		{"LOG_LEVEL", "everything"},
	}
	for _, test := range tests {
		t.Run(test.name+"="+test.value, func(t *testing.T) {
			t.Parallel()
			_, err := read(map[string]string{test.name: test.value})
			if err == nil || !strings.HasPrefix(err.Error(), test.name+": ") {
				t.Errorf("error is %v, want one about %s", err, test.name)
			}
		})
	}
}

func TestReadSettings_takesPlainHTTPWhereNobodyListensIn(t *testing.T) {
	t.Parallel()
	tests := map[string]map[string]string{
		"public address on localhost":         {"PUBLIC_URL": "http://localhost:8080"},
		"public address on 127.0.0.1":         {"PUBLIC_URL": "http://127.0.0.1:8080"},
		"public address on ::1":               {"PUBLIC_URL": "http://[::1]:8080"},
		"bot api on this machine":             {"TELEGRAM_API_URL": "http://localhost:8081"},
		"bot api on a host that was named":    {"TELEGRAM_API_URL": "http://telegram:8081", "INSECURE_HOSTS": "other, telegram"},
		"chat links to a host that was named": {"TELEGRAM_LINK_URL": "http://telegram:8081", "INSECURE_HOSTS": "telegram"},
	}
	for name, changes := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := read(changes); err != nil {
				t.Errorf("refused: %v", err)
			}
		})
	}
}

func TestReadSettings_takesTwoTokensOfOneBot(t *testing.T) {
	t.Parallel()
	next := strings.Replace(testToken, ":A", ":B", 1)
	got, err := read(map[string]string{"TELEGRAM_BOT_TOKEN": next + ", " + testToken})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{next, testToken}; !reflect.DeepEqual(got.app.BotTokens, want) {
		t.Errorf("%d tokens arrived, want the new one and then the old one", len(got.app.BotTokens))
	}
}

// Without a secret anybody could tell the site what people have allowed.
func TestReadSettings_wantsASecretWhereUpdatesAreBrought(t *testing.T) {
	t.Parallel()
	for updates, wanted := range map[string]bool{"polling": false, "off": false, "webhook": true, "forwarded": true} {
		t.Run(updates, func(t *testing.T) {
			t.Parallel()
			_, err := read(map[string]string{"TELEGRAM_UPDATES": updates})
			if refused := err != nil && strings.HasPrefix(err.Error(), "TELEGRAM_WEBHOOK_SECRET: is required"); refused != wanted {
				t.Errorf("without a secret: %v; want it refused: %t", err, wanted)
			}
			const secret = "tests_only-not-a-real-secret"
			got, err := read(map[string]string{"TELEGRAM_UPDATES": updates, "TELEGRAM_WEBHOOK_SECRET": secret})
			if err != nil || string(got.app.Updates) != updates || !slices.Equal(got.app.WebhookSecrets, []string{secret}) {
				t.Errorf("with one: %v, and %q arrives", err, got.app.Updates)
			}
		})
	}
}

func TestReadSettings_takesTwoWebhookSecretsTheNewestFirst(t *testing.T) {
	t.Parallel()
	const next, old = "tests_only-the-next-secret", "tests_only-the-old-secret"
	got, err := read(map[string]string{"TELEGRAM_UPDATES": "webhook", "TELEGRAM_WEBHOOK_SECRET": next + ", " + old})
	if err != nil || !slices.Equal(got.app.WebhookSecrets, []string{next, old}) {
		t.Errorf("%v; %d secrets arrived, want the new one and then the old one", err, len(got.app.WebhookSecrets))
	}
	_, err = read(map[string]string{"TELEGRAM_WEBHOOK_SECRET": next + ",short,with a blank,also-short"})
	for _, want := range []string{"secret 2 has fewer", "secret 3 may have", "secret 4 has fewer"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not among the problems: %v", want, err)
		}
	}
}

// Whatever is wrong, what is printed can be shown to somebody who helps (R12).
func TestReadSettings_problemsShowNoSecret(t *testing.T) {
	t.Parallel()
	secret := "s3cret"
	_, err := readSettings(newEnvironment([]string{
		"PUBLIC_URL=https://user:" + secret + "@login.example.com",
		"TELEGRAM_API_URL=https://user:" + secret + "@api.example.com",
		"TELEGRAM_BOT_TOKEN=110201543:" + secret + ",2:" + secret,
		"SESSION_KEYS=" + secret + "!,c2hvcnQ=",
		"DATABASE_URL=" + secret, "DATABASE_URL_FILE=/nowhere",
		"MIGRATE_DATABASE_URL_FILE=/nowhere",
		"TELEGRAM_WEBHOOK_SECRET=" + secret,
	}), time.Now())
	if err == nil {
		t.Fatal("no problem is reported")
	}
	if strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "c2hvcnQ") {
		t.Errorf("a secret is shown: %v", err)
	}
}
