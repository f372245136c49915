package auth_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/auth"
)

func TestNewVerifier_namesEveryProblemAndShowsNoToken(t *testing.T) {
	t.Parallel()
	const secret = "AAVerySecretPartOfATokenThatMustNotShow"
	_, err := auth.NewVerifier(auth.VerifierConfig{
		Tokens: []string{"110201543:" + secret, " 110201543:" + secret, "220403087:" + secret, "110201543:short"},
		MaxAge: 25 * time.Hour,
	})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"bot token 2", "bot token 3 belongs to another bot", "bot token 4", "25h"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q does not name %q", err, want)
		}
	}
	if strings.Contains(err.Error(), "Secret") || strings.Contains(err.Error(), "short") {
		t.Errorf("error shows a token: %q", err)
	}
}

func TestNewVerifier_refusesToWorkWithoutToken(t *testing.T) {
	t.Parallel()
	if _, err := auth.NewVerifier(auth.VerifierConfig{MaxAge: time.Minute}); err == nil {
		t.Error("a verifier without a token would accept what anybody signs")
	}
}

func TestVerify_takesOldAndNewTokenOfTheBot(t *testing.T) {
	t.Parallel()
	verifier := newVerifier(t, nextTestToken, testToken)
	for _, token := range []string{testToken, nextTestToken} {
		a, err := verifier.Verify(issue(token, anna()), noon)
		if err != nil {
			t.Errorf("Verify = %v", err)
		}
		if a.Identity.BotID != 110201543 {
			t.Errorf("bot = %d", a.Identity.BotID)
		}
	}
	if _, err := verifier.Verify(issue(otherBotToken, anna()), noon); !errors.Is(err, auth.ErrBadSignature) {
		t.Errorf("another bot's data: %v, want ErrBadSignature", err)
	}
}

func TestVerify_refusesWhatIsOlderThanNotBefore(t *testing.T) {
	t.Parallel()
	verifier, err := auth.NewVerifier(auth.VerifierConfig{
		Tokens: []string{testToken}, MaxAge: time.Hour, NotBefore: noon.Add(time.Second),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := verifier.Verify(issue(testToken, anna()), noon); !errors.Is(err, auth.ErrExpired) {
		t.Errorf("Verify = %v, want ErrExpired", err)
	}
	later := anna()
	later["auth_date"] = "1700000001"
	if _, err := verifier.Verify(issue(testToken, later), noon); err != nil {
		t.Errorf("Verify = %v", err)
	}
}

func TestVerify_returnsOurOwnParametersUnsigned(t *testing.T) {
	t.Parallel()
	a, err := newVerifier(t).Verify("state=abc&"+issue(testToken, anna())+"&next=%2Fhome&lang=fa", noon)
	if err != nil {
		t.Fatal(err)
	}
	if a.State != "abc" || a.Next != "/home" {
		t.Errorf("own parameters = %q %q", a.State, a.Next)
	}
	if strings.Contains(a.Text(), "/home") {
		t.Error("an unsigned parameter was written down as signed")
	}
}

// The MAC is the key of a used link (R5): another spelling must not be another
// link.
func TestVerify_theSameLinkHasTheSameMACHoweverItIsSpelt(t *testing.T) {
	t.Parallel()
	verifier := newVerifier(t)
	query := issue(testToken, anna())
	before, hash, _ := strings.Cut(query, "hash=")
	digits, after, _ := strings.Cut(hash, "&")
	spellings := []string{
		query,
		before + "hash=" + strings.ToUpper(digits) + "&" + after,
		"hash=" + digits + "&" + before + after,
		query + "&next=%2F&utm_source=x",
	}
	var first [32]byte
	for i, spelling := range spellings {
		a, err := verifier.Verify(spelling, noon)
		if err != nil {
			t.Fatalf("spelling %d: %v", i, err)
		}
		if i == 0 {
			first = a.MAC
		}
		if a.MAC != first {
			t.Errorf("spelling %d has another MAC", i)
		}
	}
}

// A reason is a word for logs; which of two problems is named must not change
// from one run to the next.
func TestVerify_namesTheSameReasonEveryTime(t *testing.T) {
	t.Parallel()
	verifier := newVerifier(t)
	query := "id=4%002&first_name=" + strings.Repeat("x", 300) + "&last_name=%ff&auth_date=1&hash=0"
	_, first := verifier.Verify(query, noon)
	for range 50 {
		if _, err := verifier.Verify(query, noon); err.Error() != first.Error() {
			t.Fatalf("once %v, once %v", first, err)
		}
	}
}
