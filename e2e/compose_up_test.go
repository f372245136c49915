package e2e_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"example.com/telegram-login/internal/devpg/pgtest"
)

// What the programs log when they listen.
const (
	composeTelegramIsThere = "THIS IS NOT TELEGRAM"
	composeSiteIsThere     = `"msg":"serving"`
)

// TestCompose_services builds the programs, once for all that is tried with them.
func TestCompose_services(t *testing.T) {
	t.Parallel()
	host := composeHost{
		project:  composeLoad(t, composeDevelopment),
		stages:   composeStages(t),
		programs: composeBuild(t),
	}
	t.Run("up gives the whole login", func(t *testing.T) {
		t.Parallel()
		composeUp(t, composeOnThisMachine(t, host))
	})
	t.Run("up with a real bot takes the secrets from files", func(t *testing.T) {
		t.Parallel()
		composeUpWithRealBot(t, host)
	})
	t.Run("the site accepts its settings as they stand in the file", func(t *testing.T) {
		t.Parallel()
		composeStartWithoutDatabase(t, host)
	})
}

// composeUp is "docker compose up" without Docker: the commands of the services,
// with the addresses of this machine, and then "docker compose stop".
func composeUp(t *testing.T, host composeHost) {
	t.Helper()
	host.run(t, "migrate")
	stopTelegram := host.start(t, "telegram", composeTelegramIsThere)
	if err := host.checkHealth(t, "telegram"); err != nil {
		t.Errorf("the health check of telegram: %v", err)
	}
	stopSite := host.start(t, "site", composeSiteIsThere)
	if err := host.checkHealth(t, "site"); err != nil {
		t.Errorf("the health check of site: %v", err)
	}
	composeLogIn(t, host.replace.Replace("http://localhost:8080"), host.replace.Replace("http://localhost:8081"))
	composeAskByServiceName(t, host)

	stopSite()
	stopTelegram()
	for _, name := range []string{"site", "telegram"} {
		if err := host.checkHealth(t, name); err == nil {
			t.Errorf("%s has stopped, and its health check passes", name)
		}
	}
}

// composeOnThisMachine gives the services an address of this machine for each
// address in the Compose file.
func composeOnThisMachine(t *testing.T, host composeHost) composeHost {
	t.Helper()
	ports := composeFreePorts(t, 2)
	site, telegram := ports[0], ports[1]
	host.replace = strings.NewReplacer(
		composeEnvironment(t, host.project.Services["site"])["DATABASE_URL"], pgtest.Empty(t),
		"http://telegram:8081", "http://127.0.0.1:"+telegram,
		"http://localhost:8081", "http://localhost:"+telegram,
		"http://localhost:8080", "http://localhost:"+site,
		"-listen=:8081", "-listen=127.0.0.1:"+telegram,
	)
	// What a container has by default, since nobody else listens in it.
	host.extraEnvironment = map[string][]string{"site": {"LISTEN_ADDR=127.0.0.1:" + site, "ADMIN_ADDR=127.0.0.1:0"}}
	host.extraArguments = map[string][]string{"telegram": {"-listen=127.0.0.1:" + telegram}}
	return host
}

// composeAskByServiceName asks the stand-in as the site does in a container: by
// the name of the service, which it refuses unless it was told.
func composeAskByServiceName(t *testing.T, host composeHost) {
	t.Helper()
	environment := composeEnvironment(t, host.project.Services["site"])
	asked, err := url.Parse(environment["TELEGRAM_API_URL"])
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet,
		host.replace.Replace(asked.String())+"/bot"+environment["TELEGRAM_BOT_TOKEN"]+"/getMe", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = asked.Host
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("the stand-in answers %s to the host %s", response.Status, asked.Host)
	}
}

// composeStartWithoutDatabase starts the site with the addresses as they stand in
// the file. Only the database is missing then: the settings are all in order.
func composeStartWithoutDatabase(t *testing.T, host composeHost) {
	t.Helper()
	databaseURL := composeEnvironment(t, host.project.Services["site"])["DATABASE_URL"]
	closed := composeFreePorts(t, 1)[0]
	host.replace = strings.NewReplacer(databaseURL,
		strings.Replace(databaseURL, "postgres:5432", "127.0.0.1:"+closed, 1))
	host.extraEnvironment = map[string][]string{"site": {"LISTEN_ADDR=127.0.0.1:0", "ADMIN_ADDR=127.0.0.1:0"}}
	output, err := host.command(t, "site", []string{"/site"}).CombinedOutput()
	if err == nil {
		t.Fatal("the site ran without a database")
	}
	text := string(output)
	if !strings.Contains(text, "opening the database") || strings.Contains(text, "development-only") {
		t.Errorf("the site complains about something else than the database, or shows the password:\n%s", text)
	}
}
