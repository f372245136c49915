package runbooks_test

import (
	"net/url"
	"strings"
	"testing"
)

// noteSecrets remembers every secret that the machine has at this moment.
func (m *machine) noteSecrets(t *testing.T) {
	t.Helper()
	for _, name := range []string{"session_keys", "telegram_bot_token", "telegram_webhook_secret"} {
		for _, secret := range m.read(t, name) {
			m.secrets[secret] = true
		}
	}
	for _, name := range []string{"database_url", "database_owner_url"} {
		u, err := url.Parse(m.read(t, name)[0])
		if err != nil {
			t.Fatalf("%s holds no address", name)
		}
		password, _ := u.User.Password()
		m.secrets[password] = true
	}
	password, _ := m.database.User.Password()
	m.secrets[password] = true
}

// mustHaveKeptItsSecrets fails when a secret stands in the log, or in what an
// operator saw: such things are copied into tickets (R12).
func (m *machine) mustHaveKeptItsSecrets(t *testing.T) {
	t.Helper()
	seen := m.journal.String() + strings.Join(m.shown, "\n")
	for secret := range m.secrets {
		if len(secret) < 16 {
			t.Errorf("a secret of %d characters is none", len(secret))
		}
		if strings.Contains(seen, secret) {
			t.Errorf("a secret that begins with %.4s… was shown", secret)
		}
	}
}
