package bot_test

import (
	"crypto/rand"
	"testing"
	"time"

	"example.com/telegram-login/internal/users"
)

// signIn lets Anna sign in to the site, with a new link.
func (w *world) signIn(t *testing.T, at time.Time) users.Account {
	t.Helper()
	in := users.SignIn{
		TelegramID:   anna,
		Profile:      users.Profile{FirstName: "Anna", LastName: "<b>Petrova</b>", Username: "anna"},
		AuthDate:     at,
		LinkKeptTill: at.Add(24 * time.Hour),
		Session:      users.NewSession{ID: users.NewSessionID(), ExpiresAt: at.Add(720 * time.Hour)},
		Device:       users.Device{Browser: "Firefox", System: "Android"},
		At:           at,
	}
	_, _ = rand.Read(in.LinkMAC[:])           // Never fails, says crypto/rand.
	_, _ = rand.Read(in.Session.TokenHash[:]) // As above.
	session, err := w.store.SignIn(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return session.Account
}
