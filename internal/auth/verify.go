package auth

import (
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"example.com/telegram-login/internal/users"
)

// FutureTolerance is how far ahead of our clock Telegram's may be (R4).
const FutureTolerance = 60 * time.Second

// MaxAgeCeiling is the largest maximum age that a [Verifier] takes (R4). A used
// link is remembered for this long, whatever the setting is, so that raising
// the setting never makes a used link fresh again.
const MaxAgeCeiling = 24 * time.Hour

// Verifier tells whether login data was signed by Telegram for our bot, and is
// fresh. It is safe for concurrent use.
//
// Of a bot token it keeps SHA-256 only: all that verifying needs, and nothing
// that controls the bot (T07).
type Verifier struct {
	botID     int64
	keys      []*key
	maxAge    time.Duration
	notBefore time.Time
	hints     []hint // Keys that would explain a mismatch; never accepted.
}

// VerifierConfig says what a [Verifier] accepts.
type VerifierConfig struct {
	// Tokens of one bot. More than one while a token is being replaced (R11).
	Tokens []string
	// OtherBotTokens are never accepted. With them, [Verifier.Diagnose] can
	// say that a link was signed for another bot. The site has none, because it
	// needs no token but its own; cmd/loginlink takes them.
	OtherBotTokens []string
	// MaxAge of auth_date, up to [MaxAgeCeiling].
	MaxAge time.Duration
	// NotBefore refuses older data as expired: for after a restore from a
	// backup, which forgets the links used since. Zero for no such limit.
	NotBefore time.Time
}

// NewVerifier returns a verifier, or an error that names every problem of the
// configuration and shows no token.
func NewVerifier(cfg VerifierConfig) (*Verifier, error) {
	botID, tokenErr := CheckBotTokens(cfg.Tokens)
	var ageErr error
	if cfg.MaxAge <= 0 || cfg.MaxAge > MaxAgeCeiling {
		ageErr = fmt.Errorf("maximum age %s is not between 0 and %s", cfg.MaxAge, MaxAgeCeiling)
	}
	if err := errors.Join(tokenErr, ageErr); err != nil {
		return nil, err
	}
	v := &Verifier{botID: botID, maxAge: cfg.MaxAge, notBefore: cfg.NotBefore}
	for _, token := range cfg.Tokens {
		v.keys = append(v.keys, loginKey(token))
		v.hints = append(v.hints, hintsFor(token)...)
	}
	for _, token := range cfg.OtherBotTokens {
		v.hints = append(v.hints, hint{OtherBot, loginKey(token)})
	}
	return v, nil
}

// BotID is the bot whose data this verifier accepts.
func (v *Verifier) BotID() int64 { return v.botID }

// Verify reads the raw query of a visit to the login address and returns what
// Telegram vouched for. It refuses with [ErrPlainVisit], [ErrMalformed],
// [ErrBadSignature], [ErrExpired] or [ErrFromFuture]. With the last two comes the
// Assertion as well, which is authentic and not to be trusted any more: it says
// whom to tell.
//
// A signature is no login yet: the link may have been used before (R5), or
// brought to this browser by a stranger (R7). See [Login].
func (v *Verifier) Verify(rawQuery string, now time.Time) (Assertion, error) {
	f, err := parseQuery(rawQuery)
	if err != nil {
		return Assertion{}, err
	}
	return v.verify(f, now)
}

func (v *Verifier) verify(f fields, now time.Time) (Assertion, error) {
	mac := f.mac()
	signed, ok := v.signedString(f, mac)
	if !ok {
		return Assertion{}, ErrBadSignature
	}
	authDate := f.authDate()
	var err error
	switch {
	case now.Sub(authDate) > v.maxAge || authDate.Before(v.notBefore):
		err = ErrExpired
	case authDate.Sub(now) > FutureTolerance:
		err = ErrFromFuture
	}
	return Assertion{
		Identity: Identity{
			TelegramID: f.telegramID(),
			Profile: users.Profile{
				FirstName: f["first_name"],
				LastName:  f["last_name"],
				Username:  f["username"],
				PhotoURL:  f["photo_url"],
			},
			AuthDate: authDate,
			BotID:    v.botID,
		},
		MAC:    mac,
		State:  f["state"],
		Next:   f["next"],
		signed: signed,
	}, err
}

// signedString returns the string that the hash signs: over the documented
// fields or, if that does not match, over every received one but ours, because
// Telegram may add a field one day (R3).
func (v *Verifier) signedString(f fields, mac [32]byte) (string, bool) {
	known := checkString(f, signedNames)
	if v.anyKeySigns(known, mac) {
		return known, true
	}
	all, ok := receivedNames(f)
	if !ok {
		return "", false
	}
	everything := checkString(f, all)
	return everything, v.anyKeySigns(everything, mac)
}

// isFieldName is what a field of Telegram's may be called. A key with other
// characters, such as "first_name=A", could re-cut the signed string.
var isFieldName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,31}$`)

// receivedNames returns the names of all fields that Telegram may have signed,
// sorted, and whether they are worth a try: there is an unknown one among them,
// and each is a name.
func receivedNames(f fields) ([]string, bool) {
	unknown := false
	for name := range f {
		if name != "hash" && !slices.Contains(ownNames, name) && !slices.Contains(signedNames, name) {
			unknown = true
			if !isFieldName.MatchString(name) {
				return nil, false
			}
		}
	}
	if !unknown { // As in most links that somebody made up.
		return nil, false
	}
	return notOurNames(f), true
}

// notOurNames returns the names of all fields but the hash and our own, sorted.
func notOurNames(f fields) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(f)), func(name string) bool {
		return name == "hash" || slices.Contains(ownNames, name)
	})
}

// checkString is Telegram's data-check-string over the named fields, which must
// come sorted: lines of key=value joined with a line feed. Absent fields are
// left out; an empty one takes part.
//
// Source: https://core.telegram.org/widgets/login-legacy#checking-authorization
func checkString(f fields, names []string) string {
	var b strings.Builder
	b.Grow(maxValueBytes)
	for _, name := range names {
		value, ok := f[name]
		if !ok {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(name)
		b.WriteByte('=')
		b.WriteString(value)
	}
	return b.String()
}

func (v *Verifier) anyKeySigns(signed string, mac [32]byte) bool {
	for _, k := range v.keys {
		if k.signs(signed, mac) {
			return true
		}
	}
	return false
}

// Text returns the signed fields and the hash, a line each, so that the
// assertion can be kept in an encrypted cookie and verified again later with
// [Verifier.VerifyText]. No value holds a line feed (R2).
func (a Assertion) Text() string {
	return a.signed + "\nhash=" + hex.EncodeToString(a.MAC[:])
}

// VerifyText is [Verifier.Verify] for [Assertion.Text]: nothing is taken on
// trust the second time.
func (v *Verifier) VerifyText(text string, now time.Time) (Assertion, error) {
	f := make(fields)
	for line := range strings.SplitSeq(text, "\n") {
		key, value, ok := strings.Cut(line, "=")
		if _, repeated := f[key]; !ok || repeated {
			return Assertion{}, malformed(BadEncoding)
		}
		f[key] = value
	}
	if err := f.check(); err != nil {
		return Assertion{}, err
	}
	return v.verify(f, now)
}
