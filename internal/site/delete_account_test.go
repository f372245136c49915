package site_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// startDeletion opens the page and returns the state that the chat link carries.
func (b *browser) startDeletion() string {
	b.w.t.Helper()
	link, ok := b.get("/account/delete").element("open-chat")
	_, state, found := strings.Cut(link.attribute("href"), "?start=")
	if !ok || !found {
		b.w.t.Fatal("no way to prove who it is")
	}
	return state
}

// prove logs in anew with the state of a deletion.
func (b *browser) prove(p person, state string) answer {
	b.w.t.Helper()
	b.w.pass(time.Second)
	query := b.w.query(p, 0)
	query.Set("state", state)
	return b.arrive(query)
}

func TestDeleteAccount_afterAFreshLoginRemovesEverythingAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.allow(anna)
	b, phone, other := w.newBrowser(), w.newBrowser(), w.newBrowser()
	phone.signIn(anna)
	other.signIn(boris)
	b.signIn(anna)
	cookie := b.cookie("session")
	if led := b.leadsTo(b.prove(anna, b.startDeletion())); led != "/account/delete" {
		t.Fatalf("the proof leads to %q", led)
	}
	page := b.get("/account/delete")
	if page.heading() != "Delete the account of Anna?" || !strings.Contains(page.body, `id="delete-now"`) {
		t.Fatalf("%q: %s", page.heading(), page.body)
	}

	got := b.post("/account/delete", nil)

	if got.StatusCode != http.StatusSeeOther || got.location() != "/deleted" {
		t.Fatalf("%s to %q", got.Status, got.location())
	}
	said := b.get("/deleted")
	removed, _ := said.element("removed")
	if removed.text != "your profile; 2 sessions; 3 entries of your activity; 0 notes about messages to you; 1 note about whether the bot may write to you." {
		t.Errorf("it says %q", removed.text)
	}
	if n := w.count("accounts WHERE telegram_id = 42") + w.count("write_access_events"); n != 0 {
		t.Errorf("%d rows are left", n)
	}
	thief := w.newBrowser()
	thief.setCookie("session", cookie)
	if isSignedIn(phone) || isSignedIn(b) || isSignedIn(thief) || !isSignedIn(other) {
		t.Errorf("signed in: phone %t, this %t, thief %t, other %t", isSignedIn(phone), isSignedIn(b), isSignedIn(thief), isSignedIn(other))
	}
	if b.cookie("session") != "" {
		t.Error("the cookie is still there")
	}
	if !strings.Contains(w.log.String(), `"event":"user_deleted"`) {
		t.Error("the log does not tell")
	}
}

// T27: who found an open browser, or has a cookie, must not delete the account.
func TestDeleteAccount_withoutAProofIsRefused(t *testing.T) {
	t.Parallel()
	for name, attempt := range map[string]func(w *world, b *browser){
		"at once":               func(*world, *browser) {},
		"after asking":          func(_ *world, b *browser) { b.startDeletion() },
		"after a usual login":   func(_ *world, b *browser) { b.signIn(anna) },
		"after a login attempt": func(_ *world, b *browser) { b.prove(anna, b.startAttempt("/account/delete")) },
		"after asking, and then a login without it": func(_ *world, b *browser) {
			b.startDeletion()
			b.signIn(anna)
		},
		"with a proof of ten minutes ago": func(w *world, b *browser) {
			b.prove(anna, b.startDeletion())
			w.pass(10*time.Minute + time.Second)
		},
		"with a proof that another browser brought": func(w *world, b *browser) {
			w.newBrowser().prove(anna, b.startDeletion())
		},
		"with the proof of a session before": func(_ *world, b *browser) {
			b.prove(anna, b.startDeletion())
			login := b.cookie("login")
			b.signIn(anna)
			b.setCookie("login", login)
		},
		"with the proof of somebody else": func(w *world, b *browser) {
			other := w.newBrowser()
			other.signIn(boris)
			other.prove(boris, other.startDeletion())
			b.setCookie("login", other.cookie("login"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			b := w.newBrowser()
			b.signIn(anna)
			attempt(w, b)
			got := b.post("/account/delete", nil)
			if got.StatusCode != http.StatusSeeOther || got.location() != "/account/delete" {
				t.Errorf("%s to %q", got.Status, got.location())
			}
			if w.count("accounts WHERE telegram_id = 42") != 1 {
				t.Error("the account is gone")
			}
		})
	}
}

func TestDeleteAccount_fromAnotherSiteIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	b.signIn(anna)
	b.prove(anna, b.startDeletion())
	if got := b.send(http.MethodPost, "/account/delete", crossSite, nil); got.StatusCode != http.StatusForbidden {
		t.Errorf("%s", got.Status)
	}
	if w.count("accounts") != 1 {
		t.Error("the account is gone")
	}
}

func TestDeleted_isNoPageForWhoDeletedNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	b.signIn(anna)
	if got := b.get("/deleted"); got.StatusCode != http.StatusNotFound {
		t.Errorf("%s", got.Status)
	}
}

func TestDeleteAccount_whileTheChatIsUnknownSaysSo(t *testing.T) {
	t.Parallel()
	b := newWorld(t, unknownBot).newBrowser()
	b.signIn(anna)
	if page := b.get("/account/delete"); !strings.Contains(page.body, `id="no-chat"`) || strings.Contains(page.body, `id="open-chat"`) {
		t.Errorf("%s", page.body)
	}
}
