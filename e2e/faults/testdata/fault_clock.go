package main

import (
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"
)

// faultClock is a clock that can be wrong, and that can panic in whoever asks it
// for the time. It is put into cmd/site by the tests of e2e/faults only, in place
// of time.Now; the program that goes live does not hold it.
type faultClock struct {
	mu      sync.Mutex
	offset  time.Duration
	panicIn string // The function that panics when it asks; empty for none.
}

// newFaultClock listens on the address that the environment names for what to do.
func newFaultClock() func() time.Time {
	c := &faultClock{panicIn: os.Getenv("FAULT_PANIC_IN")}
	go func() { _ = http.ListenAndServe(os.Getenv("FAULT_CLOCK_ADDR"), c) }()
	return c.now
}

// ServeHTTP sets the clock: POST /?offset=-61s or POST /?panic=startLogin.
func (c *faultClock) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	offset, err := time.ParseDuration(r.URL.Query().Get("offset"))
	if err != nil && r.URL.Query().Has("offset") {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	c.offset, c.panicIn = offset, r.URL.Query().Get("panic")
}

func (c *faultClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.panicIn != "" && asker() == c.panicIn {
		c.panicIn = "" // Once.
		panic("a fault on purpose")
	}
	return time.Now().Add(c.offset)
}

// asker is the name of the function that asks for the time.
func asker() string {
	callers := make([]uintptr, 1)
	runtime.Callers(3, callers)
	frame, _ := runtime.CallersFrames(callers).Next()
	name, _, _ := strings.Cut(frame.Function[strings.LastIndexByte(frame.Function, '/')+1:], ".func")
	return name[strings.LastIndexByte(name, '.')+1:]
}
