package postgres

import (
	"strings"
	"testing"
)

// canary is in every password below.
const canary = "hunter2"

// Whatever somebody writes into a password, and however wrong the rest of the
// address is: no error shows it (R12), and it is not taken for a part that errors
// show later, such as the host.
func FuzzParse_neverShowsThePassword(f *testing.F) {
	for _, seed := range []struct{ scheme, user, before, after, rest string }{
		{"postgres", "site", "", "", "127.0.0.1/site"},
		{"postgresql", "site", "", "", "[::1]:5432/site"},
		{"mysql", "site", "", "", "h/d"},
		{"", "site", "", "", "h/d"},
		{"postgres", "", "", "", "h/d"},
		{"postgres", "site", "%zz", "", "h/d"},
		{"postgres", "site", "", "/x", "h/d"},
		{"postgres", "site", "", "#x", "h/d"},
		{"postgres", "site", "x@", "", "h/d"},
		{"postgres", "site", "", "@x", "h/d"},
		{"postgres", "site", "1/", "", "h/d"},
		{"postgres", "site", "1?", "", "h/d"},
		{"postgres", "site", "", "\n", "h/d"},
		{"postgres", "site", "", " x", "h/d"},
		{"postgres", "site", "[", "]", "h/d"},
		{"postgres", "site", "", "", "h:port/d"},
		{"postgres", "site", "", "", "h/d?sslmode=perhaps"},
		{"postgres", "site", "", "", "h/d?pool_max_conns=-1"},
		{"postgres", "site", "", "", "h,i:2/d?target_session_attrs=read-write"},
		{"postgres", "site", "", "", "h/d?connect_timeout=evil"},
		{"postgres", "si/te", "", "", "h/d"},
		{"postgres", "si?te", "", "", "h/d"},
		{"postgres", "site", "", "", "h/d?sslkey=/none&sslcert=/none"},
		{"postgres", "site", ":", ":", ""},
		{"postgres", "%", "", "", "h/%zz"},
		{"postgres", "site", "", "", "/d?host=/tmp"},
		{"postgres", "site", "%40", "%2f", "h/d"},
	} {
		f.Add(seed.scheme, seed.user, seed.before, seed.after, seed.rest)
	}
	f.Fuzz(func(t *testing.T, scheme, user, before, after, rest string) {
		if strings.Contains(scheme+user+rest, canary) {
			return // It is no secret there.
		}
		config, err := poolConfig(scheme + "://" + user + ":" + before + canary + after + "@" + rest)
		if err != nil {
			if strings.Contains(err.Error(), canary) {
				t.Fatalf("the error shows the password: %v", err)
			}
			return
		}
		shown := config.ConnConfig
		for _, part := range []string{shown.Host, shown.Database, shown.User} {
			if strings.Contains(part, canary) {
				t.Fatalf("taken for something else: host %q, database %q, user %q", shown.Host, shown.Database, shown.User)
			}
		}
		for name, value := range shown.RuntimeParams {
			if strings.Contains(name+value, canary) {
				t.Fatalf("taken for the parameter %s=%s", name, value)
			}
		}
	})
}
