package e2e_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestDeployProxies_carryTheWholeLoginAndLogNoSecret(t *testing.T) {
	t.Parallel()
	for name, startProxy := range map[string]func(*testing.T, [2]string) deployProxy{
		"nginx": deployStartNginx,
		"Caddy": deployStartCaddy,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newDeployVisit(t, newDeploySite(t, startProxy))
			v.logIn(t)
			v.isSeenAtItsRealAddress(t)
			v.findsNothingOfTheOperators(t)
			v.shutsNobodyOut(t)
			v.comesByPlainHTTP(t)
			v.speaksOldTLS(t)
			v.noticesNoStop(t)
			v.findsNobody(t)
			v.isInNoLog(t)
		})
	}
}

// deployVisit is what one visitor does, and which secrets came by.
type deployVisit struct {
	site    *deploySite
	browser *http.Client
	secrets map[string]string
}

func newDeployVisit(t *testing.T, site *deploySite) *deployVisit {
	t.Helper()
	return &deployVisit{site: site, browser: deployBrowser(t), secrets: map[string]string{
		"bot token": site.token, "session key": site.key,
	}}
}

// do asks with a Referer and a forged address, as a visitor may, and remembers what
// must be in no log.
func (v *deployVisit) do(t *testing.T, method, address, body string) deployAnswer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Referer", v.site.proxy.address+"/login/telegram?hash=5ec4e7")
	request.Header.Set("X-Forwarded-For", "203.0.113.66")
	request.Header.Set("X-Real-Ip", "203.0.113.66")
	request.Header.Set("Forwarded", "for=203.0.113.66")
	request.Header.Set("Origin", v.site.proxy.address)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := v.browser.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	n := len(v.secrets)
	v.secrets["any query"] = "5ec4e7"
	if query := request.URL.RawQuery; query != "" {
		v.secrets[fmt.Sprintf("query %d", n)] = query
		v.secrets[fmt.Sprintf("hash %d", n)] = request.URL.Query().Get("hash")
	}
	for _, cookie := range append(response.Cookies(), v.browser.Jar.Cookies(request.URL)...) {
		if len(cookie.Value) > 20 {
			v.secrets[fmt.Sprintf("cookie %s %d", cookie.Name, n)] = cookie.Value
		}
	}
	return deployAnswer{response.StatusCode, response.Proto, response.Header, string(text)}
}

// deployAnswer is what a proxy answered.
type deployAnswer struct {
	status int
	proto  string
	header http.Header
	page   string
}

func (v *deployVisit) get(t *testing.T, path string) deployAnswer {
	t.Helper()
	return v.do(t, http.MethodGet, v.site.proxy.address+path, "")
}

func (v *deployVisit) post(t *testing.T, path, body string) deployAnswer {
	t.Helper()
	return v.do(t, http.MethodPost, v.site.proxy.address+path, body)
}

func (v *deployVisit) logIn(t *testing.T) {
	t.Helper()
	v.get(t, "/login?next=/account")
	if answer := v.get(t, v.site.link(42)); answer.status != http.StatusSeeOther {
		t.Fatalf("the login answers %d\n%s", answer.status, answer.page)
	}
	answer := v.get(t, "/account")
	if answer.status != http.StatusOK || !strings.Contains(answer.page, "Anna") || answer.proto != "HTTP/2.0" {
		t.Fatalf("the account answers %d by %s, or does not name %q", answer.status, answer.proto, "Anna")
	}
	for _, name := range []string{"Server", "Via"} {
		if value := answer.header.Get(name); strings.ContainsAny(value, "0123456789/") {
			t.Errorf("%s: %s tells which version runs", name, value)
		}
	}
	if answer.header.Get("Strict-Transport-Security") == "" {
		t.Error("the site's Strict-Transport-Security is lost")
	}
}

// What a client says about itself is not believed, and its address is not lost.
func (v *deployVisit) isSeenAtItsRealAddress(t *testing.T) {
	t.Helper()
	clients := v.site.clients(t, "/login/telegram")
	if len(clients) != 1 || !clients[deployClientIP] {
		t.Errorf("the site believes that the visitor is at %v, want %s", clients, deployClientIP)
	}
}

func (v *deployVisit) findsNothingOfTheOperators(t *testing.T) {
	t.Helper()
	for _, path := range []string{"/metrics", "/debug/pprof/", "/debug/pprof/heap", "/version", "/config/", "/nginx_status"} {
		if answer := v.get(t, path); answer.status != http.StatusNotFound {
			t.Errorf("%s is answered with %d", path, answer.status)
		}
	}
}

// shutsNobodyOut sends more than anybody takes. A proxy that took the end of such a
// connection for a broken copy would turn everybody away (T19).
func (v *deployVisit) shutsNobodyOut(t *testing.T) {
	t.Helper()
	for range 10 {
		if answer := v.post(t, "/login/confirm?hash=5ec4e7", strings.Repeat("a", 900<<10)); answer.status < 400 {
			t.Errorf("900 KiB are answered with %d", answer.status)
		}
		if answer := v.get(t, "/account"); answer.status != http.StatusOK {
			t.Errorf("after somebody else's request was too large, the account answers %d", answer.status)
		}
	}
	if answer := v.post(t, "/login/confirm?hash=5ec4e7", strings.Repeat("a", 2<<20)); answer.status < 400 {
		t.Errorf("2 MiB are answered with %d", answer.status)
	}
	// An address that is too long for HTTP/2 ends the connection.
	response, err := v.browser.Get(v.site.proxy.address + "/login/telegram?hash=" + strings.Repeat("5ec4e7", 4000))
	if err != nil {
		return
	}
	response.Body.Close()
	if response.StatusCode < 400 || response.StatusCode >= 500 {
		t.Errorf("24 kB of query are answered with %s", response.Status)
	}
}

func (v *deployVisit) comesByPlainHTTP(t *testing.T) {
	t.Helper()
	link := v.site.link(43)
	answer := v.do(t, http.MethodGet, v.site.proxy.plain+link, "")
	// Caddy leaves out a port that is not the usual one.
	location, err := url.Parse(answer.header.Get("Location"))
	if err != nil || answer.status != http.StatusPermanentRedirect || location.Scheme != "https" ||
		location.Hostname() != "localhost" || location.RequestURI() != link {
		t.Errorf("plain http is answered with %d, and not led to https", answer.status)
	}
}

func (v *deployVisit) speaksOldTLS(t *testing.T) {
	t.Helper()
	for version, accepted := range map[uint16]bool{tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		response, err := deployBrowser(t, version).Get(v.site.proxy.address + "/livez")
		if err == nil {
			response.Body.Close()
		}
		if (err == nil) != accepted {
			t.Errorf("%s: %v", tls.VersionName(version), err)
		}
	}
}

func (v *deployVisit) noticesNoStop(t *testing.T) {
	t.Helper()
	v.site.stopCopy(t, 0)
	for range 20 {
		if answer := v.get(t, "/account"); answer.status != http.StatusOK {
			t.Errorf("with one copy stopped, the account answers %d", answer.status)
		}
		if !v.site.proxy.formsWait {
			continue
		}
		if answer := v.post(t, "/account/notifications", "on=1"); answer.status != http.StatusSeeOther {
			t.Errorf("with one copy stopped, a form is answered with %d", answer.status)
		}
	}
}

// findsNobody: the proxy answers by itself, and must not have the browser send the
// address of the link on.
func (v *deployVisit) findsNobody(t *testing.T) {
	t.Helper()
	v.site.stopCopy(t, 1)
	for range 2 { // The second time it knows beforehand.
		answer := v.get(t, v.site.link(44))
		if answer.status != http.StatusServiceUnavailable && answer.status != http.StatusBadGateway {
			t.Errorf("with nobody behind it, the proxy answers %d", answer.status)
		}
		if answer.header.Get("Referrer-Policy") != "no-referrer" || answer.header.Get("Retry-After") == "" {
			t.Errorf("with nobody behind it, the proxy answers with %v", answer.header)
		}
	}
}

func (v *deployVisit) isInNoLog(t *testing.T) {
	t.Helper()
	v.browser.CloseIdleConnections()
	logs := v.site.proxy.logs(t)
	for _, want := range []string{`/login/telegram"`, `/account"`, "50", deployClientIP} {
		if !strings.Contains(logs, want) {
			t.Errorf("the proxy's logs do not even hold %q:\n%s", want, logs)
		}
	}
	for name, secret := range v.secrets {
		if len(secret) < 6 {
			continue
		}
		if at := strings.Index(logs, secret); at >= 0 {
			t.Errorf("the proxy's logs show a secret, the %s: …%s", name, logs[max(0, at-300):at+len(secret)])
		}
	}
}
