package faults_test

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	botUsername = "faults_login_bot"
	botID       = 7000000001
)

// world is two copies of the site behind a balancer, with a stand-in for Telegram
// and a database.
type world struct {
	database *database
	telegram string // Address of the stand-in.
	balancer *balancer
	copies   [2]*siteCopy
	secrets  secrets
	history  *history
	client   *http.Client

	strangers *http.Client

	telegramLog output
	unseen      int // Logins that happened and whose answer got lost; found by mustHold.
}

// worlds bounds how many there are at once. The full tier measures, and two loads
// on one small machine would measure each other; the short tier mostly waits.
var worlds = sync.OnceValue(func() chan struct{} { return make(chan struct{}, sized(2, 1)) })

// newWorld returns when both copies are ready. The settings are added to those of
// each copy.
func newWorld(t *testing.T, settings ...string) *world {
	t.Helper()
	return newWorldOf(t, built(t, "site"), settings...)
}

// newWorldOf is newWorld with another program for the site.
func newWorldOf(t *testing.T, program string, settings ...string) *world {
	t.Helper()
	worlds() <- struct{}{}
	t.Cleanup(func() { <-worlds() })
	begin := time.Now()
	t.Logf("seed %d", *seed)
	key := make([]byte, 32)
	_, _ = rand.Read(key) // Never fails, says crypto/rand.
	w := &world{
		database:  newDatabase(t),
		client:    newClient(t),
		strangers: newClient(t),
		secrets: secrets{
			"bot token":      fmt.Sprintf("%d:AAcanary_%s", botID, rand.Text()),
			"webhook secret": "canary_" + rand.Text(),
			"session key":    base64.StdEncoding.EncodeToString(key),
		},
	}
	w.secrets["database password"] = w.database.password(t)
	w.history = newHistory(w.secrets)
	t.Cleanup(func() { w.mustHaveKeptItsSecrets(t) }) // Runs when all programs have ended.
	w.startTelegram(t)
	for i := range w.copies {
		wire := newWire(t, fmt.Sprintf("127.0.0.1:%d", w.database.port))
		w.copies[i] = newCopy(t, fmt.Sprintf("copy %d", i+1), program, wire)
	}
	t.Cleanup(func() { w.endCopies(t) })
	w.balancer = newBalancer(t, w.copies[0].address, w.copies[1].address)
	for _, c := range w.copies {
		c.env = append(w.settings(t, c), settings...)
		c.start(t)
	}
	w.awaitReady(t)
	t.Logf("everything is up after %s", round(time.Since(begin)))
	return w
}

// settings are those of a copy, but for its addresses.
func (w *world) settings(t *testing.T, c *siteCopy) []string {
	t.Helper()
	return []string{
		"PUBLIC_URL=" + w.publicURL(),
		"DATABASE_URL=" + w.database.through(t, c.wire.address()),
		"MIGRATE_DATABASE_URL=" + w.database.url(),
		"TELEGRAM_API_URL=" + w.telegram,
		"TELEGRAM_LINK_URL=" + w.telegram,
		"TELEGRAM_UPDATES=webhook",
		"TELEGRAM_BOT_TOKEN=" + w.secrets["bot token"],
		"TELEGRAM_WEBHOOK_SECRET=" + w.secrets["webhook secret"],
		"SESSION_KEYS=" + w.secrets["session key"],
		"TRUSTED_PROXIES=127.0.0.0/8",
		"DRAIN_DELAY=0s", // Tests that restart copies under load give it more.
		"LOG_LEVEL=debug",
	}
}

// endCopies stops both at the end of the test.
func (w *world) endCopies(t *testing.T) {
	t.Helper()
	var both sync.WaitGroup
	for _, c := range w.copies {
		both.Go(func() { c.end(t) })
	}
	both.Wait()
}

// publicURL is where visitors find the site: at the balancer's.
func (w *world) publicURL() string {
	_, port, _ := net.SplitHostPort(w.balancer.address)
	return "http://localhost:" + port
}

func (w *world) startTelegram(t *testing.T) {
	t.Helper()
	address := freeAddress(t)
	_, port, _ := net.SplitHostPort(address)
	w.telegram = "http://localhost:" + port
	p, err := startProcess(t, "THIS IS NOT TELEGRAM", &w.telegramLog, built(t, "telegram-sim"), []string{
		"-listen", address,
		"-public-url", w.telegram,
		"-bot-username", botUsername,
		"-bot-token", w.secrets["bot token"],
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.terminate(t) })
}

// setWires makes something go wrong between both copies and the database.
func (w *world) setWires(now trouble) {
	for _, c := range w.copies {
		c.wire.set(now)
	}
}

// awaitReady waits until both copies have been asked, and have said that they are
// ready.
func (w *world) awaitReady(t *testing.T) {
	t.Helper()
	from := time.Now()
	await(t, "both copies to be ready", func() bool {
		for _, b := range w.balancer.backends {
			if b.readyAt.Load() < from.UnixNano() {
				return false
			}
		}
		return true
	})
}

// await waits for a condition that only asking again can find out about.
func await(t *testing.T, what string, condition func() bool) {
	t.Helper()
	tooLate := time.After(patience)
	for !condition() {
		select {
		case <-time.After(20 * time.Millisecond):
		case <-tooLate:
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// telegramGoesWrong sets the faults of the stand-in, named as on its own page.
func (w *world) telegramGoesWrong(t *testing.T, faults string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, w.telegram+"/control/faults", strings.NewReader(faults))
	if err != nil {
		t.Fatal(err)
	}
	response, err := w.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("setting faults: %s", response.Status)
	}
}
