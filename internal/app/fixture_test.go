package app_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/app"
)

const botToken = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"

// config is a site on a free port, without a Bot API; fields are changed at will.
func config(t *testing.T, databaseURL string) app.Config {
	t.Helper()
	listener := listen(t)
	publicURL := &url.URL{Scheme: "http", Host: listener.Addr().String()}
	return app.Config{
		PublicURL:          publicURL,
		Listener:           listener,
		DatabaseURL:        databaseURL,
		MigrateDatabaseURL: databaseURL,
		BotTokens:          []string{botToken},
		APIURL:             closedAddress(t),
		LinkURL:            "https://t.me",
		Updates:            app.UpdatesOff,
		SessionKeys:        [][]byte{make([]byte, app.MinSessionKeyBytes)},
		LoginMaxAge:        5 * time.Minute,
		SessionLifetime:    720 * time.Hour,
		SessionIdle:        168 * time.Hour,
		Now:                time.Now,
		Log:                slog.New(slog.DiscardHandler),
	}
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() }) // Run has closed it, if it was called.
	return l
}

// closedAddress is an address of this machine where nobody listens.
func closedAddress(t *testing.T) string {
	t.Helper()
	l := listen(t)
	defer l.Close()
	return "http://" + l.Addr().String()
}

// running is a site that runs until it is stopped, or the test ends.
type running struct {
	url  string
	stop func() error // What Run returned.
}

// start runs a site. Its listener takes connections already, so the first
// request is answered as soon as the site is up.
func start(t *testing.T, cfg app.Config) running {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	stopped := make(chan error, 1)
	go func() {
		stopped <- app.Run(ctx, cfg)
		close(stopped)
	}()
	stop := func() error {
		cancel()
		return <-stopped
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Errorf("Run = %v", err)
		}
	})
	return running{url: cfg.PublicURL.String(), stop: stop}
}

// loginPath is the address, below a site's, of a login that Telegram has just
// signed for Anna.
//
// Source: https://core.telegram.org/widgets/login-legacy#checking-authorization
func loginPath() string {
	fields := []string{
		"auth_date=" + strconv.FormatInt(time.Now().Unix(), 10),
		"first_name=Anna",
		"id=42",
	}
	slices.Sort(fields)
	secret := sha256.Sum256([]byte(botToken))
	mac := hmac.New(sha256.New, secret[:])
	mac.Write([]byte(strings.Join(fields, "\n")))
	return "/login/telegram?" + strings.Join(fields, "&") + "&hash=" + hex.EncodeToString(mac.Sum(nil))
}

// browser follows no redirect and keeps no cookie, and no connection after the
// test.
func browser(t *testing.T) *http.Client {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// answer is what a browser got, read to the end.
type answer struct {
	status  int
	cookies []*http.Cookie
	page    string
}

func get(t *testing.T, client *http.Client, address string, header http.Header) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header = header
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Cookies(), string(body)}
}

// sessionCookie returns the session that an answer with these cookies starts, or
// nil.
func sessionCookie(cookies []*http.Cookie) *http.Cookie {
	for _, cookie := range cookies {
		if cookie.Name == "session" && cookie.MaxAge > 0 {
			return cookie
		}
	}
	return nil
}
