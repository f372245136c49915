package auth

import (
	"encoding/hex"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits on what is looked at, in bytes (R2, T05, T19). Telegram's names have at
// most 64 characters, which is 256 bytes of UTF-8.
const (
	maxQueryBytes    = 4096
	maxFields        = 64
	maxKeyBytes      = 64
	maxValueBytes    = 256
	maxPhotoURLBytes = 512
	maxSignedBytes   = 1536 // Keeps an assertion small enough to ride in a cookie.
	maxTelegramID    = 1 << 52
	maxIDDigits      = 16
	// Enough for the year 33658; the age is checked later.
	maxAuthDateDigits = 12
)

// signedNames are the fields that Telegram documents as signed, in the order
// of the signed string.
//
// Source: https://core.telegram.org/widgets/login-legacy#receiving-authorization-data
var signedNames = []string{"auth_date", "first_name", "id", "last_name", "photo_url", "username"}

// ownNames are our own parameters. Telegram never signs them (R3).
var ownNames = []string{"lang", "next", "state"}

// fields is a query string in which every key stands once. Nothing in it is
// trusted yet.
type fields map[string]string

// parseQuery reads the raw query of a visit to the login address. Anything that
// two readers could understand differently is refused before any HMAC (R2): a
// line feed in a value re-cuts the signed string into other fields, and the
// second of two ids is a different person.
func parseQuery(raw string) (fields, error) {
	if len(raw) > maxQueryBytes {
		return nil, malformed(QueryTooLong)
	}
	f := make(fields, usualFields)
	repeated := false
	for pair := range strings.SplitSeq(raw, "&") {
		key, value, err := unescapePair(pair)
		if err != nil {
			return nil, malformed(BadEncoding)
		}
		if pair != "" {
			_, again := f[key]
			repeated = repeated || again
			f[key] = value
		}
	}
	switch {
	case !slices.ContainsFunc(signedNames, f.has) && !f.has("hash"):
		return nil, ErrPlainVisit
	case repeated:
		return nil, malformed(RepeatedField)
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	return f, nil
}

// usualFields is what a link has, with one of ours. A map of so many is small.
const usualFields = 8

// unescapePair reads a pair as [url.ParseQuery] does, which also refuses semicolons;
// but not as URL.Query, which drops in silence what it cannot read.
func unescapePair(pair string) (key, value string, err error) {
	if strings.Contains(pair, ";") {
		return "", "", malformed(BadEncoding)
	}
	key, value, _ = strings.Cut(pair, "=")
	if key, err = url.QueryUnescape(key); err != nil {
		return "", "", err
	}
	value, err = url.QueryUnescape(value)
	return key, value, err
}

func (f fields) has(name string) bool {
	_, ok := f[name]
	return ok
}

// check holds the rules for single fields and for the set (R1, R2).
func (f fields) check() error {
	if len(f) > maxFields {
		return malformed(QueryTooLong)
	}
	signedBytes := 0
	var badKey string
	var badReason Reason
	for key, value := range f {
		// Of several bad fields the first by name is reported, every time.
		if reason := checkField(key, value); reason != "" && (badReason == "" || key < badKey) {
			badKey, badReason = key, reason
		}
		if key != "hash" && !slices.Contains(ownNames, key) {
			signedBytes += len(key) + len(value)
		}
	}
	id, hasID := f["id"]
	authDate, hasAuthDate := f["auth_date"]
	hash, hasHash := f["hash"]
	switch {
	case badReason != "":
		return malformed(badReason)
	case signedBytes > maxSignedBytes:
		return malformed(ValueTooLong)
	case !hasID || !hasAuthDate || !hasHash:
		return malformed(Incomplete)
	case !isTelegramID(id):
		return malformed(BadID)
	case !isDecimal(authDate, maxAuthDateDigits):
		return malformed(BadAuthDate)
	case !isHash(hash):
		return malformed(BadHash)
	}
	return nil
}

func checkField(key, value string) Reason {
	limit := maxValueBytes
	if key == "photo_url" {
		limit = maxPhotoURLBytes
	}
	switch {
	case !utf8.ValidString(key) || !utf8.ValidString(value):
		return BadEncoding
	case hasControl(key) || hasControl(value):
		return ControlCharacter
	case len(key) > maxKeyBytes || len(value) > limit:
		return ValueTooLong
	}
	return ""
}

// hasControl reports whether valid UTF-8 holds a control character: U+0000 to
// U+001F and U+007F to U+009F. The latter are C2 80 to C2 9F in UTF-8.
func hasControl(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] == 0x7f || s[i] == 0xc2 && s[i+1] < 0xa0 {
			return true
		}
	}
	return false
}

// isDecimal is strict: no sign, no leading zero, nothing but ASCII digits, so
// that the text which is signed and the number have one reading.
func isDecimal(s string, maxDigits int) bool {
	if s == "" || len(s) > maxDigits || s[0] == '0' {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func isTelegramID(s string) bool {
	n, err := strconv.ParseInt(s, 10, 64)
	return isDecimal(s, maxIDDigits) && err == nil && n <= maxTelegramID
}

func isHash(s string) bool {
	var mac [32]byte
	_, err := hex.Decode(mac[:], []byte(s[:min(len(s), 64)]))
	return len(s) == 64 && err == nil
}

// telegramID, authDate and mac read fields that have passed check.
func (f fields) telegramID() int64 {
	id, _ := strconv.ParseInt(f["id"], 10, 64)
	return id
}

func (f fields) authDate() time.Time {
	seconds, _ := strconv.ParseInt(f["auth_date"], 10, 64)
	return time.Unix(seconds, 0)
}

func (f fields) mac() [32]byte {
	var mac [32]byte
	_, _ = hex.Decode(mac[:], []byte(f["hash"]))
	return mac
}
