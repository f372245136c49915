package e2e_test

import (
	"net/http"
	"strings"
	"testing"
)

// Nothing but the level keeps the request out of nginx's error log: at any other
// one this test finds the link there, and so would somebody else (T17).
func TestDeployNginx_errorLogIsSilentAboutRequestsAndWouldNotBeOtherwise(t *testing.T) {
	t.Parallel()
	refused := "127.0.0.1:" + composeFreePorts(t, 1)[0]
	for name, test := range map[string]struct {
		level, upstream string
		shown           bool
	}{
		"nobody listens, as shipped":          {"emerg", refused, false},
		"nobody listens, at error":            {"error", refused, true},
		"socket cannot be opened, as shipped": {"emerg", "unix:/nonexistent", false},
		"socket cannot be opened, at crit":    {"crit", "unix:/nonexistent", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy := deployStartChangedNginx(t, [2]string{test.upstream, test.upstream},
				"telegram-login.error.log emerg;", "telegram-login.error.log "+test.level+";")
			browser := deployBrowser(t)
			ask := func(query, referer string) {
				request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, proxy.address+"/login/telegram"+query, http.NoBody)
				if err != nil {
					t.Fatal(err)
				}
				request.Header.Set("Referer", referer)
				response, err := browser.Do(request)
				if err != nil {
					t.Fatal(err)
				}
				response.Body.Close()
				if response.StatusCode != http.StatusServiceUnavailable {
					t.Errorf("answered with %s", response.Status)
				}
			}
			ask("?id=42&hash=5ec4e7-query", "")
			ask("", "https://localhost/login/telegram?hash=5ec4e7-referer")
			logs := proxy.logs(t)
			for _, secret := range []string{"5ec4e7-query", "5ec4e7-referer"} {
				if strings.Contains(logs, secret) != test.shown {
					t.Errorf("the logs show %s: %v, want %v\n%s", secret, !test.shown, test.shown, logs)
				}
			}
			if !strings.Contains(logs, `"path":"/login/telegram"`) || !strings.Contains(logs, `"upstream_status":"502`) {
				t.Errorf("the access log does not tell what went wrong:\n%s", logs)
			}
		})
	}
}
