package faults_test

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

// link is a login that Telegram has signed, or seems to have.
type link struct {
	person int64
	path   string // With the signed query.
	hash   string
}

// signLink signs as Telegram does. The number makes links of one person and one
// second differ, as changed names would.
//
// Source: https://core.telegram.org/widgets/login-legacy#checking-authorization
func signLink(token string, person int64, number int, at time.Time) link {
	fields := map[string]string{
		"id":         strconv.FormatInt(person, 10),
		"first_name": "Load",
		"last_name":  "No. " + strconv.Itoa(number),
		"auth_date":  strconv.FormatInt(at.Unix(), 10),
	}
	var lines []string
	query := url.Values{}
	for name, value := range fields {
		lines = append(lines, name+"="+value)
		query.Set(name, value)
	}
	slices.Sort(lines)
	key := sha256.Sum256([]byte(token))
	mac := hmac.New(sha256.New, key[:])
	mac.Write([]byte(strings.Join(lines, "\n")))
	hash := hex.EncodeToString(mac.Sum(nil))
	query.Set("hash", hash)
	return link{person: person, path: "/login/telegram?" + query.Encode(), hash: hash}
}

// forged is the link with a signature that is not Telegram's.
func (l link) forged() link {
	flipped := byte('0')
	if l.hash[0] == '0' {
		flipped = '1'
	}
	hash := string(flipped) + l.hash[1:]
	return link{person: l.person, path: strings.Replace(l.path, l.hash, hash, 1), hash: hash}
}
