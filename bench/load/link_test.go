package load_test

import (
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/bench/load"
	"example.com/telegram-login/internal/auth"
)

const token = "123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

func newVerifier(t *testing.T) *auth.Verifier {
	t.Helper()
	v, err := auth.NewVerifier(auth.VerifierConfig{Tokens: []string{token}, MaxAge: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// The two sides share no code: a mistake of one is a refusal by the other.
func TestAppendLink_isWhatTheSiteAccepts(t *testing.T) {
	t.Parallel()
	verifier, signer := newVerifier(t), load.NewSigner(token)
	now := time.Now()
	for _, person := range []int64{1, 42, 1 << 52} {
		query := string(signer.AppendLink(nil, person, now))
		a, err := verifier.Verify(query, now)
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		if a.Identity.TelegramID != person || a.Identity.Profile.PhotoURL == "" || a.Identity.Profile.Username == "" {
			t.Errorf("identity = %+v", a.Identity)
		}
	}
}

func TestAppendLink_noTwoLinksAreTheSame(t *testing.T) {
	t.Parallel()
	signer, now := load.NewSigner(token), time.Now()
	hashes := make(map[string]bool)
	for range 100 {
		_, hash, _ := strings.Cut(string(signer.AppendLink(nil, 42, now)), "&hash=")
		hashes[hash] = true
	}
	if len(hashes) != 100 {
		t.Errorf("%d different hashes of 100 links", len(hashes))
	}
}
