package telegramsim_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/telegram-login/internal/telegramsim"
)

// What nobody may see. Those of the webhook and of the bots are known to the stand-in; the others only look like it.
const (
	canaryOtherToken = "7000000002:AAcanary-of-the-second-bot_0123456789"
	canaryRealToken  = "123456789:AAcanary_of_a_real_bot_0123456789-abcdef"
	canaryHook       = "canary-webhook-secret"
	canaryOldHook    = "canary-older-webhook-secret"
	canaryPassword   = "canary-password"
	canaryParameter  = "canary-parameter"
	canaryPath       = "canary-path"
)

var percentEscape = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)

// mustHideCanaries fails the test if the protocol, as JSON or as a page, shows a canary or half of one.
func (s *stand) mustHideCanaries() {
	s.t.Helper()
	_, secret, _ := strings.Cut(token, ":")
	canaries := []string{secret, url.QueryEscape(token), "AAcanary", canaryHook, canaryOldHook, canaryPassword, canaryParameter, canaryPath}
	page := s.do("GET", "/"+peer+"?as=700100001", nil).body
	_, panel, found := strings.Cut(page, `<aside class="protocol"`)
	if !found {
		s.t.Fatalf("the page has no panel:\n%s", page)
	}
	shown := panel + s.do("GET", "/control/protocol?as=700100001", nil).body
	for range 3 {
		for _, canary := range canaries {
			if i := strings.Index(shown, canary); i >= 0 {
				s.t.Errorf("%s is shown: %s", canary, shown[max(0, i-80):i+len(canary)])
			}
		}
		shown = percentEscape.ReplaceAllStringFunc(shown, func(escaped string) string {
			plain, _ := url.PathUnescape(escaped) // The expression lets nothing else through.
			return plain
		})
	}
}

// awaitStep waits until the newest step is this one.
func (s *stand) awaitStep(want string) {
	s.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for last := ""; last != want; {
		if time.Now().After(deadline) {
			s.t.Fatalf("the newest step is %q, want %q", last, want)
		}
		steps := methodsOf(s.protocol())
		last = steps[len(steps)-1]
	}
}

func secretConfig() telegramsim.Config {
	cfg := config()
	cfg.Bots = append(cfg.Bots, telegramsim.Bot{Token: canaryOtherToken, Username: "second_bot", Name: "Second", Domain: "localhost"})
	return cfg
}

func TestProtocol_hidesWhatStandsInTheAddressOfAWebhook(t *testing.T) {
	t.Parallel()
	hook := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(hook.Close)
	host := strings.TrimPrefix(hook.URL, "http://")
	s := start(t, secretConfig())
	for _, path := range []string{
		"/hook/" + token, "/hook/" + url.QueryEscape(token), "/" + canaryPath, "/hook?secret=" + canaryParameter,
	} {
		address := "http://me:" + canaryPassword + "@" + host + path
		s.mustBot("setWebhook", object{"url": address, "chat_id": anna, "secret_token": canaryHook})
		s.client("messages.sendMessage", object{"message": "hi"})
		s.awaitStep("Telegram → Bot: POST " + hook.URL)
		s.mustHideCanaries()
	}
}

func TestProtocol_hidesSecretsWhereverTheyStand(t *testing.T) {
	t.Parallel()
	s := start(t, secretConfig())
	for _, secret := range []string{canaryOldHook, canaryHook} {
		s.mustBot("setWebhook", object{"url": "http://127.0.0.1:1/", "secret_token": secret})
	}
	twice := url.QueryEscape(url.QueryEscape(token))
	for _, text := range []string{
		token, canaryOtherToken, canaryRealToken, twice, url.QueryEscape(canaryRealToken), strings.Replace(canaryRealToken, ":", "%25253A", 1),
		strings.ReplaceAll(canaryHook, "-", "%252d"), canaryHook, canaryOldHook,
		"https://me:" + canaryPassword + "@example.com/", "//" + canaryPassword + "@example.com",
		"see /x?a=1&my_Secret=" + canaryParameter + "&b=2", "/start " + canaryHook,
	} {
		s.client("messages.sendMessage", object{"message": text})
		s.mustBot("sendMessage", object{"chat_id": anna, "text": "You wrote " + text})
	}
	s.bot("sendMessage", object{"chat_id": anna, "text": "x", "secret_token": "short", "API_KEY": canaryParameter, token: token})
	s.bot("sendMessage", object{
		"chat_id": anna, "text": "x", "entities": []object{{"deep": object{"Password": object{"in": canaryPassword}}, canaryHook: 1}},
	})
	s.bot("sendMessage", object{"chat_id": anna, "text": "x", "reply_markup": loginKeyboard("ftp://me:"+canaryPassword+"@localhost/", true)})
	s.bot(url.PathEscape("send"+canaryRealToken), object{"chat_id": anna})
	msgID := s.offer(anna, strings.Replace(site, "://", "://me:"+canaryPassword+"@", 1)+"?token="+canaryParameter+"&next="+canaryOldHook, true)
	s.client("messages.acceptUrlAuth", object{"msg_id": msgID, "button_id": 1})
	s.client("messages.declineUrlAuth", object{"url": "https://me:" + canaryPassword + "@localhost/?hook=" + twice})

	s.mustHideCanaries()
	steps := s.protocol()
	takenApart := slices.ContainsFunc(steps, func(st protocolStep) bool {
		return st.Link != nil && st.Link.Hash != "" && st.Link.Hash == st.Link.Computed
	})
	if !takenApart {
		t.Error("the signed link is no longer taken apart")
	}
	if all := methodsOf(steps); !slices.Contains(all, "Bot → Telegram: send[removed]") || len(all) < 40 {
		t.Errorf("steps are missing: %q", all)
	}
	for _, st := range steps {
		if strings.Contains(string(st.Fields), `"short"`) {
			t.Errorf("a field is shown although its name says that it is secret: %s", st.Fields)
		}
	}
}

func TestProtocol_keepsLittleOfWhatIsLong(t *testing.T) {
	t.Parallel()
	s := start(t, config())
	long := strings.Repeat("long ü ", 100_000)
	many := make([]int, 200_000)
	s.bot("sendMessage", object{"chat_id": anna, "text": long})
	s.bot("sendMessage", object{"chat_id": anna, "text": "x", "entities": many})
	s.bot("sendMessage", object{"chat_id": anna, "text": "x", long: "y"})
	s.bot("sendMessage", object{"chat_id": anna, "text": "x", "entities": "[" + strings.Repeat("9", 900_000) + "]"})
	s.bot("sendMessage", object{"chat_id": anna, "text": "x", "entities": strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000)})
	msgID := s.offer(anna, site+"?"+strings.Repeat("a&", 50_000), true)
	s.client("messages.acceptUrlAuth", object{"msg_id": msgID, "button_id": 1})
	steps := s.protocol()
	if len(steps) != 9 {
		t.Fatalf("steps %q", methodsOf(steps))
	}
	for _, st := range steps {
		if size := len(st.Fields) + len(st.Result); size < 20 || size > 40_000 || st.Link != nil {
			t.Errorf("step %d has %d bytes, and the link %v", st.Number, size, st.Link != nil)
		}
	}
	for i, mark := range []string{"(cut: 800000 bytes in all)", "bytes in all)", "(cut: 800000 bytes in all)", "(cut: 900000 bytes in all)"} {
		if !strings.Contains(string(steps[i].Fields), mark) {
			t.Errorf("step %d does not say that it is cut: %s", i+1, steps[i].Fields)
		}
	}
}
