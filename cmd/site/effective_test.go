package main

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
)

func TestEffective_tellsWhatCountsAndNoSecret(t *testing.T) {
	t.Parallel()
	const webhookSecret = "tests_only-not_a_real_secret"
	s, err := read(map[string]string{
		"TELEGRAM_WEBHOOK_SECRET": webhookSecret,
		"MIGRATE_DATABASE_URL":    "postgres://owner:" + testPassword + "@direct.example.com/site?password=" + testPassword,
		"ADMIN_ADDR":              "",
		"LOGIN_CONFIRM":           "always",
	})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).LogAttrs(t.Context(), slog.LevelInfo, "configuration", s.effective()...)
	for _, secret := range []string{testToken, testSessionKey, testPassword, webhookSecret} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the configuration shows %q", secret)
		}
	}
	var line map[string]any
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{
		"public_url":           "https://login.example.com",
		"admin_addr":           "",
		"database_url":         "postgres://site@db.example.com:5432/site",
		"migrate_database_url": "postgres://owner@direct.example.com:5432/site",
		"telegram_bot_tokens":  1.0,
		"session_keys":         1.0,
		"login_confirm":        "always",
		"telegram_updates":     "polling",
	} {
		if line[name] != want {
			t.Errorf("%s is %v, want %v", name, line[name], want)
		}
	}
}

// Whoever adds a setting has to show it, or to say here why not.
func TestEffective_showsEverySetting(t *testing.T) {
	t.Parallel()
	s, err := read(nil)
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	for _, attr := range s.effective() {
		shown[attr.Key] = true
	}
	other := map[string]string{
		"TELEGRAM_BOT_TOKEN":      "telegram_bot_tokens",      // How many.
		"TELEGRAM_WEBHOOK_SECRET": "telegram_webhook_secrets", // As above.
		"INSECURE_HOSTS":          "telegram_api_url",         // It has allowed that one.
	}
	values, _ := example(t)
	for name := range values {
		key := strings.ToLower(name)
		if other[name] != "" {
			key = other[name]
		}
		if !shown[key] {
			t.Errorf("%s is not shown as %s", name, key)
		}
	}
}
