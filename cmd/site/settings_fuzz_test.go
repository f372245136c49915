package main

import (
	"net/netip"
	"strings"
	"testing"

	"example.com/telegram-login/internal/app"
)

// Whatever stands in the environment: the program does not panic, an error names
// settings and shows no secret (R12), and what is let through keeps the limits
// that the rest of the program relies on.
func FuzzReadSettings_showsNoSecretAndKeepsTheLimits(f *testing.F) {
	f.Add("https://login.example.com", "", "", "", "", "5m", "10.0.0.0/8", "off")
	for _, publicURL := range []string{"", "http://localhost:8080", "http://example.com", "ftp://x", "https://u:p@x", "https://x/path", "https://x?q", "//x", "https://[::1", "https://x#f", "%zz"} {
		f.Add(publicURL, "", "", "", "", "", "", "")
	}
	for _, text := range []string{" ", ",", ",,x", "\n", "x y", "\x00", "\xff", strings.Repeat("x", 300), "=", "two,of them"} {
		f.Add("https://x", text, text, text, text, text, text, text)
	}
	for _, duration := range []string{"0", "-5m", "5", "25h", "9999999h", "1e9s", "5m5"} {
		f.Add("https://x", "", "", "", "", duration, "fd00::/8,10.0.0.0/33", "webhook")
	}
	// In front of and behind each secret stands what the fuzzer makes up.
	f.Fuzz(func(t *testing.T, publicURL, before, after, username, apiURL, duration, proxies, updates string) {
		got, err := read(map[string]string{
			"PUBLIC_URL": publicURL, "TELEGRAM_BOT_USERNAME": username, "TELEGRAM_API_URL": apiURL,
			"TELEGRAM_BOT_TOKEN": before + testToken + after, "SESSION_KEYS": before + testSessionKey + after,
			"DATABASE_URL": "postgres://site:" + before + testPassword + after + "@db.example.com/site", "TELEGRAM_WEBHOOK_SECRET": before + testPassword + after,
			"LOGIN_MAX_AGE": duration, "SESSION_LIFETIME": duration, "SESSION_IDLE": duration, "TRUSTED_PROXIES": proxies, "TELEGRAM_UPDATES": updates,
			"LISTEN_ADDR": username, "LOG_LEVEL": updates, "LOGIN_NOT_BEFORE": duration, "LOGIN_CONFIRM": updates, "INSECURE_HOSTS": username,
		})
		if err != nil {
			given := publicURL + username + apiURL + duration + proxies + updates
			for _, secret := range []string{testToken, testSessionKey, testPassword} {
				if strings.Contains(err.Error(), secret) && !strings.Contains(given, secret) {
					t.Fatalf("the error shows a secret: %v", err)
				}
			}
			return
		}
		mustKeepLimits(t, got.app)
	})
}

func mustKeepLimits(t *testing.T, c app.Config) {
	t.Helper()
	if u := c.PublicURL; u.Hostname() == "" || u.Path != "" || u.User != nil || u.Scheme != "https" && !app.IsLoopback(u.Hostname()) {
		t.Fatalf("public address %v", u)
	}
	if c.LoginMaxAge <= 0 || c.LoginMaxAge > app.LoginMaxAgeCeiling || c.SessionLifetime <= 0 || c.SessionLifetime > app.SessionLifetimeCeiling || c.SessionIdle <= 0 {
		t.Fatalf("times %v, %v, %v", c.LoginMaxAge, c.SessionLifetime, c.SessionIdle)
	}
	for _, key := range c.SessionKeys {
		if len(key) < app.MinSessionKeyBytes {
			t.Fatalf("a key of %d bytes", len(key))
		}
	}
	for _, network := range c.TrustedProxies {
		if _, err := netip.ParsePrefix(network); err != nil {
			t.Fatal(err)
		}
	}
	if err := app.CheckBotTokens(c.BotTokens); err != nil || len(c.SessionKeys) == 0 || c.DatabaseURL == "" {
		t.Fatalf("tokens: %v, %d keys, database %q", err, len(c.SessionKeys), c.DatabaseURL)
	}
	if c.Updates.ComeByHTTP() && len(c.WebhookSecrets) == 0 {
		t.Fatal("updates without a secret")
	}
}
