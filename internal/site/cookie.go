package site

import (
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gorilla/securecookie"
	"github.com/gorilla/sessions"

	"example.com/telegram-login/internal/auth"
	"example.com/telegram-login/web"
)

// MinSessionKeyBytes is how long a session key must be.
const MinSessionKeyBytes = 32

// loginCookieLifetime covers the longest thing that the login cookie carries.
const loginCookieLifetime = auth.AttemptLifetime

// cookies are those that the site sets. gorilla/sessions is the envelope of two:
// name, flags, signature and encryption, and several keys at a time. What is
// inside is ours: the session cookie holds a random token and nothing else, the
// login cookie holds the progress of one login ([loginProgress]). The third one
// holds the code of a language, for everybody to see.
type cookies struct {
	session, login                       *sessions.CookieStore
	sessionName, loginName, languageName string
}

// newCookies derives the cookies' keys from the session keys. The first key
// signs; all of them are accepted, so that a key can be replaced without logging
// anybody out.
func newCookies(keys [][]byte, secure bool, lifetime time.Duration) (*cookies, error) {
	if len(keys) == 0 {
		return nil, errors.New("no session key")
	}
	var sessionCodecs, loginCodecs []securecookie.Codec
	for i, key := range keys {
		if len(key) < MinSessionKeyBytes {
			return nil, fmt.Errorf("session key %d has fewer than %d bytes", i+1, MinSessionKeyBytes)
		}
		signing, err := deriveKey(key, "cookie signing")
		if err != nil {
			return nil, err
		}
		encryption, err := deriveKey(key, "cookie encryption")
		if err != nil {
			return nil, err
		}
		// No age limit here: a session's row says when it ends, and an attempt and a
		// pending login carry their time, all by the site's clock.
		sessionCodecs = append(sessionCodecs, securecookie.New(signing, nil).SetSerializer(rawBytes{}).MaxAge(0))
		loginCodecs = append(loginCodecs, securecookie.New(signing, encryption).SetSerializer(rawBytes{}).MaxAge(0))
	}
	prefix := ""
	if secure {
		prefix = "__Host-" // No sibling host and no plain http can set it (T08).
	}
	return &cookies{
		session:      &sessions.CookieStore{Codecs: sessionCodecs, Options: cookieOptions(secure, lifetime)},
		login:        &sessions.CookieStore{Codecs: loginCodecs, Options: cookieOptions(secure, loginCookieLifetime)},
		sessionName:  prefix + "session",
		loginName:    prefix + "login",
		languageName: prefix + "language",
	}, nil
}

func deriveKey(key []byte, purpose string) ([]byte, error) {
	derived, err := hkdf.Key(sha256.New, key, nil, "telegram-login "+purpose, 32)
	if err != nil {
		return nil, fmt.Errorf("derive key for %s: %w", purpose, err)
	}
	return derived, nil
}

// cookieOptions sets every option, because gorilla's defaults are not safe.
// SameSite is Lax: with Strict, a browser that comes from Telegram's site would
// not send the cookies along, and would look signed out.
func cookieOptions(secure bool, lifetime time.Duration) *sessions.Options {
	return &sessions.Options{
		Path:        "/",
		Domain:      "",
		MaxAge:      int(lifetime.Seconds()),
		Secure:      secure,
		HttpOnly:    true,
		Partitioned: false,
		SameSite:    http.SameSiteLaxMode,
	}
}

// contentKey is the only key of a gorilla session that we use.
const contentKey = "content"

// read returns the content of a cookie, or nil. A cookie that cannot be decoded
// is no cookie: a replaced key must not lock anybody out with an error (P7).
func read(store *sessions.CookieStore, r *http.Request, name string) []byte {
	if _, err := r.Cookie(name); err != nil {
		return nil // As most strangers: no gorilla session is made for them.
	}
	session, err := store.New(r, name)
	if err != nil {
		return nil
	}
	content, _ := session.Values[contentKey].([]byte)
	return content
}

func write(store *sessions.CookieStore, r *http.Request, w http.ResponseWriter, name string, content []byte) error {
	session := sessions.NewSession(store, name)
	options := *store.Options
	session.Options = &options
	session.Values[contentKey] = content
	if content == nil {
		session.Options.MaxAge = -1
	}
	if err := store.Save(r, w, session); err != nil {
		return fmt.Errorf("write cookie: %w", err)
	}
	return nil
}

// token returns the session token that the browser shows; the zero Token for
// none. The signature is checked first, so a made-up cookie costs no query.
func (k *cookies) token(r *http.Request) auth.Token {
	var token auth.Token
	if content := read(k.session, r, k.sessionName); len(content) == len(token) {
		copy(token[:], content)
	}
	return token
}

func (k *cookies) setToken(r *http.Request, w http.ResponseWriter, token auth.Token) error {
	return write(k.session, r, w, k.sessionName, token[:])
}

func (k *cookies) clearToken(r *http.Request, w http.ResponseWriter) error {
	return write(k.session, r, w, k.sessionName, nil)
}

// setLanguage keeps a language, with the flags of the other cookies.
func (k *cookies) setLanguage(w http.ResponseWriter, l web.Language) {
	http.SetCookie(w, sessions.NewCookie(k.languageName, l.Code, cookieOptions(k.login.Options.Secure, languageKept)))
}

// rawBytes is the serializer of gorilla's cookies: the content as it is. The
// default one, gob, would fill the cookie with type names.
type rawBytes struct{}

// Serialize takes the values of a gorilla session.
func (rawBytes) Serialize(src any) ([]byte, error) {
	values, ok := src.(map[any]any)
	if !ok {
		return nil, fmt.Errorf("serialize cookie: unexpected %T", src)
	}
	content, _ := values[contentKey].([]byte)
	return content, nil
}

// Deserialize fills the values of a gorilla session.
func (rawBytes) Deserialize(content []byte, dst any) error {
	values, ok := dst.(*map[any]any)
	if !ok {
		return fmt.Errorf("deserialize cookie: unexpected %T", dst)
	}
	*values = map[any]any{contentKey: content}
	return nil
}
