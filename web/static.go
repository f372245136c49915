package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

// StaticPath is where static files are served.
const StaticPath = "/static/"

// Static serves the static files under names that carry a hash of their
// content, so that browsers may keep them for ever: a changed file has another
// address. They are compressed once, when they are read. Pages never are: they show
// what somebody else may want to guess by its length (BREACH). Safe for concurrent
// use.
type Static struct {
	urls  map[string]string // name → address
	files map[string]staticFile
}

// staticFile is found by its hashed name.
type staticFile struct {
	contentType string
	plain       []byte
	gzipped     []byte // Nil where it would not be shorter.
}

// NewStatic reads, names and compresses all static files.
func NewStatic() (*Static, error) {
	s := &Static{urls: make(map[string]string), files: make(map[string]staticFile)}
	entries, err := fs.ReadDir(files, "static")
	if err != nil {
		return nil, fmt.Errorf("list static files: %w", err)
	}
	for _, entry := range entries {
		content, err := fs.ReadFile(files, "static/"+entry.Name())
		if err != nil {
			return nil, fmt.Errorf("read static file: %w", err)
		}
		gzipped, err := compress(content)
		if err != nil {
			return nil, fmt.Errorf("compress static file %s: %w", entry.Name(), err)
		}
		sum := sha256.Sum256(content)
		ext := path.Ext(entry.Name())
		hashed := strings.TrimSuffix(entry.Name(), ext) + "." + hex.EncodeToString(sum[:8]) + ext
		s.urls[entry.Name()] = StaticPath + hashed
		s.files[hashed] = staticFile{contentType: mime.TypeByExtension(ext), plain: content, gzipped: gzipped}
	}
	return s, nil
}

// compress returns nil for what it does not make shorter.
func compress(content []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if b.Len() >= len(content) {
		return nil, nil
	}
	return b.Bytes(), nil
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
// whether there is one; if not, nothing was written. A part of a file (Range) is
// one of the file as it is.
func (s *Static) Serve(w http.ResponseWriter, r *http.Request, hashed string) bool {
	file, ok := s.files[hashed]
	if !ok {
		return false
	}
	h := w.Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Content-Type", file.contentType)
	if file.gzipped != nil {
		h.Set("Vary", "Accept-Encoding")
	}
	if file.gzipped == nil || r.Header.Get("Range") != "" || !acceptsGzip(r.Header.Get("Accept-Encoding")) {
		http.ServeContent(w, r, hashed, time.Time{}, bytes.NewReader(file.plain))
		return true
	}
	h.Set("Content-Encoding", "gzip")
	h.Set("Content-Length", strconv.Itoa(len(file.gzipped)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(file.gzipped) // Whoever hangs up misses nothing.
	}
	return true
}

// acceptsGzip reads an Accept-Encoding header. A weight of zero is a no; "*" is for
// whoever asks for nothing by name, and gets the file as it is.
//
// Source: RFC 9110, section 12.5.3.
func acceptsGzip(header string) bool {
	for offer := range strings.SplitSeq(header, ",") {
		coding, parameter, weighed := strings.Cut(offer, ";")
		if !strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			continue
		}
		_, q, _ := strings.Cut(parameter, "=")
		weight, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
		return !weighed || err == nil && weight > 0
	}
	return false
}
