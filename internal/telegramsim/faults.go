package telegramsim

import (
	"errors"
	"fmt"
	"reflect"
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
	// APIRetryAfter, if not zero, answers every Bot API call with 429 and this many seconds to wait. It does
	// not remember whom it told to wait: switched off, it is over.
	APIRetryAfter int `json:"api_retry_after"`
	// APICutOff carries every Bot API call out and cuts the connection in the middle of the answer.
	APICutOff bool `json:"api_cut_off"`
	// APIHTML answers every Bot API call with 502 and a page in HTML, as a proxy before the real server does.
	APIHTML bool `json:"api_html"`
	// APILimits refuses sendMessage beyond 30 calls in a second, or beyond one call in a second to the same
	// chat, with 429 and one second to wait. Refused calls do not count.
	APILimits bool `json:"api_limits"`
	// APIMix hits the calls of sendMessage in turn, and no others: the first call since the faults were set
	// gets the first entry, and after the last entry comes the first again. Calls that a flood wait or a limit
	// refuses take no entry. The entries:
	//
	//	""            nothing goes wrong
	//	"429:<s>"     a flood wait of so many seconds begins: until its end all calls of sendMessage by this
	//	              bot are answered 429, with the seconds that are left. Setting faults of which none is on
	//	              ends it too
	//	"502"         answered 502, not carried out
	//	"html"        answered 502 with a page in HTML, not carried out
	//	"slow:<ms>"   carried out and answered after so many milliseconds
	//	"cut_off"     carried out, and the connection is cut in the middle of the answer
	//	"timeout"     carried out, and not answered until the client goes away or a minute is over
	APIMix []string `json:"api_mix"`

	// WebhookDuplicates delivers each update so many extra times to the webhook, all at the same time.
	WebhookDuplicates int `json:"webhook_duplicates"`
	// WebhookReorder, if more than one, collects so many updates before it delivers them, the newest first.
	// What is collected goes out too when nothing more has come for a short time.
	WebhookReorder int `json:"webhook_reorder"`
	// WebhookLateMS delays the first delivery of each update by so many milliseconds.
	WebhookLateMS int `json:"webhook_late_ms"`
}

// Limits of the numbers. A minute is longer than any client's patience, and an hour of 429 is the most
// that Telegram's own server asks for.
const (
	maxSlow       = time.Minute
	maxRetryAfter = time.Hour
	maxDuplicates = 10
	maxReorder    = 100
	maxMix        = 1000
)

// none reports whether everything is in good health.
func (f Faults) none() bool {
	healthy := Faults{APIMix: f.APIMix}
	return len(f.APIMix) == 0 && reflect.DeepEqual(f, healthy)
}

func (f Faults) check() error {
	var problems []error
	bound := func(name string, value, limit int) {
		if value < 0 || value > limit {
			problems = append(problems, fmt.Errorf("%s must be 0 to %d", name, limit))
		}
	}
	bound("api_slow_ms", f.APISlowMS, int(maxSlow.Milliseconds()))
	bound("api_retry_after", f.APIRetryAfter, int(maxRetryAfter.Seconds()))
	bound("webhook_duplicates", f.WebhookDuplicates, maxDuplicates)
	bound("webhook_reorder", f.WebhookReorder, maxReorder)
	bound("webhook_late_ms", f.WebhookLateMS, int(maxSlow.Milliseconds()))
	if len(f.APIMix) > maxMix {
		problems = append(problems, fmt.Errorf("api_mix must have at most %d entries", maxMix))
	}
	for i, entry := range f.APIMix {
		_, err := parseTrouble(entry)
		if err != nil {
			problems = append(problems, fmt.Errorf("api_mix, entry %d: %w", i+1, err))
		}
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
	s.faults, s.mixed = f, 0
	if f.none() {
		for _, b := range s.bots {
			b.sends.refusedUntil = time.Time{}
		}
	}
	s.log.Info("faults set", "faults", f)
}
