package app_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// badCase is one line of a file in testdata/bad-input: what arrives, and what
// has to become of it. docs/bad-input.md tells what each field means.
type badCase struct {
	Name string `json:"name"` // Unique in its file; says what is wrong with it.
	Note string `json:"note"` // Why the verdict is what it is, where that surprises.

	// A link, by its fields: the test signs them. What stands in Append follows.
	Fields map[string]string `json:"fields"`
	Append string            `json:"append"`

	// Any other request.
	Method string   `json:"method"` // GET when it is empty.
	Target string   `json:"target"`
	Header []string `json:"header"` // Lines, in this order.
	Body   string   `json:"body"`

	// Or the very bytes of the connection.
	Raw     string `json:"raw"`
	HangsUp bool   `json:"hangs_up"` // Sends nothing more, where the server would wait.

	// Signed is what {{hash}} signs, and Key with whose key: the bot's when it is
	// empty. Latin1 means that each character above stands for one byte.
	Signed string `json:"signed"`
	Key    string `json:"key"`
	Latin1 bool   `json:"latin1"`

	// The verdict. Of several answers on one connection, Reason is the last one's;
	// no answer means that the connection is closed.
	Status   []int  `json:"status"`
	Reason   string `json:"reason"`
	SignsIn  bool   `json:"signs_in"`
	ByServer bool   `json:"by_server"` // net/http refuses it before the site sees it.
	Location string `json:"location"`
	ClientIP string `json:"client_ip"`
	Absent   string `json:"absent"` // Must not stand in the answer.
}

// badReasons is the closed set of words for why the site refuses.
var badReasons = []string{
	"malformed:query_too_long", "malformed:bad_encoding", "malformed:repeated_field", "malformed:control_character",
	"malformed:value_too_long", "malformed:incomplete", "malformed:bad_id", "malformed:bad_auth_date", "malformed:bad_hash",
	"plain_visit", "preview_crawler", "bad_signature", "expired", "from_future", "link_used", "query_too_long", "nothing_pending",
	"cookie_not_kept", "prefetch", "not_a_visit", "cross_origin", "bad_form", "not_found", "method",
	"webhook_secret", "update_too_long", "bad_update", "step_up_needed", "sign_in_needed", "rate_limited",
}

const badInputFolder = "testdata/bad-input"

// readBadCases reads the cases of one category. What is misspelt, named twice or
// without a verdict that is allowed fails the test.
func readBadCases(t *testing.T, category string) []badCase {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(badInputFolder, category+".jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []badCase
	names := map[string]bool{}
	for line := range bytes.Lines(content) {
		decoder := json.NewDecoder(bytes.NewReader(line))
		decoder.DisallowUnknownFields()
		var c badCase
		if err := decoder.Decode(&c); err != nil {
			t.Fatalf("%s: %v: %s", category, err, line)
		}
		if c.Name == "" || names[c.Name] {
			t.Errorf("%s: no name of its own: %s", category, line)
		}
		names[c.Name] = true
		c.mustHaveVerdict(t)
		cases = append(cases, c)
	}
	return cases
}

// mustHaveVerdict holds what no verdict may be: an error of ours. A prefetch is
// told "not now" (R6); that a protocol is not spoken here is net/http's to say.
func (c badCase) mustHaveVerdict(t *testing.T) {
	t.Helper()
	if c.Status == nil {
		t.Errorf("%s: no verdict", c.Name)
	}
	for _, status := range c.Status {
		notNow := status == 503 && c.Reason == "prefetch"
		notSpoken := (status == 501 || status == 505) && c.ByServer
		if status >= 500 && !notNow && !notSpoken {
			t.Errorf("%s: %d is no verdict on bad input", c.Name, status)
		}
		if status >= 400 && c.Reason == "" && !c.ByServer {
			t.Errorf("%s: refused without a reason", c.Name)
		}
	}
	if c.Reason != "" && !slices.Contains(badReasons, c.Reason) {
		t.Errorf("%s: %q is no reason", c.Name, c.Reason)
	}
}

// refusalHeader is what X-Refusal says of a reason: pages name the class only.
// Where the way on is a redirect, there is no page and no header.
func refusalHeader(reason string) string {
	switch reason {
	case "preview_crawler":
		return "plain_visit"
	case "step_up_needed", "sign_in_needed":
		return ""
	}
	class, _, _ := strings.Cut(reason, ":")
	return class
}
