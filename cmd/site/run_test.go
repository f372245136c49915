package main

import (
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"

	"example.com/telegram-login/internal/devpg/pgtest"
)

// serving is an environment with which the site really runs: a database and a
// port of this machine, and no Bot API.
func serving(t *testing.T, databaseURL string, changes map[string]string) (environ []string, address string) {
	t.Helper()
	address = freeAddress(t)
	values := map[string]string{
		"PUBLIC_URL":       "http://" + address,
		"LISTEN_ADDR":      address,
		"DATABASE_URL":     databaseURL,
		"TELEGRAM_API_URL": "http://" + freeAddress(t),
		"TELEGRAM_UPDATES": "off",
	}
	maps.Copy(values, changes)
	return settingsThatWork(values), address
}

func TestRun_servesUntilItIsStopped(t *testing.T) {
	t.Parallel()
	environ, address := serving(t, pgtest.URL(t), nil)
	_, stop := start(t, environ)

	response, err := http.Get("http://" + address + "/")
	if err != nil {
		t.Fatal(err)
	}
	page, _ := io.ReadAll(response.Body)
	response.Body.Close()
	if response.StatusCode != http.StatusOK || !strings.Contains(string(page), "<h1") {
		t.Errorf("the home page answers %s:\n%s", response.Status, page)
	}
	if err := runToEnd(t, environ, "healthcheck"); err != nil {
		t.Errorf("healthcheck of a running site: %v", err)
	}
	if err := stop(); err != nil {
		t.Errorf("run = %v after the stop, want nil: exit status 0", err)
	}
	if err := runToEnd(t, environ, "healthcheck"); err == nil {
		t.Error("healthcheck of a stopped site passes")
	}
}

// In a container the site listens on every interface, which is no address that
// one can ask.
func TestRun_healthcheckFindsASiteThatListensOnEveryInterface(t *testing.T) {
	t.Parallel()
	answering := http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/readyz" {
			w.WriteHeader(http.StatusTeapot)
		}
	})}
	t.Cleanup(func() { _ = answering.Close() })
	listener := listen(t)
	go func() { _ = answering.Serve(listener) }()
	_, port, _ := strings.Cut(listener.Addr().String(), ":")
	for _, address := range []string{":" + port, "0.0.0.0:" + port, "[::]:" + port} {
		if err := runToEnd(t, []string{"LISTEN_ADDR=" + address}, "healthcheck"); err != nil {
			t.Errorf("LISTEN_ADDR=%s: %v", address, err)
		}
	}
}

func TestRun_healthcheckFailsWhenTheDatabaseIsGone(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.URL(t)
	environ, _ := serving(t, databaseURL, nil)
	_, stop := start(t, environ)
	dropDatabase(t, databaseURL)
	if err := runToEnd(t, environ, "healthcheck"); err == nil || !strings.Contains(err.Error(), "503") {
		t.Errorf("healthcheck = %v, want an error with the status", err)
	}
	if err := stop(); err != nil {
		t.Errorf("run = %v", err)
	}
}

func TestRun_warnsOfUnknownSettingsByNameOnly(t *testing.T) {
	t.Parallel()
	environ, _ := serving(t, pgtest.URL(t), map[string]string{"TELEGRAM_TOKEN": "oops-a-secret"})
	log, stop := start(t, environ)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if text := log.String(); !strings.Contains(text, `"TELEGRAM_TOKEN"`) || strings.Contains(text, "oops") {
		t.Errorf("the log does not name the setting, or shows its value:\n%s", text)
	}
}

func TestRun_refusesToStartWithAProblem(t *testing.T) {
	t.Parallel()
	err := runToEnd(t, settingsThatWork(map[string]string{"LOGIN_CONFIRM": "perhaps"}))
	if err == nil || !strings.Contains(err.Error(), "LOGIN_CONFIRM") {
		t.Errorf("run = %v, want the problem", err)
	}
}

func TestRun_namesThePortThatIsTaken(t *testing.T) {
	t.Parallel()
	taken := listen(t).Addr().String()
	err := runToEnd(t, settingsThatWork(map[string]string{"LISTEN_ADDR": taken}))
	if err == nil || !strings.Contains(err.Error(), taken) {
		t.Errorf("run = %v, want an error that names %s", err, taken)
	}
}

func TestRun_explainsWrongUsage(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"start":             "serve, migrate, healthcheck",
		"serve now":         "takes no arguments",
		"healthcheck all":   "takes no arguments",
		"migrate down":      "site migrate force N",
		"migrate force":     "site migrate force N",
		"migrate force two": "site migrate force N",
	}
	for line, want := range tests {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			err := runToEnd(t, settingsThatWork(nil), strings.Fields(line)...)
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("run = %v, want an error with %q", err, want)
			}
		})
	}
}

func TestRun_helpNamesEveryCommand(t *testing.T) {
	t.Parallel()
	for _, ask := range []string{"help", "-h", "--help"} {
		var stderr strings.Builder
		if err := run(t.Context(), nil, []string{ask}, nil, io.Discard, &stderr); err != nil {
			t.Errorf("%s: %v", ask, err)
		}
		for _, command := range []string{"serve", "migrate", "force N", "healthcheck"} {
			if !strings.Contains(stderr.String(), command) {
				t.Errorf("%s does not name %s", ask, command)
			}
		}
	}
}
