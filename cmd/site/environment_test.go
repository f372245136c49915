package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// writeSecret writes a file as an editor or "echo" does: with a line end.
func writeSecret(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestReadSettings_eachSecretMayStandInAFile(t *testing.T) {
	t.Parallel()
	for _, lineEnd := range []string{"", "\n", "\r\n"} {
		got, err := read(map[string]string{
			"DATABASE_URL":              "",
			"DATABASE_URL_FILE":         writeSecret(t, "postgres://db.example.com/site"+lineEnd),
			"MIGRATE_DATABASE_URL_FILE": writeSecret(t, "postgres://direct.example.com/site"+lineEnd),
			"TELEGRAM_BOT_TOKEN":        "",
			"TELEGRAM_BOT_TOKEN_FILE":   writeSecret(t, testToken+lineEnd),
			"SESSION_KEYS":              "",
			"SESSION_KEYS_FILE":         writeSecret(t, testSessionKey+lineEnd),

			"TELEGRAM_WEBHOOK_SECRET_FILE": writeSecret(t, "tests_only-not-a-real-secret"+lineEnd),
		})
		if err != nil {
			t.Fatalf("with the line end %q: %v", lineEnd, err)
		}
		if got.app.DatabaseURL != "postgres://db.example.com/site" ||
			got.app.MigrateDatabaseURL != "postgres://direct.example.com/site" ||
			!slices.Equal(got.app.BotTokens, []string{testToken}) || len(got.app.SessionKeys) != 1 ||
			!slices.Equal(got.app.WebhookSecrets, []string{"tests_only-not-a-real-secret"}) {
			t.Errorf("with the line end %q, what stands in the files did not arrive: %+v", lineEnd, got.app)
		}
	}
}

func TestReadSettings_refusesASecretThatIsGivenTwice(t *testing.T) {
	t.Parallel()
	_, err := read(map[string]string{"SESSION_KEYS_FILE": writeSecret(t, testSessionKey)})
	if err == nil || !strings.HasPrefix(err.Error(), "SESSION_KEYS: ") || !strings.Contains(err.Error(), "SESSION_KEYS_FILE") {
		t.Errorf("error is %v, want one that names both", err)
	}
}

func TestReadSettings_namesTheFileThatIsMissing(t *testing.T) {
	t.Parallel()
	_, err := read(map[string]string{"TELEGRAM_BOT_TOKEN": "", "TELEGRAM_BOT_TOKEN_FILE": "/run/secrets/nowhere"})
	if err == nil || !strings.HasPrefix(err.Error(), "TELEGRAM_BOT_TOKEN_FILE: ") || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("error is %v, want one that names the setting and the file", err)
	}
	if err != nil && strings.Contains(err.Error(), "is required") {
		t.Errorf("one mistake is reported twice: %v", err)
	}
}

func TestUnknown_findsTypingErrorsAndLeavesOthersAlone(t *testing.T) {
	t.Parallel()
	env := newEnvironment(settingsThatWork(map[string]string{
		"LOGIN_MAXAGE": "5m", "TELEGRAM_TOKEN": testToken, "SESSION_KEY_FILE": "/run/secrets/keys",
		"TRUSTED_PROXY": "10.0.0.0/8", "PATH": "/bin", "LOGNAME": "anna", "SESSION_MANAGER": "local/desktop",
	}))
	if _, err := readSettings(env, time.Now()); err != nil {
		t.Fatal(err)
	}
	want := []string{"LOGIN_MAXAGE", "SESSION_KEY_FILE", "TELEGRAM_TOKEN", "TRUSTED_PROXY"}
	if got := env.unknown(); !slices.Equal(got, want) {
		t.Errorf("unknown settings: %q, want %q", got, want)
	}
}
