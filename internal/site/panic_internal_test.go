package site

import (
	"net/http"
	"testing"
)

func TestPanic_thatAsksToHangUpIsPassedOn(t *testing.T) {
	t.Parallel()
	defer func() {
		if v := recover(); v != http.ErrAbortHandler { //nolint:errorlint // net/http compares it the same way.
			t.Errorf("it panics with %v", v)
		}
	}()
	_ = panicError(http.ErrAbortHandler)
	t.Error("it does not panic")
}
