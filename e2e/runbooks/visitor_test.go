package runbooks_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// People whom the stand-in knows too.
const (
	anna int64 = 700100001 + iota
	boris
	chidi
	dolores
)

// visitor is a browser.
type visitor struct {
	machine *machine
	client  *http.Client
}

func (m *machine) newVisitor(t *testing.T) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{machine: m, client: &http.Client{
		Jar:           jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// signedIn returns a browser in which a person is signed in. Links tell whole
// seconds: one of this second would be from before a LOGIN_NOT_BEFORE within it, and
// Telegram's clock may be ahead.
func (m *machine) signedIn(t *testing.T, person int64) *visitor {
	t.Helper()
	return m.signedInAt(t, m.publicURL, person)
}

// signedInAt is the same at one copy.
func (m *machine) signedInAt(t *testing.T, address string, person int64) *visitor {
	t.Helper()
	v := m.newVisitor(t)
	link := signLink(m.read(t, "telegram_bot_token")[0], person, time.Now().Add(time.Second))
	if status, _ := get(t, v.client, address+link); status != http.StatusSeeOther {
		t.Fatalf("logging in: %d", status)
	}
	v.mustBe(t, person)
	return v
}

// open opens a link of the site and returns the status of the answer.
func (v *visitor) open(t *testing.T, link string) int {
	t.Helper()
	status, _ := get(t, v.client, v.machine.publicURL+link)
	return status
}

var shownID = regexp.MustCompile(`id="telegram-id"[^>]*>([0-9]+)<`)

// mustBe fails unless the person is signed in, at each copy that runs.
func (v *visitor) mustBe(t *testing.T, person int64) {
	t.Helper()
	for _, port := range v.machine.ports {
		status, page := get(t, v.client, "http://localhost:"+port+"/account")
		if shown := shownID.FindStringSubmatch(page); status != http.StatusOK || shown == nil || shown[1] != strconv.FormatInt(person, 10) {
			t.Errorf("%d is not signed in at the copy on port %s: %d", person, port, status)
		}
	}
}

// mustBeNobody fails if somebody is signed in, at any copy.
func (v *visitor) mustBeNobody(t *testing.T) {
	t.Helper()
	for _, port := range v.machine.ports {
		if status, page := get(t, v.client, "http://localhost:"+port+"/account"); status != http.StatusSeeOther || shownID.MatchString(page) {
			t.Errorf("somebody is signed in at the copy on port %s: %d", port, status)
		}
	}
}

// post sends a form of the site.
func (v *visitor) post(t *testing.T, path string, form url.Values) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, v.machine.publicURL+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	status, _ := send(t, v.client, req)
	return status
}

func get(t *testing.T, client *http.Client, address string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	return send(t, client, req)
}

// send returns 0 when nobody answers.
func send(t *testing.T, client *http.Client, req *http.Request) (int, string) {
	t.Helper()
	resp, err := client.Do(req)
	if err != nil {
		return 0, ""
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// signLink signs as Telegram does, or whoever has the token.
//
// Source: https://core.telegram.org/widgets/login-legacy#checking-authorization
func signLink(token string, person int64, at time.Time) string {
	fields := map[string]string{
		"id":         strconv.FormatInt(person, 10),
		"first_name": "Somebody",
		// Telegram signs one person once a second; here two links may meet.
		"last_name": strconv.FormatInt(time.Now().UnixNano(), 10),
		"auth_date": strconv.FormatInt(at.Unix(), 10),
	}
	var lines []string
	query := url.Values{}
	for name, value := range fields {
		lines = append(lines, name+"="+value)
		query.Set(name, value)
	}
	slices.Sort(lines)
	key := sha256.Sum256([]byte(token))
	mac := hmac.New(sha256.New, key[:])
	mac.Write([]byte(strings.Join(lines, "\n")))
	query.Set("hash", hex.EncodeToString(mac.Sum(nil)))
	return "/login/telegram?" + query.Encode()
}
