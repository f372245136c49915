package auth

import (
	"net/url"
	"strings"
	"unicode"
)

const maxNextBytes = 256

// LocalPath returns next as a path of this site, or false when it could lead
// anywhere else (R8, T10), or back into signing in and out. What comes back is
// written anew from its parsed form, so that a browser cannot read it
// otherwise than we did.
func LocalPath(next string) (string, bool) {
	if len(next) > maxNextBytes || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") {
		return "", false
	}
	if strings.ContainsFunc(next, func(r rune) bool { return r == '\\' || unicode.IsControl(r) || unicode.IsSpace(r) }) {
		return "", false
	}
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || u.Opaque != "" {
		return "", false
	}
	// A decoded path can hide what the text did not show: %2f, %5c, %0a.
	path := u.Path
	if strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\") || strings.ContainsFunc(path, unicode.IsControl) {
		return "", false
	}
	for _, trap := range []string{"/login", "/logout"} {
		if path == trap || strings.HasPrefix(path, trap+"/") {
			return "", false
		}
	}
	return u.String(), true
}
