package e2e_test

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/devpg/pgtest"
)

// world is a Telegram and a site of one test's own.
type world struct {
	telegram string // Address of the stand-in, as browsers know it.
	site     string // Address of the site.
	// canaries are secrets of this world by what they are: nobody may see one.
	canaries map[string]string

	siteProgram *program
}

const botUsername = "standin_login_bot"

// newWorld starts a stand-in and a site, and returns when the site knows the way
// to the chat.
func newWorld(t *testing.T) *world {
	t.Helper()
	browser(t) // Without one, nothing else need be started.
	key := make([]byte, 32)
	_, _ = rand.Read(key) // Never fails, says crypto/rand.
	database := pgtest.URL(t)
	w := &world{canaries: map[string]string{
		"bot token":   "7000000001:AAcanary_" + rand.Text(),
		"session key": base64.StdEncoding.EncodeToString(key),
	}}
	if password := passwordOf(t, database); password != "" {
		w.canaries["database password"] = password
	}
	w.startTelegram(t)
	w.startSite(t, database)
	w.awaitChatLink(t)
	return w
}

func (w *world) startTelegram(t *testing.T) {
	t.Helper()
	w.telegram, _ = startOnFreePort(t, func(port string) (*program, error) {
		return start(t, "THIS IS NOT TELEGRAM", built(t, "telegram-sim"), []string{
			"-listen", "127.0.0.1:" + port,
			"-public-url", "http://localhost:" + port,
			"-bot-username", botUsername,
			"-bot-token", w.canaries["bot token"],
		}, nil)
	})
}

func (w *world) startSite(t *testing.T, database string) {
	t.Helper()
	w.site, w.siteProgram = startOnFreePort(t, func(port string) (*program, error) {
		return start(t, `"msg":"serving"`, built(t, "site"), nil, []string{
			"LISTEN_ADDR=127.0.0.1:" + port,
			"ADMIN_ADDR=127.0.0.1:0",
			"DRAIN_DELAY=0s",
			"PUBLIC_URL=http://localhost:" + port,
			"DATABASE_URL=" + database,
			"TELEGRAM_API_URL=" + w.telegram,
			"TELEGRAM_LINK_URL=" + w.telegram,
			"TELEGRAM_BOT_TOKEN=" + w.canaries["bot token"],
			"SESSION_KEYS=" + w.canaries["session key"],
			"LOG_LEVEL=debug",
		})
	})
}

// startOnFreePort starts a program on a port that was free a moment ago, and
// returns its address. The port has to be known beforehand, because it stands in
// the program's public address; somebody else may take it meanwhile.
func startOnFreePort(t *testing.T, start func(port string) (*program, error)) (string, *program) {
	t.Helper()
	for range 5 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		_, port, _ := net.SplitHostPort(l.Addr().String())
		_ = l.Close()
		p, err := start(port)
		if err == nil {
			return "http://localhost:" + port, p
		}
		if !errors.Is(err, errAddressInUse) {
			t.Fatal(err)
		}
	}
	t.Fatal("no free port")
	return "", nil
}

// awaitChatLink waits until the site has learnt the bot's username.
func (w *world) awaitChatLink(t *testing.T) {
	t.Helper()
	deadline := time.After(patience)
	for {
		if strings.Contains(get(t, w.site+"/login"), `id="open-chat"`) {
			return
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-deadline:
			t.Fatal("the site has not learnt the way to the chat")
		}
	}
}

// goWrong makes Telegram do wrong from now on, for everybody in this world. The
// faults are named as on the stand-in's page for them.
func (w *world) goWrong(t *testing.T, faults string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, w.telegram+"/control/faults", strings.NewReader(faults))
	if err != nil {
		t.Fatal(err)
	}
	if status, body := send(t, req); status != http.StatusOK {
		t.Fatalf("setting faults: %d %s", status, body)
	}
}

// get returns the body of a page, without a browser.
func get(t *testing.T, address string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	status, body := send(t, req)
	if status != http.StatusOK {
		t.Fatalf("GET %s: %d %s", address, status, body)
	}
	return body
}

func send(t *testing.T, req *http.Request) (int, string) {
	t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func passwordOf(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal("the database's address is no URL")
	}
	password, _ := u.User.Password()
	return password
}
