package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

// StaticPath is where static files are served.
const StaticPath = "/static/"

// Static serves the static files under names that carry a hash of their
// content, so that browsers may keep them for ever: a changed file has another
// address. Safe for concurrent use.
type Static struct {
	urls     map[string]string // name → address
	contents map[string][]byte // hashed name → content
}

// NewStatic reads and names all static files.
func NewStatic() (*Static, error) {
	s := &Static{urls: make(map[string]string), contents: make(map[string][]byte)}
	entries, err := fs.ReadDir(files, "static")
	if err != nil {
		return nil, fmt.Errorf("list static files: %w", err)
	}
	for _, entry := range entries {
		content, err := fs.ReadFile(files, "static/"+entry.Name())
		if err != nil {
			return nil, fmt.Errorf("read static file: %w", err)
		}
		sum := sha256.Sum256(content)
		ext := path.Ext(entry.Name())
		hashed := strings.TrimSuffix(entry.Name(), ext) + "." + hex.EncodeToString(sum[:8]) + ext
		s.urls[entry.Name()] = StaticPath + hashed
		s.contents[hashed] = content
	}
	return s, nil
}

// URL returns the address of a static file, or an error for a file that is not
// there.
func (s *Static) URL(name string) (string, error) {
	url, ok := s.urls[name]
	if !ok {
		return "", fmt.Errorf("no static file %q", name)
	}
	return url, nil
}

// Serve answers a request for the file with this hashed name, and reports
// whether there is one; if not, nothing was written.
func (s *Static) Serve(w http.ResponseWriter, r *http.Request, hashed string) bool {
	content, ok := s.contents[hashed]
	if !ok {
		return false
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeContent(w, r, hashed, time.Time{}, bytes.NewReader(content))
	return true
}
