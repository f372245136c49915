package faults_test

import (
	"strings"
	"sync"
)

// output collects what a program writes, over all its lives. It is safe for
// concurrent use.
type output struct {
	mu    sync.Mutex
	text  strings.Builder
	grown chan struct{} // Closed and replaced when something is added.
}

// Write adds to the text.
func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.grown != nil {
		close(o.grown)
	}
	o.grown = make(chan struct{})
	return o.text.Write(b)
}

// from returns the text after the first so many bytes, and a channel that closes
// when there is more.
func (o *output) from(start int) (string, <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.grown == nil {
		o.grown = make(chan struct{})
	}
	return o.text.String()[start:], o.grown
}

func (o *output) String() string {
	text, _ := o.from(0)
	return text
}

func (o *output) len() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Len()
}
