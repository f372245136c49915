package site

import (
	"errors"
	"fmt"
	"math"
	"net/netip"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"

	"example.com/telegram-login/internal/auth"
	"example.com/telegram-login/internal/users"
)

// rateLimits are the limits on what one client may do in a short time (T19). A
// client has a bucket of tokens, which fills up again.
//
// At the login and at the webhook it is failures that take a token, and not
// visits: behind the NAT of a mobile network hundreds of honest people share one
// address, and a broadcast of the bot sends them all at once. What Telegram has
// signed freshly is its own proof. But whoever has failed too often is sent away
// before anything of what they bring is looked at, be it good or bad: looking is
// what costs. A sign-in by way of the confirm page takes one token too, for that
// page: it can be asked for again and again with one link.
type rateLimits struct {
	login, confirm, webhook *rateLimit[netip.Prefix] // Of an address: see clientOf.
	download                *rateLimit[int64]        // Of an account.
}

func newRateLimits() rateLimits {
	return rateLimits{
		// Name, a token comes each, at most; what takes one.
		login:    newRateLimit[netip.Prefix]("login", 2*time.Second, 60),   // A visit that signs nobody in.
		confirm:  newRateLimit[netip.Prefix]("confirm", 2*time.Second, 30), // An answer that signs nobody in.
		webhook:  newRateLimit[netip.Prefix]("webhook", 2*time.Second, 30), // A wrong secret.
		download: newRateLimit[int64]("download", 12*time.Minute, 5),       // A download.
	}
}

// rateLimit is one of the limits. It is safe for concurrent use.
type rateLimit[K comparable] struct {
	name    string // For the log and the metrics: a closed set of words.
	every   time.Duration
	buckets *buckets[K]
}

func newRateLimit[K comparable](name string, every time.Duration, burst int) *rateLimit[K] {
	return &rateLimit[K]{name: name, every: every, buckets: newBuckets[K](rate.Every(every), burst)}
}

// check returns a [tooManyError] when the client's bucket is empty, and takes
// nothing. Requests that come at the same moment may all pass and then fail: as
// many as the site has connections, once.
func (l *rateLimit[K]) check(client K, now time.Time) error {
	bucket := l.buckets.find(client)
	if bucket == nil {
		return nil // Never failed, and so needs no memory.
	}
	missing := 1 - bucket.TokensAt(now)
	if wait := time.Duration(missing * float64(l.every)); wait > 0 {
		return &tooManyError{limit: l.name, retryAfter: wait}
	}
	return nil
}

// take takes a token, or returns a [tooManyError] when there is none.
func (l *rateLimit[K]) take(client K, now time.Time) error {
	if l.buckets.findOrMake(client).AllowN(now, 1) {
		return nil
	}
	if err := l.check(client, now); err != nil {
		return err
	}
	return &tooManyError{limit: l.name, retryAfter: l.every} // Others were faster.
}

// errTooMany means that a client has done something too often.
var errTooMany = errors.New("too many tries")

// tooManyError is [errTooMany] with the limit that was reached.
type tooManyError struct {
	limit      string // Its name.
	retryAfter time.Duration
}

// Error names the limit.
func (e *tooManyError) Error() string { return fmt.Sprintf("%v: %s", errTooMany, e.limit) }

// Is makes every tooManyError an [errTooMany].
func (e *tooManyError) Is(target error) bool { return target == errTooMany }

// seconds is the value of Retry-After: whole ones, after which it does work.
func (e *tooManyError) seconds() string {
	return strconv.Itoa(max(1, int(math.Ceil(e.retryAfter.Seconds()))))
}

// clientOf is whose bucket a request is for: an IPv4 address, or the /64 that one
// IPv6 subscriber has at least, since it holds more addresses than any limit could
// count. Those of whom no address is known share one bucket.
func clientOf(c *gin.Context) netip.Prefix {
	addr, err := netip.ParseAddr(knownOf(c).clientIP)
	if err != nil {
		return netip.Prefix{}
	}
	addr = addr.Unmap() // An IPv4 address in the clothes of IPv6 is no other client.
	bits := 64
	if addr.Is4() {
		bits = 32
	}
	client, _ := addr.Prefix(bits) // Fails for more bits than there are.
	return client
}

// refuseIfFailedTooOften comes before anything else of a login. Only what is told by
// headers alone comes before it: prefetches and crawlers cost neither an HMAC nor a
// query, their answer is always the same, and a crawler's address is nobody's.
func (s *Site) refuseIfFailedTooOften(c *gin.Context, l *rateLimit[netip.Prefix]) error {
	return l.check(clientOf(c), s.cfg.Now())
}

// countUnlessSignedIn takes a token of whoever a login did not sign in. It does not
// while the database is away, which is no fault of theirs; hanging up is.
func (s *Site) countUnlessSignedIn(c *gin.Context, l *rateLimit[netip.Prefix], outcome auth.Outcome, err error) {
	if outcome.Step == auth.SignedIn || errors.Is(err, users.ErrUnavailable) {
		return
	}
	_ = l.take(clientOf(c), s.cfg.Now()) // Empty is empty.
}
