package load

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"math/rand/v2"
	"net/url"
	"strconv"
	"time"
)

// Signer signs login links as Telegram does. It is not safe for concurrent use.
type Signer struct {
	mac  hash.Hash
	text []byte
	sum  []byte
}

// NewSigner returns one for a bot's token.
//
// Source: https://core.telegram.org/widgets/login-legacy#checking-authorization
func NewSigner(token string) *Signer {
	secret := sha256.Sum256([]byte(token))
	return &Signer{mac: hmac.New(sha256.New, secret[:])}
}

const photo = "https://t.me/i/userpic/320/"

// AppendLink appends the query of a login link of a person with all fields set. Each
// has another picture, so that no two links are the same one, which works once.
func (s *Signer) AppendLink(query []byte, person int64, at time.Time) []byte {
	id := strconv.FormatInt(person, 10)
	date := strconv.FormatInt(at.Unix(), 10)
	picture := strconv.FormatUint(rand.Uint64(), 36)
	// The signed text has the names in their order; so has the query, which may.
	s.text = append(s.text[:0], "auth_date="...)
	s.text = append(s.text, date...)
	s.text = append(s.text, "\nfirst_name=Anna\nid="...)
	s.text = append(s.text, id...)
	s.text = append(s.text, "\nlast_name=Petrova\nphoto_url="+photo...)
	s.text = append(s.text, picture...)
	s.text = append(s.text, ".jpg\nusername=anna_"...)
	s.text = append(s.text, id...)
	s.mac.Reset()
	s.mac.Write(s.text)
	s.sum = s.mac.Sum(s.sum[:0])

	query = append(query, "id="...)
	query = append(query, id...)
	query = append(query, "&first_name=Anna&last_name=Petrova&username=anna_"...)
	query = append(query, id...)
	query = append(query, "&photo_url="...)
	query = append(query, escapedPhoto...)
	query = append(query, picture...)
	query = append(query, ".jpg&auth_date="...)
	query = append(query, date...)
	query = append(query, "&hash="...)
	return hex.AppendEncode(query, s.sum)
}

var escapedPhoto = url.QueryEscape(photo)
