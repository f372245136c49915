package telegramsim_test

import (
	"cmp"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"example.com/telegram-login/internal/telegramsim"
)

func TestFaults_ofTheSignedAddress(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	msgID := s.offer(anna, site, false)
	good := signed(t, s.accept(anna, msgID, false))

	tests := []struct {
		name    string
		faults  telegramsim.Faults
		changed []string // what differs from a good login at the same second
	}{
		{"tampered field", telegramsim.Faults{TamperedField: true}, []string{"first_name"}},
		{"wrong token", telegramsim.Faults{WrongToken: true}, []string{"hash"}},
		{"expired", telegramsim.Faults{ExpiredAuthDate: true}, []string{"auth_date", "hash"}},
		{"future", telegramsim.Faults{FutureAuthDate: true}, []string{"auth_date", "hash"}},
		{"switched off", telegramsim.Faults{}, nil},
	}
	for _, tt := range tests {
		s.setFaults(tt.faults)
		got := signed(t, s.accept(anna, msgID, false))
		var changed []string
		for _, key := range []string{"id", "first_name", "last_name", "username", "photo_url", "auth_date", "hash"} {
			if got.Get(key) != good.Get(key) {
				changed = append(changed, key)
			}
		}
		if strings.Join(changed, " ") != strings.Join(tt.changed, " ") {
			t.Errorf("%s: changed %v, want %v", tt.name, changed, tt.changed)
		}
	}
}

func TestFaults_datesAreFarOutsideAnyLimit(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	msgID := s.offer(anna, site, false)
	s.setFaults(telegramsim.Faults{ExpiredAuthDate: true})
	if got := signed(t, s.accept(anna, msgID, false)).Get("auth_date"); got != "1699910000" {
		t.Errorf("expired: auth_date %s, want 25 hours before 1700000000", got)
	}
	s.setFaults(telegramsim.Faults{FutureAuthDate: true})
	if got := signed(t, s.accept(anna, msgID, false)).Get("auth_date"); got != "1700003600" {
		t.Errorf("future: auth_date %s, want one hour after 1700000000", got)
	}
}

func TestFaults_sameURLReturnsThePreviousAddress(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	first := s.accept(anna, s.offer(anna, site+"?state=one", false), false)["url"]
	next := s.offer(anna, site+"?state=two", false)
	s.setFaults(telegramsim.Faults{SameURL: true})
	if again := s.accept(anna, next, false)["url"]; again != first {
		t.Errorf("got %v, want %v", again, first)
	}
	s.setFaults(telegramsim.Faults{})
	if fresh := s.accept(anna, next, false)["url"]; fresh == first {
		t.Errorf("still the previous address after switching off")
	}
}

func TestFaults_plainAddressInPlaceOfALogin(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	msgID := s.offer(anna, site, true)
	s.setFaults(telegramsim.Faults{MissingData: true})
	if result := s.accept(anna, msgID, true); result["_"] != "urlAuthResultDefault" {
		t.Errorf("missing data: got %v", result)
	}
	if updates := s.updates(object{}); len(updates) != 1 {
		t.Errorf("missing data grants nothing: got %v", updates)
	}
	s.setFaults(telegramsim.Faults{})
	s.accept(anna, msgID, true)
	s.setFaults(telegramsim.Faults{MissingData: true})
	if result := request(s, msgID); result["_"] != "urlAuthResultDefault" {
		t.Errorf("missing data, where no dialog is needed: got %v", result)
	}
	s.setFaults(telegramsim.Faults{RequestDefault: true})
	if result := request(s, msgID); result["_"] != "urlAuthResultDefault" {
		t.Errorf("request default: got %v", result)
	}
	a := s.do("POST", "/chat/press", press(msgID))
	if a.status != http.StatusSeeOther || a.header.Get("Location") != site {
		t.Errorf("the page opens %q", a.header.Get("Location"))
	}
}

func TestFaults_telegramWebTakesADetour(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	msgID := s.offer(anna, site, false)
	if a := s.do("GET", "/chat/detour?as=700100001&peer="+peer, nil); a.status != http.StatusNotFound {
		t.Errorf("a detour without a link: %d", a.status)
	}
	s.setFaults(telegramsim.Faults{TelegramWeb: true})
	form := press(msgID)
	form.Set("choice", "refuse")
	a := s.do("POST", "/chat/dialog", form)
	other, err := url.Parse(a.header.Get("Location"))
	if err != nil || other.Hostname() != "localhost" || other.Path != "/chat/detour" {
		t.Fatalf("from 127.0.0.1 the browser goes to %q", a.header.Get("Location"))
	}
	a = s.do("GET", other.RequestURI(), nil)
	if a.status != http.StatusSeeOther || a.header.Get("Location") != site {
		t.Errorf("the detour ends at %d %q", a.status, a.header.Get("Location"))
	}
}

func TestFaults_ofTheBotAPI(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	s.setFaults(telegramsim.Faults{APIError: true})
	if status, body := s.bot("getMe", nil); status != 502 || body["error_code"] != 502.0 || body["ok"] != false {
		t.Errorf("502: got %d %v", status, body)
	}
	s.setFaults(telegramsim.Faults{APIRetryAfter: 7})
	a := s.do("GET", "/bot"+token+"/getMe", nil)
	if a.status != 429 || a.header.Get("Retry-After") != "7" || !strings.Contains(a.body, `"retry_after":7`) ||
		!strings.Contains(a.body, "Too Many Requests: retry after 7") {
		t.Errorf("429: got %d %v %s", a.status, a.header, a.body)
	}
	s.setFaults(telegramsim.Faults{APISlowMS: 1})
	s.mustBot("getMe", nil)
}

func TestFaults_putReplacesTheWholeSetAndDeleteResets(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	read := func() (f telegramsim.Faults) {
		s.decode(s.do("GET", "/control/faults", nil), &f)
		return f
	}
	none := telegramsim.Faults{APIMix: []string{}}
	s.setFaults(telegramsim.Faults{WrongToken: true, APISlowMS: 5, APIMix: []string{"502"}})
	s.do("PUT", "/control/faults", `{"same_url":true}`)
	if want := (telegramsim.Faults{SameURL: true, APIMix: []string{}}); !reflect.DeepEqual(read(), want) {
		t.Errorf("after PUT: %+v", read())
	}
	if a := s.do("DELETE", "/control/faults", nil); a.status != http.StatusNoContent || !reflect.DeepEqual(read(), none) {
		t.Errorf("after DELETE: %d %+v", a.status, read())
	}
	for _, bad := range []string{
		`{"api_slow_ms":-1}`, `{"api_retry_after":99999}`, `{"wrong_tokn":true}`, `[]`, ``, `{"same_url":1}`,
		`{"webhook_duplicates":-1}`, `{"webhook_reorder":101}`, `{"webhook_late_ms":60001}`, `{"api_mix":"502"}`,
		`{"api_mix":["503"]}`, `{"api_mix":["","429"]}`, `{"api_mix":["429:0"]}`, `{"api_mix":["429:3601"]}`,
		`{"api_mix":["slow"]}`, `{"api_mix":["slow:-1"]}`, `{"api_mix":["slow:60001"]}`, `{"api_mix":["html:3"]}`,
		`{"api_mix":[":"]}`, `{"api_mix":["429:"]}`,
		`{"api_mix":["` + strings.Repeat(`","`, 1000) + `"]}`,
	} {
		if a := s.do("PUT", "/control/faults", bad); a.status != http.StatusBadRequest {
			t.Errorf("PUT %s: %d", bad, a.status)
		}
	}
}

func TestControlPage_setsShowsAndResetsEveryFault(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	all := telegramsim.Faults{
		TamperedField: true, WrongToken: true, ExpiredAuthDate: true, FutureAuthDate: true,
		SameURL: true, MissingData: true, RequestDefault: true, TelegramWeb: true, APIError: true,
		APISlowMS: 20, APIRetryAfter: 3, APICutOff: true, APIHTML: true, APILimits: true,
		APIMix:            []string{"", "429:1", "slow:5", "timeout"},
		WebhookDuplicates: 1, WebhookReorder: 4, WebhookLateMS: 6,
	}
	var names object
	form := url.Values{}
	s.decode(s.do("GET", "/control/faults", nil), &names)
	for name := range names {
		form.Set(name, cmp.Or(map[string]string{
			"api_slow_ms": "20", "api_retry_after": "3", "api_mix": ", 429:1,slow:5, timeout ",
			"webhook_reorder": "4", "webhook_late_ms": "6",
		}[name], "1"))
	}
	s.do("POST", "/control", form)
	var got telegramsim.Faults
	s.decode(s.do("GET", "/control/faults", nil), &got)
	if !reflect.DeepEqual(got, all) {
		t.Errorf("the form set %+v", got)
	}
	page := s.do("GET", "/control", nil).body
	if strings.Count(page, " checked") != 12 || !strings.Contains(page, `value="20"`) ||
		!strings.Contains(page, `value=",429:1,slow:5,timeout"`) {
		t.Errorf("the page does not show what is on:\n%s", page)
	}
	if page := s.do("GET", "/"+peer, nil).body; !strings.Contains(page, "faults are on") {
		t.Error("the chat does not say that faults are on")
	}
	form.Set("reset", "1")
	s.do("POST", "/control", form)
	s.decode(s.do("GET", "/control/faults", nil), &got)
	if !reflect.DeepEqual(got, telegramsim.Faults{APIMix: []string{}}) {
		t.Errorf("after reset: %+v", got)
	}
	if page := s.do("GET", "/"+peer, nil).body; strings.Contains(page, "faults are on") {
		t.Error("the chat says that faults are on after the reset")
	}
	if a := s.do("POST", "/control", url.Values{"api_mix": {"503"}}); a.status != http.StatusBadRequest {
		t.Errorf("an unknown entry of the list: %d", a.status)
	}
	if a := s.do("POST", "/control", url.Values{"api_slow_ms": {"soon"}}); a.status != http.StatusBadRequest {
		t.Errorf("words for a number: %d", a.status)
	}
}
