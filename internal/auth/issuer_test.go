package auth_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/auth"
)

const (
	testToken     = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
	nextTestToken = "110201543:AAH-second_token_of_the_same_bot_0000"
	otherBotToken = "220403087:AAOther_bot_token_for_test_vectors_00"
)

// noon is when most tests happen.
var noon = time.Unix(1_700_000_000, 0).UTC()

// issue plays Telegram: it signs the fields and returns the query string. It is
// written from Telegram's text and not from our verifier.
func issue(token string, fields map[string]string) string {
	query := url.Values{}
	for key, value := range fields {
		query.Set(key, value)
	}
	query.Set("hash", referenceHash(token, fields))
	return query.Encode()
}

// referenceHash is the second, independent reading of
// https://core.telegram.org/widgets/login-legacy#checking-authorization.
func referenceHash(token string, fields map[string]string) string {
	var lines []string
	for key, value := range fields {
		lines = append(lines, key+"="+value)
	}
	slices.Sort(lines)
	secret := sha256.Sum256([]byte(token))
	mac := hmac.New(sha256.New, secret[:])
	mac.Write([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(mac.Sum(nil))
}

func anna() map[string]string {
	return map[string]string{
		"id":         "42",
		"first_name": "Anna",
		"last_name":  "Ivanova",
		"username":   "anna",
		"photo_url":  "https://t.me/i/userpic/320/4FPEE4tmP3ATHa57u6MqTDih13LTOiMoKoLDRG4PnSA.jpg",
		"auth_date":  "1700000000",
	}
}

func newVerifier(tb testing.TB, tokens ...string) *auth.Verifier {
	tb.Helper()
	if len(tokens) == 0 {
		tokens = []string{testToken}
	}
	v, err := auth.NewVerifier(auth.VerifierConfig{Tokens: tokens, MaxAge: 5 * time.Minute})
	if err != nil {
		tb.Fatal(err)
	}
	return v
}
