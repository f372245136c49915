package e2e_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/types"

	"example.com/telegram-login/internal/devpg/pgtest"
)

func TestCompose_realBotHasNothingLeftOfDevelopment(t *testing.T) {
	t.Parallel()
	development, realBot := composeLoad(t, composeDevelopment), composeLoad(t, composeRealBot)
	if names := realBot.ServiceNames(); !slices.Equal(names, []string{"migrate", "postgres", "site"}) {
		t.Errorf("services: %q, want no stand-in", names)
	}
	if realBot.Name == development.Name {
		t.Error("both have one project name, and so one database")
	}
	if files := realBot.Services["site"].EnvFiles; len(files) != 1 || filepath.Base(files[0].Path) != ".env" {
		t.Errorf("the site's settings come from %v, want .env", files)
	}
	for _, service := range realBot.Services {
		for name, value := range composeEnvironment(t, service) {
			secret := strings.Contains(name, "PASSWORD") || strings.Contains(name, "TOKEN") ||
				strings.Contains(name, "KEYS") || strings.Contains(name, "DATABASE_URL")
			file, inFolder := strings.CutPrefix(value, "/run/secrets/")
			if secret && (!strings.HasSuffix(name, "_FILE") || !inFolder) {
				t.Errorf("service %s: %s is a secret and does not come from a file", service.Name, name)
			}
			isGiven := func(s types.ServiceSecretConfig) bool { return s.Source == file }
			if secret && !slices.ContainsFunc(service.Secrets, isGiven) {
				t.Errorf("service %s: the secret of %s is not given to it", service.Name, name)
			}
		}
	}
}

// Whoever follows the head of the file has all that the file asks for.
func TestCompose_realBotExplainsHowToMakeEachSecret(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(filepath.Join(composeRoot, "docker-compose.real-bot.yml"))
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(string(content), "\nname:")
	for name, secret := range composeLoad(t, composeRealBot).Secrets {
		if filepath.Base(secret.File) != name || !strings.Contains(head, ">secrets/"+name) {
			t.Errorf("the head of the file does not say how to make %s", secret.File)
		}
	}
}

// composeUpWithRealBot starts the services with secrets in files and a .env made
// of .env.example. The bot is silent, so that nobody calls Telegram.
func composeUpWithRealBot(t *testing.T, host composeHost) {
	t.Helper()
	host.project = composeLoad(t, composeRealBot)
	address := "127.0.0.1:" + composeFreePorts(t, 1)[0]
	secrets := t.TempDir()
	for name, content := range map[string]string{
		"database_url":            pgtest.Empty(t),
		"telegram_bot_token":      "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
		"telegram_webhook_secret": "tests_only-not_a_real_secret",
		"session_keys":            "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA==",
	} {
		if err := os.WriteFile(filepath.Join(secrets, name), []byte(content+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	host.replace = strings.NewReplacer("/run/secrets", secrets)
	host.extraEnvironment = map[string][]string{"site": append(composeExampleLines(t),
		"PUBLIC_URL=https://login.example.com", "TELEGRAM_UPDATES=off", "TELEGRAM_BOT_USERNAME=our_bot",
		"LISTEN_ADDR="+address, "ADMIN_ADDR=127.0.0.1:0")}

	host.run(t, "migrate")
	stop := host.start(t, "site", composeSiteIsThere)
	if err := host.checkHealth(t, "site"); err != nil {
		t.Errorf("the health check of site: %v", err)
	}
	stop()
}
