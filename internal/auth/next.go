package auth

import (
	"net/url"
	"path"
	"strings"
	"unicode"
)

// maxNextBytes bounds a path as it is written into an address.
const maxNextBytes = 256

// LocalPath returns next as a path of this site, or false when it could lead
// anywhere else (R8, T10), or back into signing in and out. What comes back is
// written anew from its parsed form, so that a browser cannot read it
// otherwise than we did; given to LocalPath again, it comes back as it is.
func LocalPath(next string) (string, bool) {
	if !strings.HasPrefix(next, "/") || strings.ContainsFunc(next, misread) {
		return "", false
	}
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || u.Opaque != "" {
		return "", false
	}
	// The decoded path can hold what the text did not show: %2f, %5c, %0a, %2e.
	// Dot segments and doubled slashes are resolved by whoever reads the
	// address next, and then it leads somewhere else.
	clean := path.Clean(u.Path)
	if (u.Path != clean && u.Path != clean+"/") || strings.ContainsFunc(u.Path, misread) {
		return "", false
	}
	for _, trap := range []string{"/login", "/logout"} {
		if clean == trap || strings.HasPrefix(clean, trap+"/") {
			return "", false
		}
	}
	if local := u.String(); len(local) <= maxNextBytes {
		return local, true
	}
	return "", false
}

// misread reports whether browsers read a character in an address otherwise
// than as itself.
func misread(r rune) bool {
	return r == '\\' || unicode.IsControl(r) || unicode.IsSpace(r)
}
