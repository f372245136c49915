package main

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"example.com/telegram-login/bench/load"
)

const (
	botID         = 123456
	botToken      = "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	webhookSecret = "the-secret-of-the-benchmark"
	sessionKey    = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=" // Of no site.
	loginPath     = "/login/telegram"
	accountPath   = "/account"
)

// site returns what starts the built site on a database. It has no Telegram: no
// message of its could leave, so none of them is measured; but that they are queued
// is.
func (b *bench) site(databaseURL string, more ...string) func(context.Context) (*process, error) {
	return func(ctx context.Context) (*process, error) {
		admin, err := freeAddress(ctx)
		if err != nil {
			return nil, err
		}
		p, err := b.run(ctx, b.program("site"), "/readyz", append([]string{
			"ADMIN_ADDR=" + admin,
			"DATABASE_URL=" + databaseURL,
			"SESSION_KEYS=" + sessionKey,
			"TELEGRAM_BOT_TOKEN=" + botToken,
			"TELEGRAM_BOT_USERNAME=bench_bot",
			"TELEGRAM_API_URL=http://127.0.0.1:1", // Nobody is there.
			"TELEGRAM_UPDATES=forwarded",
			"TELEGRAM_WEBHOOK_SECRET=" + webhookSecret,
			// The limits count for each client: the generator says that it is many.
			"TRUSTED_PROXIES=127.0.0.0/8",
			"DRAIN_DELAY=0s",
		}, more...)...)
		if err == nil {
			p.admin = admin
		}
		return p, err
	}
}

// floor returns what starts one of the programs below floors/.
func (b *bench) floor(name, readyPath string, env ...string) func(context.Context) (*process, error) {
	return func(ctx context.Context) (*process, error) {
		return b.run(ctx, b.program(name), readyPath, env...)
	}
}

// queriesOf is how many queries the site has sent, by its own metrics.
func queriesOf(ctx context.Context, admin string) (float64, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+admin+"/metrics", nil)
	if err != nil {
		return 0, fmt.Errorf("metrics: %w", err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, fmt.Errorf("metrics: %w", err)
	}
	defer answer.Body.Close()
	sum := 0.0
	for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
		if name, value, _ := strings.Cut(lines.Text(), " "); strings.HasPrefix(name, "tgl_db_query_duration_seconds_count") {
			n, _ := strconv.ParseFloat(value, 64)
			sum += n
		}
	}
	return sum, nil
}

// signIn signs a person in at a path that takes signed links, as a browser would,
// and returns the cookies that it would send from then on.
func signIn(ctx context.Context, address, path string, person int64) (string, error) {
	link := load.NewSigner(botToken).AppendLink([]byte(path+"?"), person, time.Now())
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+string(link), nil)
	if err != nil {
		return "", fmt.Errorf("sign in: %w", err)
	}
	answer, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return "", fmt.Errorf("sign in: %w", err)
	}
	_ = answer.Body.Close()
	var kept []string
	for _, cookie := range answer.Cookies() {
		if cookie.Name != "login" { // The first page takes the site's greeting away.
			kept = append(kept, cookie.Name+"="+cookie.Value)
		}
	}
	if len(kept) == 0 {
		return "", fmt.Errorf("sign in: status %d and no cookie", answer.StatusCode)
	}
	return strings.Join(kept, "; "), nil
}
