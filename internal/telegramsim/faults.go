package telegramsim

import (
	"errors"
	"fmt"
	"time"
)

// Faults says what goes wrong on purpose. The zero value is a Telegram in good health. A fault holds for
// everybody until it is switched off: no chance is involved, so that a test knows what it will see.
type Faults struct {
	// TamperedField changes the first name after signing, as somebody who edits the address would.
	TamperedField bool `json:"tampered_field"`
	// WrongToken signs with the token of some other bot.
	WrongToken bool `json:"wrong_token"`
	// ExpiredAuthDate signs correctly, with a date 25 hours ago: older than anybody's limit.
	ExpiredAuthDate bool `json:"expired_auth_date"`
	// FutureAuthDate signs correctly, with a date one hour ahead.
	FutureAuthDate bool `json:"future_auth_date"`
	// SameURL makes every login return the person's previous signed address again.
	SameURL bool `json:"same_url"`
	// MissingData opens the button's plain address although the person agreed, as Telegram for macOS did in 2025.
	MissingData bool `json:"missing_data"`
	// RequestDefault answers requestUrlAuth with urlAuthResultDefault: no dialog, the plain address opens.
	RequestDefault bool `json:"request_default"`
	// TelegramWeb opens links by way of the other loopback name, so that the website sees a cross-site visit.
	TelegramWeb bool `json:"telegram_web"`

	// APISlowMS delays each answer of the Bot API by so many milliseconds.
	APISlowMS int `json:"api_slow_ms"`
	// APIError answers every Bot API call with 502 Bad Gateway.
	APIError bool `json:"api_error"`
	// APIRetryAfter, if not zero, answers every Bot API call with 429 and this many seconds to wait.
	APIRetryAfter int `json:"api_retry_after"`
}

// Limits of the two numbers. A minute is longer than any client's patience, and an hour of 429 is the most
// that Telegram's own server asks for.
const (
	maxSlow       = time.Minute
	maxRetryAfter = time.Hour
)

func (f Faults) check() error {
	var problems []error
	if f.APISlowMS < 0 || f.APISlowMS > int(maxSlow.Milliseconds()) {
		problems = append(problems, fmt.Errorf("api_slow_ms must be 0 to %d", maxSlow.Milliseconds()))
	}
	if f.APIRetryAfter < 0 || f.APIRetryAfter > int(maxRetryAfter.Seconds()) {
		problems = append(problems, fmt.Errorf("api_retry_after must be 0 to %d", int(maxRetryAfter.Seconds())))
	}
	return errors.Join(problems...)
}

func (s *Sim) currentFaults() Faults {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults
}

// setFaults replaces the whole set with one that passed check.
func (s *Sim) setFaults(f Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = f
	s.log.Info("faults set", "faults", f)
}
