package e2e_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"
)

// Somebody whom the stand-in lets us be, and the bot to write to.
const (
	composePerson     = 700100001
	composePersonName = "Anna Petrova"
	composeBot        = "standin_login_bot"
)

// composeMessages is as much of messages.messages as is needed here.
type composeMessages struct {
	Messages []struct {
		ID     int `json:"id"`
		Markup struct {
			Rows []struct {
				Buttons []struct {
					Type string `json:"_"`
					ID   int    `json:"button_id"`
				} `json:"buttons"`
			} `json:"rows"`
		} `json:"reply_markup"`
	} `json:"messages"`
}

// composeLogIn goes the whole way of a person: write to the bot, press the button
// in its answer, agree, and open what Telegram gives back.
func composeLogIn(t *testing.T, site, telegram string) {
	t.Helper()
	var sent struct {
		ID int `json:"id"`
	}
	composeCall(t, telegram, "messages.sendMessage", map[string]any{"message": "/start"}, &sent)
	var history composeMessages
	composeCall(t, telegram, "messages.getHistory", map[string]any{"min_id": sent.ID, "wait": 30}, &history)
	if len(history.Messages) == 0 || len(history.Messages[0].Markup.Rows) == 0 {
		t.Fatalf("the bot did not answer with a button: %+v", history)
	}
	message := history.Messages[0]
	button := message.Markup.Rows[0].Buttons[0]
	if button.Type != "keyboardButtonUrlAuth" {
		t.Fatalf("the bot answered with a %s, want a login button", button.Type)
	}
	press := map[string]any{"msg_id": message.ID, "button_id": button.ID}
	var result struct {
		Type string `json:"_"`
		URL  string `json:"url"`
	}
	composeCall(t, telegram, "messages.requestUrlAuth", press, &result)
	if result.Type != "urlAuthResultRequest" {
		t.Fatalf("the press was answered with %s, want the question", result.Type)
	}
	press["write_allowed"] = true
	composeCall(t, telegram, "messages.acceptUrlAuth", press, &result)
	if !strings.HasPrefix(result.URL, site+"/login/telegram?") {
		t.Fatalf("Telegram leads to %q, want the site at %s", result.URL, site)
	}
	composeOpen(t, site, result.URL)
}

// composeCall does what a Telegram client would, as the person, with the bot.
func composeCall(t *testing.T, telegram, method string, call map[string]any, result any) {
	t.Helper()
	call["as"], call["peer"] = composePerson, composeBot
	body, err := json.Marshal(call)
	if err != nil {
		t.Fatal(err)
	}
	address := telegram + "/client/" + method
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(response.Body)
		t.Fatalf("%s: %s: %s", method, response.Status, text)
	}
	if err := json.NewDecoder(response.Body).Decode(result); err != nil {
		t.Fatalf("%s: %v", method, err)
	}
}

// composeOpen opens a signed link in a fresh browser, and then the account page.
func composeOpen(t *testing.T, site, link string) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{
		Jar:           jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	get := func(address string) (status, cookies int, page string) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		response, err := browser.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, len(response.Cookies()), string(body)
	}
	if status, cookies, _ := get(link); status != http.StatusSeeOther || cookies == 0 {
		t.Fatalf("the login answers %d with %d cookies, want 303 and a session", status, cookies)
	}
	if status, _, page := get(site + "/account"); status != http.StatusOK || !strings.Contains(page, composePersonName) {
		t.Errorf("the account page answers %d and does not name %s", status, composePersonName)
	}
}
