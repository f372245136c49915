package peers_test

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

// signed is the query of a login link, made as Telegram makes it.
//
// Source: https://core.telegram.org/widgets/login-legacy#checking-authorization
func signed(person int64, name string, at time.Time) string {
	id := strconv.FormatInt(person, 10)
	fields := url.Values{
		"id": {id}, "first_name": {name}, "last_name": {"Petrova"}, "username": {"anna_" + id},
		"photo_url": {"https://t.me/i/userpic/320/anna.jpg"}, "auth_date": {strconv.FormatInt(at.Unix(), 10)},
	}
	var lines []string
	for field, values := range fields {
		lines = append(lines, field+"="+values[0])
	}
	slices.Sort(lines)
	key := sha256.Sum256([]byte(botToken))
	mac := hmac.New(sha256.New, key[:])
	mac.Write([]byte(strings.Join(lines, "\n")))
	return fields.Encode() + "&hash=" + hex.EncodeToString(mac.Sum(nil))
}
