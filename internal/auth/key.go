package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"hash"
	"sync"
)

// key is an HMAC key. Preparing one costs as much as using it, so that prepared
// states are kept for the next use.
type key struct {
	states sync.Pool // Of hash.Hash.
}

func newKey(secret []byte) *key {
	return &key{states: sync.Pool{New: func() any { return hmac.New(sha256.New, secret) }}}
}

// loginKey is the key of a bot's login data: SHA-256 of the token's text.
//
// Source: https://core.telegram.org/widgets/login-legacy#checking-authorization
func loginKey(token string) *key {
	secret := sha256.Sum256([]byte(token))
	return newKey(secret[:])
}

// miniAppKey is the key of a Mini App's data, which is no login.
//
// Source: https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app
func miniAppKey(token string) *key {
	mac := hmac.New(sha256.New, []byte("WebAppData"))
	mac.Write([]byte(token))
	return newKey(mac.Sum(nil))
}

// signs reports whether mac is the signature of the text. It compares in
// constant time (T06).
func (k *key) signs(signed string, mac [32]byte) bool {
	state, _ := k.states.Get().(hash.Hash)
	defer k.states.Put(state)
	state.Reset()
	state.Write([]byte(signed))
	var sum [sha256.Size]byte
	return hmac.Equal(state.Sum(sum[:0]), mac[:])
}
