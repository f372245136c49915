package runbooks_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

func TestRotateWebhookSecret_noUpdateIsRefusedThatComesWithEither(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	old := m.read(t, "telegram_webhook_secret")[0]
	m.mustTakeUpdates(t, true, old)

	printed := m.carryOut(t, "Rotate the webhook secret", "", map[int]func(){
		1: func() { m.mustTakeUpdates(t, true, m.read(t, "telegram_webhook_secret")...) },
		2: func() {
			secrets := m.read(t, "telegram_webhook_secret")
			if len(secrets) != 2 || secrets[1] != old {
				t.Error("after step 2 the old secret is not the second of two")
			}
			m.mustTakeUpdates(t, true, secrets...)
			m.mustHearFromTelegram(t)
		},
	})

	m.mustTakeUpdates(t, false, old)
	m.mustTakeUpdates(t, true, m.read(t, "telegram_webhook_secret")...)
	m.mustHearFromTelegram(t)
	mustSay(t, "the doctor", printed[3], "the running site takes ours and no other", "webhook set")
	mustSay(t, "the metrics", printed[3], "tgl_updates_total")
}

// mustTakeUpdates brings an update to each copy with each of the secrets. Telegram
// itself counts from a number that is much higher.
func (m *machine) mustTakeUpdates(t *testing.T, want bool, secrets ...string) {
	t.Helper()
	for i, secret := range secrets {
		for _, port := range m.ports {
			m.updates++
			update := fmt.Sprintf(`{"update_id":%d,"message":{"message_id":%[1]d,"date":1767225600,"text":"hello",`+
				`"chat":{"id":%[2]d,"type":"private"},"from":{"id":%[2]d,"is_bot":false,"first_name":"Anna"}}}`, m.updates, anna)
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost:"+port+"/telegram/webhook", strings.NewReader(update))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("X-Telegram-Bot-Api-Secret-Token", secret)
			if status, _ := send(t, http.DefaultClient, req); (status == http.StatusOK) != want {
				t.Errorf("an update with secret %d at the copy on port %s: %d", i+1, port, status)
			}
		}
	}
}

// mustHearFromTelegram lets somebody write to the bot, and waits until the site
// knows.
func (m *machine) mustHearFromTelegram(t *testing.T) {
	t.Helper()
	before := m.count(t, "handled_updates WHERE update_id > 1000")
	m.telegram.write(t, boris, "hello")
	await(t, "an update from Telegram", func() bool { return m.count(t, "handled_updates WHERE update_id > 1000") > before })
}
