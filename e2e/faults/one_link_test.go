package faults_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// F14: many browsers open one link at the same moment, on both copies. Exactly one
// is signed in.
func TestOneLink_openedByManyAtOnceSignsInOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	links, visitors := sized(3, 50), sized(100, 1000)
	begin := time.Now()
	for n := range links {
		l := w.newLink()
		var all sync.WaitGroup
		together := make(chan struct{})
		for i := range visitors {
			client := fmt.Sprintf("10.%d.%d.%d", n, i>>8, i&255)
			all.Go(func() {
				<-together
				w.logInPatiently(l, client)
			})
		}
		close(together)
		all.Wait()
	}
	w.mustHold(t)
	if given := len(w.history.everybody()); given != links {
		t.Errorf("%d links gave %d sessions", links, given)
	}
	f := figuresOf(w.history.between(begin, time.Now()))
	mustBeOnly(t, f, unavailable)
	report(t, fmt.Sprintf("F14 %d links, each by %d", links, visitors), rates{}, f, "-")
}

// logInPatiently asks again when the database is busy, or has just come back.
func (w *world) logInPatiently(l link, client string) op {
	for {
		if o := w.logIn(l, client, time.Now()); o.outcome != unavailable {
			return o
		}
	}
}

// F15: whoever has seen a link that was used tries everything to use it again.
func TestUsedLink_isUsedWhateverIsDone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	begin := time.Now()
	l := w.newLink()
	if o := w.logIn(l, "10.0.0.1", time.Now()); o.outcome != done {
		t.Fatalf("the first use: %s (%d)", o.outcome, o.status)
	}
	query := strings.TrimPrefix(l.path, "/login/telegram?")
	pairs := strings.Split(query, "&")
	forms := map[string]string{
		"as it was":                l.path,
		"in upper case":            strings.Replace(l.path, l.hash, strings.ToUpper(l.hash), 1),
		"in another order":         "/login/telegram?" + pairs[len(pairs)-1] + "&" + strings.Join(pairs[:len(pairs)-1], "&"),
		"with parameters of ours":  l.path + "&next=%2Faccount&lang=ru",
		"with a state":             l.path + "&state=AAAA",
		"with other percent signs": strings.Replace(l.path, "Load", "%4c%6Fad", 1),
	}
	tryAll := func(when string) {
		for form, path := range forms {
			for range w.copies { // The balancer takes them in turn.
				again := link{person: l.person, path: path, hash: l.hash}
				if o := w.logInPatiently(again, "10.0.0.2"); o.outcome != used {
					t.Errorf("%s, %s: %s (%d)", when, form, o.outcome, o.status)
				}
			}
		}
	}
	tryAll("at once")
	for _, c := range w.copies {
		c.restart(t)
	}
	w.awaitReady(t)
	tryAll("after a restart of both copies")
	w.database.end(t, killed)
	w.database.start(t)
	w.awaitReady(t)
	tryAll("after the database was killed")
	old := w.secrets["bot token"]
	w.secrets["new bot token"] = fmt.Sprintf("%d:AAcanary_rotated_%s", botID, strings.Repeat("r", 20))
	for _, c := range w.copies {
		c.env = append(c.env, "TELEGRAM_BOT_TOKEN="+w.secrets["new bot token"]+","+old)
		c.restart(t)
	}
	w.awaitReady(t)
	tryAll("after the token was replaced")
	w.mustHold(t)
	if given := len(w.history.everybody()); given != 1 {
		t.Errorf("one link gave %d sessions", given)
	}
	f := figuresOf(w.history.between(begin, time.Now()))
	report(t, "F15 used link again", rates{}, f, "-")
}
