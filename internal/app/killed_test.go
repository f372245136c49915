package app_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/internal/telegramsim"
	"example.com/telegram-login/internal/users"
)

const (
	crowdToken    = "7000000001:AAtests_only-not_a_real_token_at_all"
	crowdUsername = "tests_login_bot"
	firstOfCrowd  = 800_000_001
)

// crowd is a Telegram with many people, who all write to the bot and sign in.
type crowd struct {
	url    string
	people int
	db     *pgxpool.Pool
	store  *users.Store
}

func newCrowd(t *testing.T, people int, db *pgxpool.Pool) *crowd {
	t.Helper()
	cfg := telegramsim.Config{
		Bots:      []telegramsim.Bot{{Token: crowdToken, Username: crowdUsername, Name: "Tests", Domain: "localhost"}},
		PublicURL: "http://localhost",
		Now:       time.Now,
		Log:       slog.New(slog.DiscardHandler),
	}
	for i := range people {
		cfg.People = append(cfg.People, telegramsim.Person{ID: firstOfCrowd + int64(i), FirstName: fmt.Sprintf("Person %d", i)})
	}
	sim, err := telegramsim.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	server := httptest.NewServer(sim.Handler())
	t.Cleanup(server.Close)
	return &crowd{url: server.URL, people: people, db: db, store: users.NewStore(db)}
}

func (c *crowd) call(t *testing.T, method, path string, in, out any) {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, c.url+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %s %v", path, response.Status, text, err)
	}
	if err := json.Unmarshal(text, out); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// everybodyWrites lets each person ask for a login button.
func (c *crowd) everybodyWrites(t *testing.T) {
	t.Helper()
	for i := range c.people {
		c.call(t, http.MethodPost, "/client/messages.sendMessage",
			map[string]any{"as": firstOfCrowd + i, "peer": crowdUsername, "message": "/login"}, new(any))
	}
}

// everybodySignsIn makes as many accounts, each with a welcome to come.
func (c *crowd) everybodySignsIn(t *testing.T) {
	t.Helper()
	now := time.Now()
	for i := range c.people {
		in := users.SignIn{
			TelegramID: firstOfCrowd + int64(i), AuthDate: now, LinkKeptTill: now.Add(24 * time.Hour), At: now,
			Session: users.NewSession{ID: users.NewSessionID(), ExpiresAt: now.Add(time.Hour)},
		}
		_, _ = rand.Read(in.LinkMAC[:])           // Never fails, says crypto/rand.
		_, _ = rand.Read(in.Session.TokenHash[:]) // As above.
		if _, err := c.store.SignIn(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
}

// received counts what a person got to see.
func (c *crowd) received(t *testing.T, person int) (welcomes, buttons int) {
	t.Helper()
	var history struct {
		Messages []struct {
			Out     bool   `json:"out"`
			Message string `json:"message"`
		} `json:"messages"`
	}
	c.call(t, http.MethodPost, "/client/messages.getHistory",
		map[string]any{"as": firstOfCrowd + person, "peer": crowdUsername}, &history)
	for _, m := range history.Messages {
		switch {
		case m.Out:
		case strings.HasPrefix(m.Message, "Welcome"):
			welcomes++
		case strings.HasPrefix(m.Message, "Press the button"):
			buttons++
		default:
			t.Errorf("person %d got %q", person, m.Message)
		}
	}
	return welcomes, buttons
}

func (c *crowd) count(t *testing.T, from string) int {
	t.Helper()
	var n int
	if err := c.db.QueryRow(context.WithoutCancel(t.Context()), "SELECT count(*) FROM "+from).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// await waits for a condition that only asking again can find out about.
func await(t *testing.T, patience time.Duration, what string, condition func() bool) {
	t.Helper()
	tooLate := time.After(patience)
	for !condition() {
		select {
		case <-time.After(100 * time.Millisecond):
		case <-tooLate:
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// trouble hits every eighth message or so. The flood waits are few and long: what
// matters is what comes after their beginning.
func trouble() []string {
	mix := make([]string, 120)
	mix[10] = "429:3"
	for i, entry := range []string{
		"502", "cut_off", "html", "slow:300", "502", "timeout", "cut_off", "html", "slow:300", "502", "cut_off", "html", "slow:300", "502",
	} {
		mix[16+7*i] = entry
	}
	return mix
}

// A thousand messages, a Telegram in trouble, two copies of the site, and
// somebody who kills one of them twenty times: none is lost, none is sent twice
// beyond its class, and Telegram's limits are kept by both copies together.
func TestMessages_surviveTroubleAndKills(t *testing.T) {
	t.Parallel()
	const people, kills = 500, 20
	db := pgtest.New(t)
	c := newCrowd(t, people, db)
	settings := copySettings{DatabaseURL: db.Config().ConnString(), APIURL: c.url, Token: crowdToken, SendTimeout: time.Second}
	copies := [2]*process{startProcess(t, settings), startProcess(t, settings)}
	defer func() {
		for _, p := range copies {
			p.kill()
		}
	}()
	c.call(t, http.MethodPut, "/control/faults", map[string]any{"api_mix": trouble()}, new(any))
	c.everybodyWrites(t)
	c.everybodySignsIn(t)
	await(t, time.Minute, "all updates to be received", func() bool {
		return c.count(t, "handled_updates") == people
	})

	for n := range kills {
		<-time.After(time.Second) // Not to wait for anything: the kill comes at any moment.
		copies[n%2].kill()
		copies[n%2] = startProcess(t, settings)
	}
	await(t, 4*time.Minute, "all messages to be settled", func() bool {
		return c.count(t, "messages WHERE settled_at IS NOT NULL") == people &&
			c.count(t, "river_job WHERE finalized_at IS NULL") == 0
	})

	c.mustHaveGotEverything(t)
	c.mustHaveKeptTheLimits(t)
}

func (c *crowd) mustHaveGotEverything(t *testing.T) {
	t.Helper()
	var welcomes, uncertain, buttons, repeated int
	for i := range c.people {
		w, b := c.received(t, i)
		var state string
		if err := c.db.QueryRow(t.Context(), `SELECT state FROM messages m JOIN accounts a ON a.id = m.account_id
			WHERE a.telegram_id = $1`, firstOfCrowd+i).Scan(&state); err != nil {
			t.Fatal(err)
		}
		switch { // The welcome is sent at most once.
		case state == "sent" && w == 1:
		case state == "uncertain" && w <= 1:
			uncertain++
		default:
			t.Errorf("person %d got %d welcomes, which are noted as %s", i, w, state)
		}
		if b < 1 { // An answer is sent at least once.
			t.Errorf("person %d got no answer", i)
		}
		welcomes += w
		buttons += b
		repeated += b - 1
	}
	t.Logf("welcomes, at most once: %d of %d arrived, %d are noted as uncertain", welcomes, c.people, uncertain)
	t.Logf("answers, at least once: %d of %d arrived, and %d of them once more", buttons-repeated, c.people, repeated)
}

func (c *crowd) mustHaveKeptTheLimits(t *testing.T) {
	t.Helper()
	var sends struct {
		Calls                int `json:"calls"`
		MostPerSecond        int `json:"most_per_second"`
		MostPerSecondPerChat int `json:"most_per_second_per_chat"`
		CallsDuringFloodWait int `json:"calls_during_flood_wait"`
		LatestInFloodWaitMS  int `json:"latest_in_flood_wait_ms"`
	}
	c.call(t, http.MethodGet, "/control/sends?bot="+crowdUsername, nil, &sends)
	t.Logf("%+v", sends)
	if sends.MostPerSecond > 30 || sends.MostPerSecondPerChat > 1 {
		t.Error("Telegram's limits were exceeded")
	}
	// What was on its way when Telegram said stop cannot be called back.
	if sends.LatestInFloodWaitMS > 1000 {
		t.Error("a message left while Telegram had told us to wait")
	}
}
