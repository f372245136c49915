package site_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/auth"
	"example.com/telegram-login/internal/site"
	"example.com/telegram-login/internal/users"
)

func withoutWebhook(c *site.Config, _ *auth.Login) { c.WebhookSecrets = nil }

// knowing is the header of who knows the secret.
func knowing() http.Header {
	return http.Header{site.WebhookSecretHeader: {webhookSecret}, "Content-Type": {"application/json"}}
}

// blocked is an update: Anna has blocked the bot.
func (w *world) blocked() string {
	return fmt.Sprintf(`{"update_id": 1, "my_chat_member": {"date": %d, "chat": {"id": 42, "type": "private"}, "from": {"id": 42},
		"new_chat_member": {"status": "kicked", "user": {"id": %d, "is_bot": true}}}}`, w.now().Unix(), botID)
}

// bring sends an update, as Telegram would.
func (w *world) bring(header http.Header, body io.Reader) answer {
	w.t.Helper()
	return w.newBrowser().sendBody(http.MethodPost, site.WebhookPath, header, body)
}

func TestWebhook_takesUpdatesFromWhoKnowsTheSecret(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 2 { // Telegram may bring one twice: it counts once.
		got := w.bring(knowing(), strings.NewReader(w.blocked()))
		if got.StatusCode != http.StatusOK || got.body != "" || len(got.Cookies()) != 0 {
			t.Errorf("%s, %q, %d cookies", got.Status, got.body, len(got.Cookies()))
		}
	}
	access, err := w.newBot().WriteAccess(t.Context(), anna.id)
	want := users.WriteAccess{State: users.WriteAccessBlocked, Source: users.FromMyChatMember, Since: w.now()}
	if err != nil || access.State != want.State || access.Source != want.Source || !access.Since.Equal(want.Since) {
		t.Errorf("WriteAccess = %+v, %v", access, err)
	}
	if n := w.count("write_access_events"); n != 1 {
		t.Errorf("%d events of one update", n)
	}
}

func TestWebhook_answersToWhoWroteToTheBot(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	update := fmt.Sprintf(`{"update_id": 1, "message": {"message_id": 1, "date": %d, "text": "/start abc",
		"from": {"id": 42}, "chat": {"id": 42, "type": "private"}}}`, w.now().Unix())
	for range 2 {
		if got := w.bring(knowing(), strings.NewReader(update)); got.StatusCode != http.StatusOK {
			t.Error(got.Status)
		}
	}
	if n := w.count("river_job WHERE kind = 'answer' AND args ->> 'state' = 'abc'"); n != 1 {
		t.Errorf("%d answers were queued", n)
	}
}

// wrongSecrets is what somebody may show who does not know it.
var wrongSecrets = map[string]http.Header{
	"no secret":                   {},
	"an empty one":                {site.WebhookSecretHeader: {""}},
	"a blank":                     {site.WebhookSecretHeader: {" "}},
	"another one":                 {site.WebhookSecretHeader: {"guess"}},
	"the beginning of it":         {site.WebhookSecretHeader: {webhookSecret[:len(webhookSecret)-1]}},
	"the end of it":               {site.WebhookSecretHeader: {webhookSecret[1:]}},
	"it and more":                 {site.WebhookSecretHeader: {webhookSecret + "x"}},
	"it twice":                    {site.WebhookSecretHeader: {webhookSecret + webhookSecret}},
	"it in capitals":              {site.WebhookSecretHeader: {strings.ToUpper(webhookSecret)}},
	"its last letter changed":     {site.WebhookSecretHeader: {webhookSecret[:len(webhookSecret)-1] + "T"}},
	"it in quotes":                {site.WebhookSecretHeader: {`"` + webhookSecret + `"`}},
	"a list with it":              {site.WebhookSecretHeader: {"guess, " + webhookSecret}},
	"it as the second of two":     {site.WebhookSecretHeader: {"guess", webhookSecret}},
	"one as long as Telegram's":   {site.WebhookSecretHeader: {strings.Repeat("x", 256)}},
	"one longer than Telegram's":  {site.WebhookSecretHeader: {strings.Repeat("x", 257)}},
	"one that is very long":       {site.WebhookSecretHeader: {strings.Repeat("x", 64<<10)}},
	"letters of another alphabet": {site.WebhookSecretHeader: {"tеsts_only-not_a_real_secret"}},
	"the bot's token":             {site.WebhookSecretHeader: {botToken}},
	"it under another name":       {"X-Telegram-Bot-Api-Secret": {webhookSecret}},
	"it as a bearer token":        {"Authorization": {"Bearer " + webhookSecret}},
	"it in a cookie":              {"Cookie": {site.WebhookSecretHeader + "=" + webhookSecret}},
}

// unread is a body that must not be read.
type unread struct{ t *testing.T }

// Read fails the test.
func (u unread) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, io.EOF
}

func TestWebhook_refusesTheOthersAndReadsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.rows()
	for name, header := range wrongSecrets {
		r := httptest.NewRequest(http.MethodPost, site.WebhookPath+"?secret="+webhookSecret, unread{t})
		r.Header = header
		got := httptest.NewRecorder()
		w.handler.ServeHTTP(got, r)
		if got.Code != http.StatusUnauthorized || len(got.Result().Cookies()) != 0 {
			t.Errorf("%s: %d", name, got.Code)
		}
	}
	if w.rows() != before {
		t.Error("something was written")
	}
}

// The answer does not wait for what comes.
func TestWebhook_refusesTheOthersBeforeTheBodyHasCome(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, more := range map[string]string{
		"a body of 5 MB that never comes": "Content-Length: 5242880\r\n",
		"a body that waits to be wanted":  "Content-Length: 100\r\nExpect: 100-continue\r\n",
	} {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", w.publicURL.Host)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if err := conn.SetDeadline(time.Now().Add(deadline)); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(conn, "POST "+site.WebhookPath+" HTTP/1.1\r\nHost: localhost\r\n"+more+"\r\n"); err != nil {
			t.Fatal(err)
		}
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: %s", name, resp.Status)
		}
	}
}

func TestWebhook_isNotThereWhenTheSiteHasNoSecret(t *testing.T) {
	t.Parallel()
	w := newWorld(t, withoutWebhook)
	before := w.rows()
	for name, header := range map[string]http.Header{
		"nothing": {}, "an empty secret": {site.WebhookSecretHeader: {""}}, "a secret": knowing(),
	} {
		if got := w.bring(header, strings.NewReader(w.blocked())); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", name, got.Status)
		}
	}
	if w.rows() != before {
		t.Error("something was written")
	}
}

func TestWebhook_takesNothingButPosts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.rows()
	for _, method := range []string{"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"} {
		got := w.newBrowser().sendBody(method, site.WebhookPath, knowing(), strings.NewReader(w.blocked()))
		if got.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("%s: %s", method, got.Status)
		}
	}
	if w.rows() != before {
		t.Error("something was written")
	}
}

// Telegram brings an update again after any answer but a 2xx: none is lost.
func TestWebhook_asksForTheUpdateAgainWhileTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.db.Close()
	got := w.bring(knowing(), strings.NewReader(w.blocked()))
	if got.StatusCode != http.StatusServiceUnavailable || got.Header.Get("Retry-After") != "5" {
		t.Errorf("%s, Retry-After %q", got.Status, got.Header.Get("Retry-After"))
	}
	// Who does not know the secret costs no query.
	if got := w.bring(http.Header{}, strings.NewReader(w.blocked())); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("without the secret: %s", got.Status)
	}
}

func TestWebhook_takesNoUpdateLongerThanAMebibyte(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before := w.rows("handled_updates")
	for length, want := range map[int]int{
		1 << 20:     http.StatusOK,
		1<<20 + 1:   http.StatusRequestEntityTooLarge,
		5 << 20:     http.StatusRequestEntityTooLarge,
		maxFormSize: http.StatusOK, // Forms have a limit of their own.
	} {
		update := fmt.Sprintf(`{"update_id": %d}`, length)
		update += strings.Repeat(" ", length-len(update))
		if got := w.bring(knowing(), strings.NewReader(update)); got.StatusCode != want {
			t.Errorf("%d bytes: %s, want %d", length, got.Status, want)
		}
	}
	if w.rows("handled_updates") != before {
		t.Error("something was written")
	}
}

// maxFormSize is more than the site takes of a form.
const maxFormSize = 100 << 10

// The secret decides and nothing else: a browser that is signed in has none, and
// no web page can use it.
func TestWebhook_asksNeitherForCookiesNorForPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.newBrowser()
	b.signIn(anna)
	before := w.rows()
	if got := b.sendBody(http.MethodPost, site.WebhookPath, http.Header{"Sec-Fetch-Site": {"same-origin"}}, strings.NewReader(w.blocked())); got.StatusCode != http.StatusUnauthorized {
		t.Errorf("signed in: %s", got.Status)
	}
	fromPage := knowing()
	fromPage.Set("Origin", "https://evil.example")
	fromPage.Set("Sec-Fetch-Site", "cross-site")
	if got := w.bring(fromPage, strings.NewReader(w.blocked())); got.StatusCode != http.StatusForbidden {
		t.Errorf("a page of another site: %s", got.Status)
	}
	preflight := http.Header{
		"Origin": {"https://evil.example"}, "Access-Control-Request-Method": {"POST"}, "Access-Control-Request-Headers": {site.WebhookSecretHeader},
	}
	got := w.newBrowser().sendBody(http.MethodOptions, site.WebhookPath, preflight, nil)
	for name := range got.Header {
		if strings.HasPrefix(name, "Access-Control-") {
			t.Errorf("a page of another site is told %s", name)
		}
	}
	if got.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("preflight: %s", got.Status)
	}
	if w.rows() != before {
		t.Error("something was written")
	}
	withCookies := knowing()
	withCookies.Set("Cookie", "session="+b.cookie("session"))
	if got := w.bring(withCookies, strings.NewReader(w.blocked())); got.StatusCode != http.StatusOK || len(got.Cookies()) != 0 {
		t.Errorf("the secret and cookies: %s, %d cookies", got.Status, len(got.Cookies()))
	}
}

func TestWebhook_logsNeitherTheSecretNorWhatPeopleWrite(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	good := fmt.Sprintf(`{"update_id": 1, "message": {"date": %d, "text": "my diary", "from": {"id": 42}, "chat": {"id": 42, "type": "private"}}}`, w.now().Unix())
	for status, body := range map[int]string{
		http.StatusOK:         good,
		http.StatusBadRequest: `{"update_id": 2, "message": {"date": "my diary"}}`,
	} {
		if got := w.bring(knowing(), strings.NewReader(body)); got.StatusCode != status || strings.Contains(got.body, "diary") {
			t.Errorf("%s, want %d: %s", got.Status, status, got.heading())
		}
	}
	w.bring(http.Header{site.WebhookSecretHeader: {"my guess"}}, strings.NewReader("my diary"))
	log := w.log.String()
	for _, word := range []string{"diary", webhookSecret, "guess"} {
		if strings.Contains(log, word) {
			t.Errorf("%q stands in the log", word)
		}
	}
	for _, reason := range []string{`"reason":"bad_update"`, `"reason":"webhook_secret"`} {
		if !strings.Contains(log, reason) {
			t.Errorf("%s does not", reason)
		}
	}
}
