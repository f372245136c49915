package app_test

import (
	"net/http"
	"strings"
	"testing"

	"example.com/telegram-login/internal/devpg/pgtest"
)

// Cookies come with every request, and a stranger may send any (T19): what a site
// reads of them has an end.
func TestRun_takesNoHeaderThatIsTooLong(t *testing.T) {
	t.Parallel()
	site := start(t, config(t, pgtest.New(t).Config().ConnString()))
	for name, test := range map[string]struct {
		cookies string
		want    int
	}{
		"many cookies":          {strings.Repeat("session=x; ", 1000), http.StatusOK},
		"too many cookies":      {strings.Repeat("session=x; ", 4000), http.StatusRequestHeaderFieldsTooLarge},
		"a cookie that is long": {"session=" + strings.Repeat("x", 40<<10), http.StatusRequestHeaderFieldsTooLarge},
	} {
		if got := get(t, browser(t), site.url+"/", http.Header{"Cookie": {test.cookies}}); got.status != test.want {
			t.Errorf("%s: status %d, want %d", name, got.status, test.want)
		}
	}
}
