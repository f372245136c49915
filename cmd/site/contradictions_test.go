package main

import (
	"strings"
	"testing"
	"time"
)

func TestReadSettings_refusesWhatContradictsItself(t *testing.T) {
	t.Parallel()
	tomorrow := time.Now().Add(24 * time.Hour).UTC().Format(time.RFC3339)
	for want, changes := range map[string]map[string]string{
		"SESSION_IDLE: is longer than SESSION_LIFETIME": {"SESSION_LIFETIME": "1h", "SESSION_IDLE": "2h"},
		"LOGIN_NOT_BEFORE: is in the future":            {"LOGIN_NOT_BEFORE": tomorrow},
		"TELEGRAM_UPDATES: is webhook, and PUBLIC_URL is plain http": {
			"PUBLIC_URL": "http://localhost:8080", "TELEGRAM_UPDATES": "webhook", "TELEGRAM_WEBHOOK_SECRET": strings.Repeat("s", 32),
		},
		"ADMIN_ADDR: has the port of LISTEN_ADDR": {"ADMIN_ADDR": "127.0.0.1:8080"},
	} {
		if _, err := read(changes); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("with %v: %v, want %q", changes, err, want)
		}
	}
	for _, changes := range []map[string]string{
		{"SESSION_LIFETIME": "1h", "SESSION_IDLE": "1h"},
		{"LISTEN_ADDR": "127.0.0.1:0", "ADMIN_ADDR": "127.0.0.1:0"},
		{"PUBLIC_URL": "http://localhost:8080", "TELEGRAM_LINK_URL": "http://localhost:8081"},
	} {
		if _, err := read(changes); err != nil {
			t.Errorf("with %v: %v", changes, err)
		}
	}
}
