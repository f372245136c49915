package site_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/telegram-login/internal/site"
)

var forgedLink = "/login/telegram?id=1&auth_date=1&hash=" + strings.Repeat("0", 64)

// failLogins brings so many forged links, and wants each to be looked at.
func (b *browser) failLogins(n int) {
	b.w.t.Helper()
	for i := range n {
		if got := b.get(forgedLink); got.StatusCode != http.StatusForbidden {
			b.w.t.Fatalf("forged link %d: %s", i+1, got.Status)
		}
	}
}

// wantTooMany wants the refusal of somebody who has tried too often.
func wantTooMany(t *testing.T, got answer, limit string, seconds int) {
	t.Helper()
	reason, wait := got.Header.Get(site.RefusalHeader), got.Header.Get("Retry-After")
	if got.StatusCode != http.StatusTooManyRequests || reason != "rate_limited" || wait != strconv.Itoa(seconds) {
		t.Errorf("%s: %s for %q, Retry-After %q, want %d", limit, got.Status, reason, wait, seconds)
	}
}

// After sixty failures not even a good link is looked at: a closed database would
// show a query, and the link is not used up.
func TestLoginLimit_sendsAwayWhoFailedTooOftenAndLooksAtNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, behindProxy)
	flooder, honest := w.newBrowser().from(addressOf(1)), w.newBrowser().from(addressOf(2))
	link := w.query(anna, 0)
	flooder.failLogins(60)
	before := w.rows()
	refused := flooder.arrive(link)
	wantTooMany(t, refused, "login", 2)
	if w.rows() != before {
		t.Error("something was written")
	}
	if got := honest.arrive(link); got.StatusCode != http.StatusSeeOther {
		t.Errorf("the link at another address: %s", got.Status)
	}
	w.db.Close()
	for range 100 {
		wantTooMany(t, flooder.arrive(w.query(boris, 0)), "login", 2)
	}
	if got := honest.arrive(w.query(boris, 0)); got.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("without a database, at another address: %s", got.Status)
	}
	if refused.heading() != "Too many tries for the moment" || refused.Header.Get("Content-Language") != "en" ||
		refused.Header.Get("Cache-Control") != "no-store" || refused.Header.Get("Referrer-Policy") != "no-referrer" ||
		!strings.HasPrefix(refused.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("page %q with %v", refused.heading(), refused.Header)
	}
	if log := w.log.String(); !strings.Contains(log, `"status":429,`) || !strings.Contains(log, `"reason":"rate_limited","limit":"login"}`) {
		t.Error("the log does not name the limit")
	}
}

// A broadcast of the bot sends hundreds of people at once, through one address of
// their mobile network.
func TestLoginLimit_countsNobodyWhoSignsIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, behindProxy)
	w.newBrowser().from(addressOf(1)).failLogins(59)
	for i := range 500 {
		somebody := w.newBrowser().from(addressOf(1))
		if got := somebody.arrive(w.query(person{int64(1000 + i), "Somebody"}, 0)); got.StatusCode != http.StatusSeeOther {
			t.Fatalf("person %d: %s", i, got.Status)
		}
	}
	w.newBrowser().from(addressOf(1)).failLogins(1)
	wantTooMany(t, w.newBrowser().from(addressOf(1)).arrive(w.query(anna, 0)), "login", 2)
}

func TestLoginLimit_fillsUpAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	b.failLogins(60)
	for range 3 {
		wantTooMany(t, b.get(forgedLink), "login", 2)
		w.pass(time.Second)
		wantTooMany(t, b.get(forgedLink), "login", 1)
		w.pass(time.Second)
		b.failLogins(1)
	}
	w.pass(time.Hour) // And no fuller than full.
	b.failLogins(60)
	wantTooMany(t, b.get(forgedLink), "login", 2)
}

// What needs neither an HMAC nor a query is free, and so is waiting for a database.
func TestLoginLimit_doesNotCountWhatIsNoFailureOfTheVisitor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	for range 70 {
		b.send(http.MethodHead, forgedLink, nil, nil)
		b.send(http.MethodGet, forgedLink, http.Header{"Sec-Purpose": {"prefetch"}}, nil)
		b.send(http.MethodGet, forgedLink, http.Header{"Sec-Fetch-Dest": {"image"}}, nil)
		b.send(http.MethodGet, forgedLink, http.Header{"User-Agent": {"TelegramBot (like TwitterBot)"}}, nil)
	}
	w.db.Close()
	for range 70 {
		if got := b.arrive(w.query(anna, 0)); got.StatusCode != http.StatusServiceUnavailable {
			t.Fatalf("without a database: %s", got.Status)
		}
	}
	b.failLogins(60)
}

// Each way not to sign in counts, the harmless ones too: a reload, a confirm page
// and a plain visit can be had without end.
func TestLoginLimit_countsEveryVisitThatSignsNobodyIn(t *testing.T) {
	t.Parallel()
	for name, visit := range map[string]func(*world, *browser) answer{
		"a plain visit":  func(_ *world, b *browser) answer { return b.get("/login/telegram") },
		"malformed":      func(_ *world, b *browser) answer { return b.get("/login/telegram?id=1") },
		"an old link":    func(w *world, b *browser) answer { return b.arrive(w.query(anna, time.Hour)) },
		"a reload":       func(w *world, b *browser) answer { return b.arrive(w.query(anna, 0)) },
		"a confirm page": func(w *world, b *browser) answer { return arriveVouched(w, b, "") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			b := w.newBrowser()
			if name == "a reload" && b.arrive(w.query(anna, 0)).StatusCode != http.StatusSeeOther {
				t.Fatal("not signed in")
			}
			for i := range 60 {
				if got := visit(w, b); got.StatusCode == http.StatusTooManyRequests {
					t.Fatalf("visit %d is refused", i+1)
				}
			}
			wantTooMany(t, visit(w, b), "login", 2)
		})
	}
}

// Who hangs up gets no answer, and has cost a query all the same.
func TestLoginLimit_countsWhoHangsUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	gone, hangUp := context.WithCancel(t.Context())
	hangUp()
	visit := func(ctx context.Context) int {
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/login/telegram?"+w.query(anna, 0).Encode(), nil)
		r.Header = crossSite
		got := httptest.NewRecorder()
		w.handler.ServeHTTP(got, r)
		return got.Code
	}
	for range 60 {
		visit(gone)
	}
	if status := visit(t.Context()); status != http.StatusTooManyRequests {
		t.Errorf("after sixty visits whose visitor was gone: %d", status)
	}
}

func forwarded(lines ...string) http.Header { return http.Header{"X-Forwarded-For": lines} }

// Who a client is, is told by the proxies that are trusted and by nobody else.
func TestLoginLimit_knowsClientsByTheirAddress(t *testing.T) {
	t.Parallel()
	trusting := []setting{behindProxy}
	for name, test := range map[string]struct {
		settings    []setting
		first, then http.Header
		same        bool
	}{
		"another address":               {trusting, forwarded("198.51.100.7"), forwarded("198.51.100.8"), false},
		"one address in two spellings":  {trusting, forwarded("198.51.100.7"), forwarded("::ffff:198.51.100.7"), true},
		"one subscriber of IPv6":        {trusting, forwarded("2001:db8:0:1::1"), forwarded("2001:db8:0:1:ffff::2"), true},
		"another subscriber of IPv6":    {trusting, forwarded("2001:db8:0:1::1"), forwarded("2001:db8:0:2::1"), false},
		"an address that is made up":    {trusting, forwarded("203.0.113.1", "198.51.100.7"), forwarded("203.0.113.2, 198.51.100.7"), true},
		"a header that is not for that": {trusting, http.Header{"X-Real-Ip": {"203.0.113.1"}}, http.Header{"X-Real-Ip": {"203.0.113.2"}}, true},
		"a proxy that nobody trusts":    {nil, forwarded("198.51.100.7"), forwarded("198.51.100.8"), true},
		"no address at all":             {trusting, forwarded("unknown"), forwarded("_hidden"), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newWorld(t, test.settings...).newBrowser()
			for range 60 {
				b.send(http.MethodGet, forgedLink, test.first, nil)
			}
			got := b.send(http.MethodGet, forgedLink, test.then, nil)
			if refused := got.StatusCode == http.StatusTooManyRequests; refused != test.same {
				t.Errorf("%s; want it to be the same client: %t", got.Status, test.same)
			}
		})
	}
}

// Those who come at one moment share what is left.
func TestLoginLimit_holdsWhenAllComeAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const connections, each = 8, 50
	var looked atomic.Int64
	var all sync.WaitGroup
	for range connections {
		b := w.newBrowser()
		all.Go(func() {
			for range each {
				if b.get(forgedLink).StatusCode == http.StatusForbidden {
					looked.Add(1)
				}
			}
		})
	}
	all.Wait()
	if n := looked.Load(); n < 60 || n >= 60+connections {
		t.Errorf("%d of %d were looked at, want 60, and fewer than one more for each connection", n, connections*each)
	}
}
