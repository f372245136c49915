package main

import (
	"bytes"
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
	apiURL  string
}

func newPatient(t *testing.T) *patient {
	t.Helper()
	p := &patient{t: t, database: pgtest.Empty(t)}
	sim, err := telegramsim.New(telegramsim.Config{
		Bots:         []telegramsim.Bot{{Token: patientToken, Username: "patient_bot", Name: "Patient", Domain: "localhost"}},
		PublicURL:    "http://localhost",
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
	err := run(p.t.Context(), []string{"doctor"}, environ(p.settings), &lines, &stderr)
	jsonErr := run(p.t.Context(), []string{"doctor", "--json"}, environ(p.settings), &list, &stderr)
	if (err == nil) != (jsonErr == nil) {
		p.t.Errorf("as lines: %v; as json: %v", err, jsonErr)
	}
	var checks []app.Check
	if err := json.Unmarshal(list.Bytes(), &checks); err != nil {
		p.t.Fatalf("no json: %v\n%s", err, list.String())
	}
	for _, c := range checks {
		if !strings.Contains(lines.String(), c.Text) {
			p.t.Errorf("the lines do not tell %q:\n%s", c.Text, lines.String())
		}
	}
	for _, secret := range []string{"AAcanary", patientSecret, patientKey, "the-password", "secret-path"} {
		if strings.Contains(lines.String()+list.String()+stderr.String(), secret) {
			p.t.Errorf("%q is in the report:\n%s", secret, lines.String())
		}
	}
	return checks, err
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
		"token of nobody":      {spoil: set("TELEGRAM_BOT_TOKEN", anotherToken), check: "bot token", text: "does not accept", cure: "@BotFather"},
		"an old token revoked": {spoil: set("TELEGRAM_BOT_TOKEN", patientToken+","+anotherToken), check: "bot token", text: "accept token 2", cure: "revoked"},
		"another bot's name":   {spoil: set("TELEGRAM_BOT_USERNAME", "other_bot"), check: "bot username", text: "@patient_bot", cure: "empty"},
		"no Bot API":           {spoil: set("TELEGRAM_API_URL", "http://127.0.0.1:1"), check: "bot token", text: "connection refused", cure: "TELEGRAM_API_URL"},
		"localhost, and the real Telegram": {
			spoil: set("TELEGRAM_API_URL", "https://telegram.invalid"), check: "public address", text: "this machine only", cure: "go run ./cmd/demo",
		},
		"an address": {
			spoil: func(p *patient) {
				p.settings["TELEGRAM_API_URL"], p.settings["PUBLIC_URL"] = "https://telegram.invalid", "https://192.0.2.1"
			}, check: "public address", text: "IP address", cure: "host name",
		},
		"a name without a dot": {
			spoil: func(p *patient) {
				p.settings["TELEGRAM_API_URL"], p.settings["PUBLIC_URL"] = "https://telegram.invalid", "https://intranet"
			}, check: "public address", text: "no dot", cure: "full host name",
		},
		"a port": {
			spoil: func(p *patient) {
				p.settings["TELEGRAM_API_URL"], p.settings["PUBLIC_URL"] = "https://telegram.invalid", "https://login.invalid:8443"
			}, check: "public address", text: "port 8443", cure: "443",
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
			spoil: func(p *patient) { p.settings["DATABASE_URL"] = pgtest.Empty(p.t) }, check: "database schema", text: "version 0", cure: "site migrate",
		},
		"a migration that failed": {
			after: func(p *patient) { p.sql("UPDATE schema_migrations SET dirty = true") }, check: "database schema", text: "half-way", cure: "site migrate",
		},
		"a database of the future": {
			after: func(p *patient) { p.sql("UPDATE schema_migrations SET version = 999") }, check: "database schema", text: "999", cure: "newer version",
		},
		"a short session key": {spoil: set("SESSION_KEYS", "c2hvcnQ="), check: "settings", text: "fewer than 32 bytes", cure: ".env.example"},
		"sessions that end before they idle": {
			spoil: func(p *patient) { p.settings["SESSION_LIFETIME"], p.settings["SESSION_IDLE"] = "1h", "2h" }, check: "sessions", text: "longer", cure: "shorter",
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
			check: "login", text: "another bot's token", cure: "same TELEGRAM_BOT_TOKEN",
		},
		"a proxy that loses the query": {
			after: func(p *patient) { p.behindProxy(func(r *http.Request) { r.URL.RawQuery = "" }) }, check: "login", text: "no whole query", cure: "query string",
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
			check: "webhook secret", text: "another secret", cure: "same TELEGRAM_WEBHOOK_SECRET",
		},
		"a site that takes no updates": {
			spoil: func(p *patient) { p.running["TELEGRAM_UPDATES"] = "off" }, check: "webhook secret", text: "status 404", cure: "same TELEGRAM_UPDATES",
		},
		"a proxy that adds the secret": {
			after: func(p *patient) {
				p.behindProxy(func(r *http.Request) { r.Header.Set("X-Telegram-Bot-Api-Secret-Token", patientSecret) })
			}, check: "webhook secret", text: "without our secret", cure: "must not add",
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
		err := run(t.Context(), args, nil, io.Discard, io.Discard)
		if err == nil || errors.Is(err, errTrouble) {
			t.Errorf("run %q = %v", args, err)
		}
	}
}
