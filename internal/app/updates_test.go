package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"example.com/telegram-login/internal/app"
	"example.com/telegram-login/internal/devpg/pgtest"
	"example.com/telegram-login/internal/users"
)

const webhookSecret = "tests_only-not_a_real_secret"

// crowdConfig is a site whose bot lives in the crowd's Telegram.
func crowdConfig(t *testing.T, c *crowd, updates app.Updates) app.Config {
	t.Helper()
	cfg := config(t, c.db.Config().ConnString())
	cfg.PublicURL = &url.URL{Scheme: "http", Host: "localhost:" + cfg.PublicURL.Port()} // Linked to the stand-in's bot.
	cfg.BotTokens = []string{crowdToken}
	cfg.BotUsername = crowdUsername
	cfg.APIURL = c.url
	cfg.Updates = updates
	cfg.WebhookSecrets = []string{webhookSecret}
	return cfg
}

// block lets a person block the bot, or unblock it.
func (c *crowd) block(t *testing.T, person int, blocked bool) {
	t.Helper()
	method := "contacts.unblock"
	if blocked {
		method = "contacts.block"
	}
	c.call(t, http.MethodPost, "/client/"+method, map[string]any{"as": firstOfCrowd + person, "id": crowdUsername}, new(any))
}

func (c *crowd) say(t *testing.T, person int, text string) {
	t.Helper()
	c.call(t, http.MethodPost, "/client/messages.sendMessage",
		map[string]any{"as": firstOfCrowd + person, "peer": crowdUsername, "message": text}, new(any))
}

func (c *crowd) writeAccess(t *testing.T, person int) users.WriteAccessState {
	t.Helper()
	const botID = 7000000001
	got, err := c.store.WriteAccess(t.Context(), botID, firstOfCrowd+int64(person))
	if err != nil {
		t.Fatal(err)
	}
	return got.State
}

// The same people do the same things; updates come twice, in the wrong order and
// late, to either of two copies. What is known in the end is the truth, and each
// of them was answered once.
func TestRun_webhookTellsTheTruthWhateverTheDeliveries(t *testing.T) {
	t.Parallel()
	const people = 20
	c := newCrowd(t, people, pgtest.New(t))
	c.call(t, http.MethodPut, "/control/faults",
		map[string]any{"webhook_duplicates": 2, "webhook_reorder": 7, "webhook_late_ms": 5}, new(any))
	first, second := crowdConfig(t, c, app.UpdatesWebhook), crowdConfig(t, c, app.UpdatesWebhook)
	first.PublicURL = inTurn(t, first.PublicURL, second.PublicURL)
	second.PublicURL = first.PublicURL
	start(t, first)
	start(t, second)
	await(t, time.Minute, "the webhook", func() bool { return c.webhook(t) == first.PublicURL.String()+"/telegram/webhook" })

	for i := range people {
		c.say(t, i, "/login")
		c.block(t, i, true)
		if i%2 == 0 {
			c.block(t, i, false)
		}
	}

	await(t, time.Minute, "all updates", func() bool { return c.count(t, "handled_updates") == people*5/2 })
	for i := range people {
		want := users.WriteAccessAllowed
		if i%2 == 1 {
			want = users.WriteAccessBlocked
		}
		if got := c.writeAccess(t, i); got != want {
			t.Errorf("person %d: %s, want %s", i, got, want)
		}
	}
	await(t, time.Minute, "all answers to be settled", func() bool { return c.count(t, "river_job WHERE finalized_at IS NULL") == 0 })
	for i := range people {
		if _, buttons := c.received(t, i); buttons > 1 {
			t.Errorf("person %d was answered %d times", i, buttons)
		}
	}
}

// inTurn is one address for several copies of the site.
func inTurn(t *testing.T, copies ...*url.URL) *url.URL {
	t.Helper()
	var n atomic.Int64
	server := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(copies[int(n.Add(1))%len(copies)]) },
	})
	t.Cleanup(server.Close)
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return &url.URL{Scheme: "http", Host: "localhost:" + address.Port()}
}

func (c *crowd) webhook(t *testing.T) string {
	t.Helper()
	var info struct {
		Result struct {
			URL string `json:"url"`
		} `json:"result"`
	}
	c.call(t, http.MethodPost, "/bot"+crowdToken+"/getWebhookInfo", map[string]any{}, &info)
	return info.Result.URL
}

// The owner's bot runs elsewhere: this is the program that runs it, as
// docs/consent.md shows it. It hands on what it gets, byte for byte.
func TestRun_learnsFromUpdatesThatAnotherProgramHandsOn(t *testing.T) {
	t.Parallel()
	c := newCrowd(t, 2, pgtest.New(t))
	site := start(t, crowdConfig(t, c, app.UpdatesForwarded))
	c.say(t, 0, "/login")
	c.say(t, 1, "hello")
	c.block(t, 1, true)

	var updates struct {
		Result []json.RawMessage `json:"result"`
	}
	c.call(t, http.MethodPost, "/bot"+crowdToken+"/getUpdates", map[string]any{}, &updates)
	if len(updates.Result) != 3 {
		t.Fatalf("the other program got %d updates", len(updates.Result))
	}
	for _, update := range updates.Result {
		handOn(t, site.url, update)
	}

	if a, b := c.writeAccess(t, 0), c.writeAccess(t, 1); a != users.WriteAccessAllowed || b != users.WriteAccessBlocked {
		t.Errorf("the site knows %s and %s", a, b)
	}
	if n := c.count(t, "river_job"); n != 0 {
		t.Errorf("%d answers are queued: they are the other program's to give", n)
	}
	if address := c.webhook(t); address != "" {
		t.Errorf("the site set the webhook %s of somebody else's bot", address)
	}
}

func handOn(t *testing.T, siteURL string, update []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, siteURL+"/telegram/webhook", bytes.NewReader(update))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Telegram-Bot-Api-Secret-Token", webhookSecret)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(response.Body)
		t.Fatalf("the site answers %s: %s", response.Status, text)
	}
}

// The last update before a stop is confirmed to Telegram by nobody, and comes
// again after the start.
func TestRun_restartLosesAndRepeatsNothing(t *testing.T) {
	t.Parallel()
	const rounds, people = 4, 5
	c := newCrowd(t, people, pgtest.New(t))
	for round := range rounds {
		if round > 0 { // Nobody listens.
			for i := range people {
				c.say(t, i, fmt.Sprintf("/start round%d", round))
			}
		}
		site := start(t, crowdConfig(t, c, app.UpdatesPolling))
		for i := range people {
			c.say(t, i, "/login")
		}
		await(t, time.Minute, "all answers of the round", func() bool {
			return c.count(t, "river_job WHERE state = 'completed'") == people*(2*round+1)
		})
		if err := site.stop(); err != nil {
			t.Fatal(err)
		}
	}
	for i := range people {
		if _, buttons := c.received(t, i); buttons != 2*rounds-1 {
			t.Errorf("person %d got %d answers, want one for each message: %d", i, buttons, 2*rounds-1)
		}
	}
}
