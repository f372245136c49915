package auth_test

import (
	"encoding/json"
	"errors"
	"os"
	"testing"
	"time"

	"example.com/telegram-login/internal/auth"
)

// vector is one row of testdata/vectors.json, which testdata/README.md explains.
type vector struct {
	Name        string
	Tokens      []string
	OtherTokens []string `json:"other_tokens"`
	Query       string
	Clock       int64
	Verdict     string
	Reason      string
	Diagnosis   string
	Identity    *vectorIdentity
}

type vectorIdentity struct {
	ID        int64
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Username  string
	PhotoURL  string `json:"photo_url"`
	AuthDate  int64  `json:"auth_date"`
	BotID     int64  `json:"bot_id"`
}

func readVectors(tb testing.TB) []vector {
	tb.Helper()
	content, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		tb.Fatal(err)
	}
	var file struct{ Vectors []vector }
	if err := json.Unmarshal(content, &file); err != nil {
		tb.Fatal(err)
	}
	if len(file.Vectors) < 180 {
		tb.Fatalf("only %d vectors", len(file.Vectors))
	}
	return file.Vectors
}

func TestVerify_agreesWithEveryPublishedVector(t *testing.T) {
	t.Parallel()
	for _, v := range readVectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			verifier, err := auth.NewVerifier(auth.VerifierConfig{
				Tokens: v.Tokens, OtherBotTokens: v.OtherTokens, MaxAge: 300 * time.Second,
			})
			if err != nil {
				if v.Verdict != "token_refused" {
					t.Errorf("verifier refused: %v, want verdict %s", err, v.Verdict)
				}
				return
			}
			got, err := verifier.Verify(v.Query, time.Unix(v.Clock, 0))
			if verdict, reason := verdictOf(err); verdict != v.Verdict || reason != v.Reason {
				t.Fatalf("verdict = %s %s, want %s %s", verdict, reason, v.Verdict, v.Reason)
			}
			if v.Identity != nil && flat(got.Identity) != *v.Identity {
				t.Errorf("identity = %+v, want %+v", flat(got.Identity), *v.Identity)
			}
			if v.Diagnosis != "" {
				if d := verifier.Diagnose(v.Query); string(d) != v.Diagnosis {
					t.Errorf("diagnosis = %s, want %s", d, v.Diagnosis)
				}
			}
		})
	}
}

func verdictOf(err error) (verdict, reason string) {
	if m, ok := errors.AsType[*auth.MalformedError](err); ok {
		return "malformed", string(m.Reason)
	}
	for sentinel, verdict := range map[error]string{
		nil:                  "accepted",
		auth.ErrPlainVisit:   "plain",
		auth.ErrBadSignature: "bad_signature",
		auth.ErrExpired:      "expired",
		auth.ErrFromFuture:   "future",
	} {
		if errors.Is(err, sentinel) {
			return verdict, ""
		}
	}
	return "unknown error", err.Error()
}

func flat(i auth.Identity) vectorIdentity {
	return vectorIdentity{
		ID:        i.TelegramID,
		FirstName: i.Profile.FirstName,
		LastName:  i.Profile.LastName,
		Username:  i.Profile.Username,
		PhotoURL:  i.Profile.PhotoURL,
		AuthDate:  i.AuthDate.Unix(),
		BotID:     i.BotID,
	}
}
