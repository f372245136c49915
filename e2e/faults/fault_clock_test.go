package faults_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// The site with a clock that can be wrong is the site itself with one line
// replaced while it is built. Nothing of it is in the program that goes live.
const (
	clockFile = "testdata/fault_clock.go"
	clockLine = "cfg.Now = time.Now"
	clockAddr = "FAULT_CLOCK_ADDR"
)

// builtWithFaultClock builds it once, and returns its path.
func builtWithFaultClock(t *testing.T) string {
	t.Helper()
	built(t, "site") // For the cache of tests, which that tells about.
	if err := buildWithFaultClock(); err != nil {
		t.Fatal(err)
	}
	return programPath("site-with-fault-clock")
}

var buildWithFaultClock = sync.OnceValue(func() error {
	original, err := filepath.Abs("../../cmd/site/serve.go")
	if err != nil {
		return err
	}
	added, err := filepath.Abs(clockFile)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(original)
	if err != nil {
		return err
	}
	if strings.Count(string(content), clockLine) != 1 {
		return errors.New(original + " does not set the clock with " + clockLine)
	}
	changed := filepath.Join(workDir, "serve.go")
	text := strings.Replace(string(content), clockLine, "cfg.Now = newFaultClock()", 1)
	if err := os.WriteFile(changed, []byte(text), 0o600); err != nil {
		return err
	}
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{
		original: changed,
		filepath.Join(filepath.Dir(original), "fault_clock.go"): added,
	}})
	if err != nil {
		return err
	}
	overlayFile := filepath.Join(workDir, "overlay.json")
	if err := os.WriteFile(overlayFile, overlay, 0o600); err != nil {
		return err
	}
	return goBuild("-overlay", overlayFile, "-o", programPath("site-with-fault-clock"), "../../cmd/site")
})

// newWorldWithFaultClocks is a world whose copies have clocks that can be set.
func newWorldWithFaultClocks(t *testing.T) *world {
	t.Helper()
	w := newWorldOf(t, builtWithFaultClock(t))
	for _, c := range w.copies {
		c.clock = freeAddress(t)
		c.env = append(c.env, clockAddr+"="+c.clock)
		c.restart(t)
	}
	w.awaitReady(t)
	return w
}

// setClock makes the clock of a copy wrong by so much; zero mends it.
func (c *siteCopy) setClock(t *testing.T, offset time.Duration) {
	t.Helper()
	c.tellClock(t, url.Values{"offset": {offset.String()}})
}

// panicIn makes a function of a copy panic, once, when it next asks for the time.
func (c *siteCopy) panicIn(t *testing.T, function string) {
	t.Helper()
	c.tellClock(t, url.Values{"panic": {function}})
}

func (c *siteCopy) tellClock(t *testing.T, what url.Values) {
	t.Helper()
	response, err := http.Post(fmt.Sprintf("http://%s/?%s", c.clock, what.Encode()), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("setting the clock: %s", response.Status)
	}
}
