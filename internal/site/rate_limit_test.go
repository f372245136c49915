package site_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/site"
)

func TestConfirmLimit_sendsAwayWhoAnsweredTooOften(t *testing.T) {
	t.Parallel()
	w := newWorld(t, behindProxy)
	b := w.newBrowser().from(addressOf(1))
	answer := url.Values{"pending": {arriveVouched(w, b, "").pendingID()}}
	for i := range 30 {
		path, want := "/login/confirm", http.StatusConflict
		if i%2 == 1 {
			path, want = "/login/confirm?x=%zz", http.StatusBadRequest
		}
		if got := b.post(path, nil); got.StatusCode != want {
			t.Fatalf("answer %d: %s", i+1, got.Status)
		}
	}
	wantTooMany(t, b.post("/login/confirm", answer), "confirm", 2)
	w.pass(2 * time.Second)
	if got := b.post("/login/confirm", answer); got.StatusCode != http.StatusSeeOther {
		t.Errorf("two seconds later: %s", got.Status)
	}
}

func TestConfirmLimit_countsNobodyWhoSignsIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, behindProxy)
	for i := range 100 {
		b := w.newBrowser().from(addressOf(1 + i)) // The pages count, at the login.
		link := "/login/telegram?" + w.query(person{int64(1000 + i), "Somebody"}, 0).Encode()
		asked := b.send(http.MethodGet, link, crossSite, nil)
		got := b.from(addressOf(0)).post("/login/confirm", url.Values{"pending": {asked.pendingID()}})
		if got.StatusCode != http.StatusSeeOther {
			t.Fatalf("person %d: %s", i, got.Status)
		}
	}
}

// Telegram's own address may be that of an attacker too, seen through a proxy.
func TestWebhookLimit_countsWrongSecretsAndNeverRefusesTheRightOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	guess := http.Header{site.WebhookSecretHeader: {"guess"}}
	for i := range 100 {
		got := w.bring(guess, strings.NewReader(w.blocked()))
		if i < 30 && got.StatusCode != http.StatusUnauthorized {
			t.Fatalf("guess %d: %s", i+1, got.Status)
		}
		if i >= 30 {
			wantTooMany(t, got, "webhook", 2)
		}
		update := fmt.Sprintf(`{"update_id": %d}`, i)
		if got := w.bring(knowing(), strings.NewReader(update)); got.StatusCode != http.StatusOK {
			t.Fatalf("update %d: %s", i, got.Status)
		}
	}
	w.pass(2 * time.Second)
	for range 50 { // What is no update is no guess.
		w.bring(knowing(), strings.NewReader("{}"))
	}
	if got := w.bring(guess, nil); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("a guess, two seconds later: %s", got.Status)
	}
}

// It is the account that is limited: each download reads all that there is of it.
func TestDownloadLimit_isFiveForAnAccountWhereverItIsSignedIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, behindProxy)
	first, second, other := w.newBrowser().from(addressOf(1)), w.newBrowser().from(addressOf(2)), w.newBrowser().from(addressOf(1))
	first.signIn(anna)
	second.signIn(anna)
	other.signIn(boris)
	download := func(b *browser) answer { return b.post("/account/data/download", nil) }
	for i := range 5 {
		if got := download([]*browser{first, second}[i%2]); got.StatusCode != http.StatusOK {
			t.Fatalf("download %d: %s", i+1, got.Status)
		}
	}
	before := w.rows()
	refused := download(first)
	wantTooMany(t, refused, "download", 12*60)
	wantTooMany(t, download(second), "download", 12*60)
	if w.rows() != before {
		t.Error("something was written")
	}
	if !strings.Contains(refused.body, `id="continue" href="/account"`) {
		t.Error("no way back to the account")
	}
	if got := download(other); got.StatusCode != http.StatusOK {
		t.Errorf("somebody else: %s", got.Status)
	}
	w.pass(12*time.Minute - time.Second)
	wantTooMany(t, download(first), "download", 1)
	w.pass(time.Second)
	if got := download(first); got.StatusCode != http.StatusOK {
		t.Errorf("12 minutes later: %s", got.Status)
	}
}
