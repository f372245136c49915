package load_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"example.com/telegram-login/bench/load"
)

func get(path string) func(int) func([]byte) []byte {
	return func(int) func([]byte) []byte {
		return func(b []byte) []byte { return append(b, "GET "+path+" HTTP/1.1\r\nHost: x\r\n\r\n"...) }
	}
}

func loadOf(t *testing.T, h http.HandlerFunc) load.Load {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return load.Load{Address: server.Listener.Addr().String(), Connections: 2, Requests: get("/"), Status: http.StatusOK}
}

func TestClosed_readsAnswersOfEveryFormWhole(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	l := loadOf(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		switch r.URL.Path {
		case "/chunked":
			for range 3 {
				_, _ = w.Write([]byte(strings.Repeat("x", 3000)))
				w.(http.Flusher).Flush()
			}
		case "/closes":
			w.Header().Set("Connection", "close")
			_, _ = w.Write([]byte(strings.Repeat("x", 9000)))
		default:
			w.Header().Set("Content-Length", "9000")
			_, _ = w.Write([]byte(strings.Repeat("x", 9000)))
		}
	})
	for _, path := range []string{"/length", "/chunked", "/closes"} {
		before := asked.Load()
		l.Requests = get(path)
		r := l.Closed(t.Context(), 50*time.Millisecond)
		if n := int(asked.Load() - before); r.Good == 0 || r.Good != n || r.Bad != 0 || r.Bytes != 9000*n || len(r.Times) != n {
			t.Errorf("%s: good %d of %d, bad %d (%v), %d bytes, %d times", path, r.Good, n, r.Bad, r.Reason, r.Bytes, len(r.Times))
		}
	}
}

func TestClosed_countsWhatIsNotAsWanted(t *testing.T) {
	t.Parallel()
	l := loadOf(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusConflict) })
	if r := l.Closed(t.Context(), 20*time.Millisecond); r.Good != 0 || r.Bad == 0 || r.Reason == nil {
		t.Errorf("a wrong status: good %d, bad %d, %v", r.Good, r.Bad, r.Reason)
	}
	l = loadOf(t, func(http.ResponseWriter, *http.Request) {})
	l.Cookie = true
	if r := l.Closed(t.Context(), 20*time.Millisecond); r.Good != 0 || r.Bad == 0 {
		t.Errorf("no cookie: good %d, bad %d", r.Good, r.Bad)
	}
}

// A server that answers nobody for a while keeps everybody waiting who would have
// come then, and not only the two who are connected (coordinated omission).
func TestOpen_aStallIsSeenByAllWhoWereDueMeanwhile(t *testing.T) {
	t.Parallel()
	const stall = 400 * time.Millisecond
	var once sync.Once
	var gate sync.RWMutex
	l := loadOf(t, func(http.ResponseWriter, *http.Request) {
		once.Do(func() {
			gate.Lock()
			time.AfterFunc(stall, gate.Unlock)
		})
		gate.RLock()
		defer gate.RUnlock()
	})
	r := l.Open(t.Context(), time.Second, 200)
	if r.Bad != 0 {
		t.Fatalf("%d bad answers: %v", r.Bad, r.Reason)
	}
	// About 80 were due during the stall, and half of them in its first half.
	slow := 0
	for _, took := range r.Times {
		if took >= stall/2 {
			slow++
		}
	}
	if slow < 20 {
		t.Errorf("%d of %d requests waited for half of the stall or longer, want about 40", slow, len(r.Times))
	}
}

func TestOpen_asksAsOftenAsWasSaid(t *testing.T) {
	t.Parallel()
	l := loadOf(t, func(http.ResponseWriter, *http.Request) {})
	if r := l.Open(t.Context(), 500*time.Millisecond, 1000); r.Good < 400 || r.Good > 600 {
		t.Errorf("%d requests in half a second, want about 500", r.Good)
	}
}
