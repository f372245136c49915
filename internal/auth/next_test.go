package auth_test

import (
	"strings"
	"testing"

	"example.com/telegram-login/internal/auth"
)

var localPaths = []string{
	"/", "/account", "/a/b?c=d&e=f", "/a#b", "/%D0%90", "/a:b", "/loginx", "/@x", "/?next=//evil.example",
}

var foreignPaths = []string{
	"", "account", "//evil.example", "///evil.example", "/\\evil.example", "\\/evil.example", "/\t/evil.example", "/\n/evil.example",
	"https://evil.example", "https:evil.example", "javascript:alert(1)", "/%2f%2fevil.example", "/%2fevil.example", "/%5cevil.example",
	"/a%0d%0aSet-Cookie:x", "/a b", "/a\u00a0b", "/a\x00b", " /a", "/a\\b", "http:///evil.example", "/%zz", "?x", "#x", "*", "/a?b=\\c", "/a/../b", "/./login/telegram", "/x/%2e%2e/login/telegram", "/.//evil.example", "/a//b", "/./logout",
	"/" + strings.Repeat("é", 50), "/a?b=\u0080c",
	"/login", "/login/telegram?id=1&hash=2", "/logout", "/%6cogin/telegram", "/" + strings.Repeat("x", 256),
}

func TestLocalPath_letsPathsOfThisSiteThrough(t *testing.T) {
	t.Parallel()
	for _, next := range localPaths {
		if path, ok := auth.LocalPath(next); !ok || path != next {
			t.Errorf("LocalPath(%q) = %q, %t", next, path, ok)
		}
	}
}

func TestLocalPath_refusesEverythingElse(t *testing.T) {
	t.Parallel()
	for _, next := range foreignPaths {
		if path, ok := auth.LocalPath(next); ok || path != "" {
			t.Errorf("LocalPath(%q) = %q, want a refusal", next, path)
		}
	}
}
