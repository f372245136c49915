package telegramsim

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// button is one key of an inline keyboard. Exactly one of url, login and data is set.
type button struct {
	id    int // counts from 1 within the message, row by row
	text  string
	url   string
	login *loginButton
	data  string
}

// loginButton is what Telegram's server keeps of a LoginUrl. A client sees only the address: it learns the
// signing bot and the wish for write access from the answer to requestUrlAuth.
type loginButton struct {
	url                string
	signer             *bot
	requestWriteAccess bool
}

// address is where the button leads when nobody logs in.
func (b button) address() string {
	if b.login != nil {
		return b.login.url
	}
	return b.url
}

var signerForm = regexp.MustCompile(`^@?[A-Za-z0-9_]+$`)

// parseKeyboard reads the parameter reply_markup. Other kinds of markup are valid at Telegram and have no
// effect here.
func (s *Sim) parseKeyboard(raw string, sender *bot) ([][]button, *apiError) {
	if raw == "" {
		return nil, nil
	}
	var markup struct {
		Rows *[][]map[string]json.RawMessage `json:"inline_keyboard"`
	}
	err := json.Unmarshal([]byte(raw), &markup)
	if err != nil {
		return nil, badRequest("can't parse reply keyboard markup JSON object")
	}
	if markup.Rows == nil {
		return nil, nil
	}
	var rows [][]button
	count := 0
	for _, keys := range *markup.Rows {
		var row []button
		for _, key := range keys {
			b, fail := s.parseButton(key, sender)
			if fail != nil {
				return nil, fail
			}
			count++
			b.id = count
			row = append(row, b)
		}
		if len(row) > 0 {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

func (s *Sim) parseButton(key map[string]json.RawMessage, sender *bot) (button, *apiError) {
	b := button{}
	fail := stringField(key, "text", &b.text)
	if fail != nil {
		return b, fail
	}
	switch {
	case b.text == "":
		return b, cannotParse("Text buttons must have a non-empty text")
	case key["login_url"] != nil:
		b.login, fail = s.parseLogin(key["login_url"], sender)
		return b, fail
	case key["url"] != nil:
		fail = stringField(key, "url", &b.url)
		if fail == nil {
			fail = checkButtonURL("URL", b.url, "Unsupported URL protocol", "http", "https", "tg")
		}
		return b, fail
	case key["callback_data"] != nil:
		fail = stringField(key, "callback_data", &b.data)
		if fail == nil && len(b.data) > 64 {
			fail = badRequest("BUTTON_DATA_INVALID")
		}
		if fail != nil || b.data != "" {
			return b, fail
		}
	}
	return b, cannotParse("Text buttons are unallowed in the inline keyboard")
}

// parseLogin reads a LoginUrl. Plain http and hosts without a dot pass, as in Telegram's test environment.
func (s *Sim) parseLogin(raw json.RawMessage, sender *bot) (*loginButton, *apiError) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil || fields == nil {
		return nil, cannotParse(`Field "login_url" must be of type Object`)
	}
	login := &loginButton{signer: sender}
	fail := stringField(fields, "url", &login.url)
	if fail != nil {
		return nil, fail
	}
	switch string(fields["request_write_access"]) {
	case "true":
		login.requestWriteAccess = true
	case "false", "": // the latter is an absent field
	default:
		return nil, cannotParse(`Field "request_write_access" must be of type Boolean`)
	}
	fail = s.chooseSigner(fields, login)
	if fail != nil {
		return nil, fail
	}
	fail = checkButtonURL("login URL", login.url, "Only HTTP links are allowed", "http", "https")
	if fail != nil {
		return nil, fail
	}
	if !strings.EqualFold(hostOf(login.url), login.signer.Domain) {
		return nil, badRequest("BOT_DOMAIN_INVALID")
	}
	return login, nil
}

// chooseSigner obeys bot_username: another bot may sign than the one that sends the button.
func (s *Sim) chooseSigner(fields map[string]json.RawMessage, login *loginButton) *apiError {
	if fields["bot_username"] == nil {
		return nil
	}
	username := ""
	fail := stringField(fields, "bot_username", &username)
	switch {
	case fail != nil:
		return fail
	case username == "":
		return nil
	case !signerForm.MatchString(username):
		return badRequest("LoginUrl bot username is invalid")
	}
	login.signer = s.botNamed(username)
	if login.signer == nil {
		return badRequest(fmt.Sprintf("bot %q not found", strings.TrimPrefix(username, "@")))
	}
	return nil
}

// checkButtonURL refuses what is no address, and with otherScheme what has none of the schemes.
func checkButtonURL(what, raw, otherScheme string, schemes ...string) *apiError {
	u, err := url.Parse(raw)
	reason := otherScheme
	switch {
	case err != nil || u.Scheme == "" || u.Host == "":
		reason = "Wrong HTTP URL"
	case slices.Contains(schemes, u.Scheme): // Parse has made it lower-case
		return nil
	}
	return badRequest(fmt.Sprintf("inline keyboard button %s '%s' is invalid: %s", what, raw, reason))
}

// stringField reads a required field of a button with Telegram's strictness: no number passes as text.
func stringField(fields map[string]json.RawMessage, name string, into *string) *apiError {
	raw, ok := fields[name]
	if !ok {
		return cannotParse(fmt.Sprintf("Can't find field %q", name))
	}
	if string(raw) == "null" || json.Unmarshal(raw, into) != nil {
		return cannotParse(fmt.Sprintf("Field %q must be of type String", name))
	}
	return nil
}

func cannotParse(reason string) *apiError {
	return badRequest("can't parse inline keyboard button: " + reason)
}
