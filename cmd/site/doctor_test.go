package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/jackc/pgx/v5"

	"example.com/telegram-login/internal/app"
	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/internal/telegramsim"
)

const (
	patientToken  = "7000000001:AAcanary-of-the-bot-token-abcdefghi"
	anotherToken  = "7000000001:AAcanary-of-another-token-abcdefgh"
	patientSecret = "canary-of-the-webhook-secret"
	patientKey    = "Y2FuYXJ5LWNhbmFyeS1jYW5hcnktY2FuYXJ5LWNhbmFyeQ=="
)

// patient is a set-up that works: a Telegram, a database, and the settings of a
// site. What is wrong with it, each test adds.
type patient struct {
	t        *testing.T
	settings map[string]string
	database string
	// running are the settings of the site that runs; the doctor's may differ.
	running map[string]string
	skew    time.Duration // How far Telegram's clock is ahead.
	real    bool          // Telegram does not say that it is the stand-in.
	apiURL  string
}

func newPatient(t *testing.T) *patient {
	t.Helper()
	p := &patient{t: t, database: pgtest.Empty(t)}
	sim, err := telegramsim.New(telegramsim.Config{
		Bots:         []telegramsim.Bot{{Token: patientToken, Username: "patient_bot", Name: "Patient", Domain: "localhost"}},
		PublicURL:    "http://localhost",
		Hosts:        []string{"0.0.0.0"},
		WebhookRetry: 20 * time.Millisecond,
		Now:          time.Now,
		Log:          slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.skew != 0 {
			w.Header().Set("Date", time.Now().Add(p.skew).UTC().Format(http.TimeFormat))
		}
		if p.real {
			w = realTelegram{w}
		}
		sim.Handler().ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	p.apiURL = server.URL
	_, port, _ := strings.Cut(freeAddress(t), ":")
	p.settings = map[string]string{
		"PUBLIC_URL":              "http://localhost:" + port,
		"LISTEN_ADDR":             "127.0.0.1:" + port,
		"DATABASE_URL":            p.database,
		"TELEGRAM_API_URL":        server.URL,
		"TELEGRAM_BOT_TOKEN":      patientToken,
		"TELEGRAM_UPDATES":        "webhook",
		"TELEGRAM_WEBHOOK_SECRET": patientSecret,
		"SESSION_KEYS":            patientKey,
	}
	p.running = maps.Clone(p.settings)
	return p
}

// realTelegram takes away what the stand-in says of itself.
type realTelegram struct{ http.ResponseWriter }

func (w realTelegram) WriteHeader(status int) {
	w.Header().Del("X-Stand-In")
	w.ResponseWriter.WriteHeader(status)
}

// serve lets the site run, until the test ends.
func (p *patient) serve() {
	p.t.Helper()
	log, stop := start(p.t, environ(p.running))
	p.t.Cleanup(func() { _ = stop() })
	if p.running["TELEGRAM_UPDATES"] != "webhook" {
		return
	}
	tooLate := time.After(30 * time.Second)
	for !strings.Contains(log.String(), "webhook set") {
		select {
		case <-time.After(10 * time.Millisecond):
		case <-tooLate:
			p.t.Fatalf("the site has not set its webhook:\n%s", log)
		}
	}
}

func environ(settings map[string]string) []string {
	var all []string
	for name, value := range settings {
		all = append(all, name+"="+value)
	}
	return all
}

// telegram calls the Bot API as somebody else who has the token.
func (p *patient) telegram(method, params string) {
	p.t.Helper()
	p.post("/bot"+patientToken+"/"+method, params)
}

func (p *patient) post(path, body string) {
	p.t.Helper()
	response, err := http.Post(p.apiURL+path, "application/json", strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		p.t.Fatalf("%s: %s", path, response.Status)
	}
}

// examine runs "site doctor" both ways, and returns its lines. No secret may be
// in what it prints.
func (p *patient) examine() ([]app.Check, error) {
	p.t.Helper()
	var lines, list, stderr bytes.Buffer
	err := run(p.t.Context(), nil, []string{"doctor"}, environ(p.settings), &lines, &stderr)
	jsonErr := run(p.t.Context(), nil, []string{"doctor", "--json"}, environ(p.settings), &list, &stderr)
	if (err == nil) != (jsonErr == nil) {
		p.t.Errorf("as lines: %v; as json: %v", err, jsonErr)
	}
	var checks []app.Check
	if err := json.Unmarshal(list.Bytes(), &checks); err != nil {
		p.t.Fatalf("no json: %v\n%s", err, list.String())
	}
	for _, c := range checks {
		if !strings.Contains(withoutNumbers(lines.String()), withoutNumbers(c.Text)) {
			p.t.Errorf("the lines do not tell %q:\n%s", c.Text, lines.String())
		}
	}
	for _, secret := range []string{"AAcanary", patientSecret, patientKey, "canary-of-the", "the-password", "secret-path", "hash="} {
		if strings.Contains(lines.String()+list.String()+stderr.String(), secret) {
			p.t.Errorf("%q is in the report:\n%s", secret, lines.String())
		}
	}
	return checks, err
}

// withoutNumbers lets two examinations be compared that are not of the same
// second.
func withoutNumbers(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return -1
		}
		return r
	}, text)
}

func TestDoctor_findsNothingWrongWithASiteThatWorks(t *testing.T) {
	t.Parallel()
	for _, updates := range []string{"webhook", "polling", "forwarded", "off"} {
		t.Run(updates, func(t *testing.T) {
			t.Parallel()
			p := newPatient(t)
			p.settings["TELEGRAM_UPDATES"], p.running["TELEGRAM_UPDATES"] = updates, updates
			p.serve()

			checks, err := p.examine()
			if err != nil {
				t.Errorf("doctor = %v", err)
			}
			for _, c := range checks {
				if c.Status != app.StatusOK {
					t.Errorf("%+v", c)
				}
			}
			if len(checks) < 10 {
				t.Errorf("only %d checks", len(checks))
			}
		})
	}
}

// Whatever is wrong, a line names it and says what to do.
func TestDoctor_namesWhatIsWrong(t *testing.T) {
	t.Parallel()
	set := func(name, value string) func(*patient) {
		return func(p *patient) { p.settings[name] = value }
	}
	tests := map[string]struct {
		spoil   func(*patient) // Before the site starts.
		after   func(*patient) // While it runs.
		offline bool           // The site does not run.
		check   string
		text    string
		cure    string
	}{
		"token of nobody":      {spoil: set("TELEGRAM_BOT_TOKEN", anotherToken), check: "bot_token", text: "does not accept", cure: "@BotFather"},
		"an old token revoked": {spoil: set("TELEGRAM_BOT_TOKEN", patientToken+","+anotherToken), check: "bot_token", text: "accept token 2", cure: "revoked"},
		"another bot's name":   {spoil: set("TELEGRAM_BOT_USERNAME", "other_bot"), check: "bot_username", text: "@patient_bot", cure: "empty"},
		"no Bot API":           {spoil: set("TELEGRAM_API_URL", "http://127.0.0.1:1"), check: "bot_token", text: "connection refused", cure: "TELEGRAM_API_URL"},
		"localhost, and the real Telegram": {
			spoil: set("TELEGRAM_API_URL", "https://telegram.invalid"), check: "public_url", text: "this machine only", cure: "go run ./cmd/demo",
		},
		"an address": {
			spoil: func(p *patient) {
				p.settings["TELEGRAM_API_URL"], p.settings["PUBLIC_URL"] = "https://telegram.invalid", "https://192.0.2.1"
			}, check: "public_url", text: "IP address", cure: "host name",
		},
		"a name without a dot": {
			spoil: func(p *patient) {
				p.settings["TELEGRAM_API_URL"], p.settings["PUBLIC_URL"] = "https://telegram.invalid", "https://intranet"
			}, check: "public_url", text: "no dot", cure: "full host name",
		},
		"a port": {
			spoil: func(p *patient) {
				p.settings["TELEGRAM_API_URL"], p.settings["PUBLIC_URL"] = "https://telegram.invalid", "https://login.invalid:8443"
			}, check: "public_url", text: "port 8443", cure: "443",
		},
		"localhost, and a Bot API server of one's own": {
			spoil: func(p *patient) { p.real = true }, check: "public_url", text: "this machine only", cure: "go run ./cmd/demo",
		},
		"a port that Telegram brings nothing to": {
			spoil: func(p *patient) { p.real, p.settings["PUBLIC_URL"] = true, "https://login.invalid:9000" }, check: "updates", text: "not to 9000", cure: "polling",
		},
		"a direct connection that is none": {
			spoil: set("MIGRATE_DATABASE_URL", "postgres://site:the-password@127.0.0.1:1/site"), check: "migrate_database", text: "connection refused", cure: "MIGRATE_DATABASE_URL",
		},
		"links that are good for too long":  {spoil: set("LOGIN_MAX_AGE", "20h"), check: "login_age", text: "20h", cure: "five minutes"},
		"links that are good for no time":   {spoil: set("LOGIN_MAX_AGE", "5s"), check: "login_age", text: "5s", cure: "five minutes"},
		"a restore that has yet to happen":  {spoil: set("LOGIN_NOT_BEFORE", "2999-01-31T12:00:00Z"), check: "settings", text: "LOGIN_NOT_BEFORE: is in the future", cure: ".env.example"},
		"a token that the site has not got": {spoil: set("TELEGRAM_BOT_TOKEN", patientToken+","+anotherToken), check: "login", text: "token 2", cure: "same TELEGRAM_BOT_TOKEN"},
		"our own webhook while polling": {
			spoil: set("TELEGRAM_UPDATES", "polling"), check: "updates", text: "our own webhook", cure: "start the site",
		},
		"a database that went away": {
			after: func(p *patient) { dropDatabase(p.t, p.database) }, check: "site", text: "not ready", cure: "database",
		},
		"plain http": {spoil: set("PUBLIC_URL", "http://login.invalid"), check: "settings", text: "plain http", cure: ".env.example"},
		"an unknown setting": {
			spoil: set("TELEGRAM_BOT_NAME", "x"), check: "settings", text: "TELEGRAM_BOT_NAME is no setting", cure: ".env.example",
		},
		"a clock that is behind": {spoil: func(p *patient) { p.skew = 10 * time.Minute }, check: "clock", text: "behind", cure: "NTP"},
		"a clock that is ahead":  {spoil: func(p *patient) { p.skew = -10 * time.Minute }, check: "clock", text: "ahead of", cure: "NTP"},
		"no database": {
			spoil: set("DATABASE_URL", "postgres://site:the-password@127.0.0.1:1/site"), check: "database", text: "connection refused", cure: "DATABASE_URL",
		},
		"a database that can be read only": {
			after: func(p *patient) { p.settings["DATABASE_URL"] += "&default_transaction_read_only=on" }, check: "database", text: "read only", cure: "primary",
		},
		"a database that is not migrated": {
			spoil: func(p *patient) { p.settings["DATABASE_URL"] = pgtest.Empty(p.t) }, check: "database_schema", text: "version 0", cure: "site migrate",
		},
		"a migration that failed": {
			after: func(p *patient) { p.sql("UPDATE schema_migrations SET dirty = true") }, check: "database_schema", text: "half-way", cure: "site migrate",
		},
		"a database of the future": {
			after: func(p *patient) { p.sql("UPDATE schema_migrations SET version = 999") }, check: "database_schema", text: "999", cure: "newer version",
		},
		"a short session key": {spoil: set("SESSION_KEYS", "c2hvcnQ="), check: "settings", text: "fewer than 32 bytes", cure: ".env.example"},
		"sessions that end before they idle": {
			spoil: func(p *patient) { p.settings["SESSION_LIFETIME"], p.settings["SESSION_IDLE"] = "1h", "2h" }, check: "settings", text: "longer than SESSION_LIFETIME", cure: ".env.example",
		},
		"a site that does not run": {offline: true, check: "site", text: "cannot be reached", cure: "start the site"},
		"something else in its place": {
			spoil: func(p *patient) {
				server := httptest.NewServer(http.NotFoundHandler())
				p.t.Cleanup(server.Close)
				p.settings["PUBLIC_URL"] = server.URL
			}, check: "site", text: "not this site", cure: "proxy",
		},
		"a site with another token": {
			spoil: func(p *patient) {
				p.running["TELEGRAM_BOT_TOKEN"] = anotherToken
				p.running["TELEGRAM_UPDATES"] = "off"
			},
			check: "login", text: "another token", cure: "same TELEGRAM_BOT_TOKEN",
		},
		"a proxy that loses the query": {
			after: func(p *patient) { p.behindProxy(func(r *http.Request) { r.URL.RawQuery = "" }) }, check: "login", text: "no whole query", cure: "query string",
		},
		"a proxy that hangs up": {
			after: func(p *patient) {
				p.behindProxy(func(r *http.Request) {
					if strings.HasPrefix(r.URL.Path, "/login/") {
						panic(http.ErrAbortHandler)
					}
				})
			}, check: "login", text: "cannot be reached", cure: "before the site",
		},
		"a proxy that knows another path": {
			after: func(p *patient) {
				p.behindProxy(func(r *http.Request) { r.URL.Path = strings.Replace(r.URL.Path, "/login/", "/elsewhere/", 1) })
			}, check: "login", text: "status 404", cure: "/login/telegram",
		},
		"a webhook of somebody else while polling": {
			spoil: func(p *patient) { p.settings["TELEGRAM_UPDATES"], p.running["TELEGRAM_UPDATES"] = "polling", "off" },
			after: func(p *patient) { p.telegram("setWebhook", `{"url": "https://elsewhere.invalid/secret-path"}`) },
			check: "updates", text: "elsewhere.invalid", cure: "forwarded",
		},
		"a webhook that leads elsewhere": {
			after: func(p *patient) { p.telegram("setWebhook", `{"url": "https://elsewhere.invalid/secret-path"}`) },
			check: "updates", text: "elsewhere.invalid", cure: "start the site",
		},
		"no webhook": {after: func(p *patient) { p.telegram("deleteWebhook", `{}`) }, check: "updates", text: "no webhook", cure: "start the site"},
		"a webhook that brings too little": {
			after: func(p *patient) {
				p.telegram("setWebhook", `{"url": "`+p.settings["PUBLIC_URL"]+`/telegram/webhook", "secret_token": "`+patientSecret+`", "allowed_updates": ["message"]}`)
			},
			check: "updates", text: `["message"]`, cure: "start the site",
		},
		"a webhook that cannot be brought to": {
			after: func(p *patient) { p.failDelivery() }, check: "updates", text: "401", cure: "/telegram/webhook",
		},
		"a site with another webhook secret": {
			spoil: func(p *patient) { p.settings["TELEGRAM_WEBHOOK_SECRET"] = "another-secret-of-the-doctor" },
			check: "webhook_secret", text: "another secret", cure: "same TELEGRAM_WEBHOOK_SECRET",
		},
		"a site that lacks one of two webhook secrets": {
			spoil: func(p *patient) {
				p.settings["TELEGRAM_WEBHOOK_SECRET"] = patientSecret + ",another-secret-of-the-doctor"
			},
			check: "webhook_secret", text: "secret 2", cure: "same TELEGRAM_WEBHOOK_SECRET",
		},
		"a site that takes no updates": {
			spoil: func(p *patient) { p.running["TELEGRAM_UPDATES"] = "off" }, check: "webhook_secret", text: "status 404", cure: "same TELEGRAM_UPDATES",
		},
		"a proxy that adds the secret": {
			after: func(p *patient) {
				p.behindProxy(func(r *http.Request) { r.Header.Set("X-Telegram-Bot-Api-Secret-Token", patientSecret) })
			}, check: "webhook_secret", text: "without our secret", cure: "must not add",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPatient(t)
			if test.spoil != nil {
				test.spoil(p)
			}
			if !test.offline {
				p.serve()
			}
			if test.after != nil {
				test.after(p)
			}

			checks, err := p.examine()

			if !errors.Is(err, errTrouble) {
				t.Errorf("doctor = %v, want an exit status", err)
			}
			for _, c := range checks {
				if c.Name == test.check && c.Status == app.StatusProblem && strings.Contains(c.Text, test.text) && strings.Contains(c.Cure, test.cure) {
					return
				}
			}
			t.Errorf("no line about %s tells %q and to do something about %q, only:\n%+v", test.check, test.text, test.cure, checks)
		})
	}
}

func (p *patient) sql(statement string) {
	p.t.Helper()
	conn, err := pgx.Connect(p.t.Context(), p.database)
	if err != nil {
		p.t.Fatal(err)
	}
	defer conn.Close(p.t.Context())
	if _, err := conn.Exec(p.t.Context(), statement); err != nil {
		p.t.Fatal(err)
	}
}

// behindProxy puts something before the site that changes requests.
func (p *patient) behindProxy(change func(*http.Request)) {
	p.t.Helper()
	site := p.settings["PUBLIC_URL"]
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		change(r)
		request, err := http.NewRequestWithContext(r.Context(), r.Method, site+r.URL.RequestURI(), r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		request.Header = r.Header.Clone()
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer response.Body.Close()
		maps.Copy(w.Header(), response.Header)
		w.WriteHeader(response.StatusCode)
		_, _ = io.Copy(w, response.Body)
	}))
	p.t.Cleanup(server.Close)
	p.settings["PUBLIC_URL"] = server.URL
}

// failDelivery lets Telegram try to bring an update that the site refuses.
func (p *patient) failDelivery() {
	p.t.Helper()
	p.telegram("setWebhook", `{"url": "`+p.settings["PUBLIC_URL"]+`/telegram/webhook", "secret_token": "wrong",
		"allowed_updates": ["message", "my_chat_member"]}`)
	p.post("/client/messages.sendMessage", `{"as": 700100001, "peer": "patient_bot", "message": "hello"}`)
	tooLate := time.After(30 * time.Second)
	for {
		response, err := http.Post(p.apiURL+"/bot"+patientToken+"/getWebhookInfo", "application/json", strings.NewReader("{}"))
		if err != nil {
			p.t.Fatal(err)
		}
		text, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if strings.Contains(string(text), "last_error_message") {
			return
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-tooLate:
			p.t.Fatalf("no delivery failed: %s", text)
		}
	}
}

func TestDoctor_wrongUsageIsToldFromTrouble(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"doctor", "now"}, {"doctor", "--xml"}} {
		err := run(t.Context(), nil, args, nil, io.Discard, io.Discard)
		if err == nil || errors.Is(err, errTrouble) {
			t.Errorf("run %q = %v", args, err)
		}
	}
}

// What was refused is not used: the token would travel in the open.
func TestDoctor_asksNothingOfAnAddressThatTheSettingsRefuse(t *testing.T) {
	t.Parallel()
	p := newPatient(t)
	_, port, _ := strings.Cut(strings.TrimPrefix(p.apiURL, "http://"), ":")
	for _, address := range []string{"http://0.0.0.0:" + port, "http://somebody:the-password@127.0.0.1:" + port} {
		p.settings["TELEGRAM_API_URL"] = address

		checks, err := p.examine()

		if !errors.Is(err, errTrouble) {
			t.Errorf("doctor = %v", err)
		}
		if c := find(checks, "bot_token"); c.Status != app.StatusNotChecked {
			t.Errorf("%s: %+v", address, c)
		}
	}
}

// find returns the first line of a check.
func find(checks []app.Check, name string) app.Check {
	for _, c := range checks {
		if c.Name == name {
			return c
		}
	}
	return app.Check{}
}

// In Docker Compose the stand-in has a name, and no loopback address.
func TestDoctor_knowsTheStandInByWhatItSays(t *testing.T) {
	t.Parallel()
	p := newPatient(t)
	_, port, _ := strings.Cut(strings.TrimPrefix(p.apiURL, "http://"), ":")
	p.settings["TELEGRAM_API_URL"], p.settings["INSECURE_HOSTS"] = "http://0.0.0.0:"+port, "0.0.0.0"
	checks, _ := p.examine()
	if c := find(checks, "public_url"); c.Status != app.StatusOK || !strings.Contains(c.Text, "stand-in") {
		t.Errorf("%+v", c)
	}
}

func TestDoctor_namesTheHostThatIsToBeLinked(t *testing.T) {
	t.Parallel()
	p := newPatient(t)
	p.real, p.settings["PUBLIC_URL"] = true, "https://login.invalid"
	checks, _ := p.examine()
	if c := find(checks, "public_url"); c.Status != app.StatusOK || !strings.Contains(c.Text, "/setdomain of @BotFather has to say login.invalid") {
		t.Errorf("%+v", c)
	}
	if c := find(checks, "sessions"); c.Status != app.StatusOK || !strings.Contains(c.Text, "__Host-session") {
		t.Errorf("%+v", c)
	}
}

// With settings that are wrong the rest is examined, and nothing is shown.
func TestDoctor_worksWithSettingsThatAreWrong(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ value, notChecked string }{
		"PUBLIC_URL":              {"https://somebody:the-password@login.invalid", "public_url"},
		"DATABASE_URL":            {",", "database"},
		"TELEGRAM_BOT_TOKEN":      {"AAcanary-that-is-no-token," + patientToken, "bot_token"},
		"TELEGRAM_API_URL":        {"https://somebody:the-password@telegram.invalid", "bot_token"},
		"TELEGRAM_UPDATES":        {"sometimes", "updates"},
		"TELEGRAM_WEBHOOK_SECRET": {"canary-of-the secret", "webhook_secret"},
		"SESSION_KEYS":            {patientKey[:12], "sessions"},
		"LOGIN_MAX_AGE":           {"99h", "login_age"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPatient(t)
			p.serve()
			p.settings[name] = test.value

			checks, err := p.examine()

			if !errors.Is(err, errTrouble) {
				t.Errorf("doctor = %v", err)
			}
			if c := find(checks, "settings"); c.Status != app.StatusProblem || !strings.HasPrefix(c.Text, name+": ") {
				t.Errorf("%+v, want a line about %s", c, name)
			}
			if c := find(checks, test.notChecked); c.Status != app.StatusNotChecked || !strings.Contains(c.Text, "wrong") {
				t.Errorf("%+v, want it to say why it was not checked", c)
			}
			examined := 0
			for _, c := range checks {
				if c.Status == app.StatusOK {
					examined++
				}
			}
			if examined < 4 {
				t.Errorf("only %d lines about what is right: %+v", examined, checks)
			}
		})
	}
}

// Names are for programs.
func TestDoctor_namesAreStable(t *testing.T) {
	t.Parallel()
	p := newPatient(t)
	p.serve()
	checks, _ := p.examine()
	var names []string
	for _, c := range checks {
		names = append(names, c.Name)
	}
	want := "settings bot_token bot_username clock public_url database database_schema sessions login_age site login updates webhook_secret"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("checks are\n%s\nwant\n%s", got, want)
	}
}

// Others' words cannot make a terminal do things, or look like a line of ours.
func TestDoctor_obeysNoControlCharacter(t *testing.T) {
	t.Parallel()
	p := newPatient(t)
	rude := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"ok": true, "result": {"username": "a\u001b[2J\nok  b", "url": ""}}`)
	}))
	t.Cleanup(rude.Close)
	p.settings["TELEGRAM_API_URL"] = rude.URL
	checks, _ := p.examine()
	for _, c := range checks {
		if strings.ContainsFunc(c.Text+c.Cure, unicode.IsControl) {
			t.Errorf("%+q", c)
		}
	}
	if c := find(checks, "bot_token"); !strings.Contains(c.Text, "[2J") {
		t.Errorf("%+q, want the bot's name in it", c)
	}
}

func TestDoctor_reportsNothingWhenItIsInterrupted(t *testing.T) {
	t.Parallel()
	p := newPatient(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout bytes.Buffer
	err := run(ctx, nil, []string{"doctor"}, environ(p.settings), &stdout, io.Discard)
	if !errors.Is(err, context.Canceled) || stdout.Len() > 0 {
		t.Errorf("doctor = %v, and prints\n%s", err, stdout.String())
	}
}
