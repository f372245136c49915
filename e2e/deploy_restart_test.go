package e2e_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// A release replaces one copy after the other while people come and go. None of
// them notices.
func TestDeployProxies_rollingRestartLosesNoRequest(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		startProxy func(*testing.T, [2]string) deployProxy
		forms      bool
	}{
		"Caddy": {deployStartCaddy, true},
		// nginx asks nobody whether they are ready, and sends on until a port is closed.
		// A form that comes in this very moment is not sent twice, and is lost.
		"nginx": {deployStartNginx, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newDeploySite(t, test.startProxy)
			load := startDeployLoad(t, site, test.forms && site.proxy.formsWait)
			for i := range site.copies {
				site.stopCopy(t, i)
				site.startCopy(t, i)
				site.awaitVisitor(t, i)
			}
			load.stop()
			t.Logf("%d requests", load.asked)
			if load.asked < 100 {
				t.Errorf("only %d requests: that is no load", load.asked)
			}
			for failure, n := range load.failures {
				t.Errorf("%d times: %s", n, failure)
			}
		})
	}
}

// awaitVisitor waits until the proxy sends people to a copy.
func (s *deploySite) awaitVisitor(t *testing.T, i int) {
	t.Helper()
	deadline := time.After(patience)
	for {
		text, grown := s.copies[i].output.read()
		if strings.Contains(text, `"route":"/account"`) {
			return
		}
		select {
		case <-grown:
		case <-deadline:
			t.Fatalf("nobody comes to the copy that was started:\n%s", text)
		}
	}
}

// deployLoad is people who use the site until they are told to stop.
type deployLoad struct {
	stop func() // Returns when all have stopped.

	mu       sync.Mutex
	asked    int
	failures map[string]int
}

// startDeployLoad lets four people at a time log in, look at their account, send a
// form, and begin again as somebody else.
func startDeployLoad(t *testing.T, site *deploySite, forms bool) *deployLoad {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	load := &deployLoad{failures: make(map[string]int)}
	var people sync.WaitGroup
	load.stop = func() {
		cancel()
		people.Wait()
	}
	t.Cleanup(load.stop)
	for first := range 4 {
		people.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				browser := deployBrowser(t)
				load.ask(t, browser, http.MethodGet, site.proxy.address+site.link(1000*(first+1)+n), "", http.StatusSeeOther)
				for range 10 {
					load.ask(t, browser, http.MethodGet, site.proxy.address+"/account", "", http.StatusOK)
					if forms {
						load.ask(t, browser, http.MethodPost, site.proxy.address+"/account/notifications", "on=1", http.StatusSeeOther)
					}
				}
				browser.CloseIdleConnections()
			}
		})
	}
	return load
}

func (l *deployLoad) ask(t *testing.T, browser *http.Client, method, address, body string, want int) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Origin", request.URL.Scheme+"://"+request.URL.Host)
	response, err := browser.Do(request)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked++
	if err != nil {
		l.failures[err.Error()]++
		return
	}
	response.Body.Close()
	if response.StatusCode != want {
		by := "the proxy"
		if response.Header.Get("X-Request-Id") != "" {
			by = "a copy"
		}
		l.failures[fmt.Sprintf("%s %s is answered by %s with %s", method, request.URL.Path, by, response.Status)]++
	}
}
