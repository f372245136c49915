package telegramsim

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A field is one parameter of the login data.
type field struct{ key, value string }

// loginData lists what Telegram tells the website about a person, in the order in which it arrives there.
// What is not set is absent, never empty.
func loginData(p Person, authDate time.Time) []field {
	all := []field{
		{"id", p.id()},
		{"first_name", p.FirstName},
		{"last_name", p.LastName},
		{"username", p.Username},
		{"photo_url", p.PhotoURL},
		{"auth_date", strconv.FormatInt(authDate.Unix(), 10)},
	}
	return slices.DeleteFunc(all, func(f field) bool { return f.value == "" })
}

// hash is the signature as Telegram documents it for login data: the check string, authenticated with
// HMAC-SHA-256 under the SHA-256 of the whole bot token, in lower-case hex.
func hash(data []field, token string) string {
	secret := sha256.Sum256([]byte(token))
	mac := hmac.New(sha256.New, secret[:])
	mac.Write([]byte(checkString(data)))
	return hex.EncodeToString(mac.Sum(nil))
}

// checkString is what is signed: the fields as key=value lines sorted by key.
func checkString(data []field) string {
	lines := make([]string, 0, len(data))
	for _, f := range data {
		lines = append(lines, f.key+"="+f.value)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// addToURL puts the data into the query of a button's address. The button's own parameters stay as they
// were written, unless one has the name of a field: that one is replaced. A fragment stays at the end.
func addToURL(link string, data []field) string {
	link, fragment, hasFragment := strings.Cut(link, "#")
	link, query, _ := strings.Cut(link, "?")

	var pairs []string
	for pair := range strings.SplitSeq(query, "&") {
		if pair != "" && !names(pair, data) {
			pairs = append(pairs, pair)
		}
	}
	for _, f := range data {
		pairs = append(pairs, f.key+"="+encodeURIComponent(f.value))
	}
	link += "?" + strings.Join(pairs, "&")
	if hasFragment {
		link += "#" + fragment
	}
	return link
}

// names reports whether the pair of a query has the name of one of the fields, however it is escaped.
func names(pair string, data []field) bool {
	key, _, _ := strings.Cut(pair, "=")
	if plain, err := url.QueryUnescape(key); err == nil {
		key = plain
	}
	return slices.ContainsFunc(data, func(f field) bool { return f.key == key })
}

// encodeURIComponent escapes as the JavaScript function does, because captured links look like that: a
// blank is %20, and !'()*~ stay.
func encodeURIComponent(value string) string {
	return strings.NewReplacer("+", "%20", "%21", "!", "%27", "'", "%28", "(", "%29", ")", "%2A", "*").
		Replace(url.QueryEscape(value))
}
