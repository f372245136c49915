package pgtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"example.com/telegram-login/internal/devpg"
)

// server is where the databases of the tests are made.
type server struct {
	url     string // of a database from which others can be created
	place   string // tells people where to look for a database that was kept
	onTmpfs bool   // its files are in memory
}

// findServer returns the server that the environment names, or starts one.
func findServer(ctx context.Context) (*server, error) {
	if given := os.Getenv("TEST_DATABASE_URL"); given != "" {
		return &server{url: given, place: "the server of TEST_DATABASE_URL"}, nil
	}
	base, onTmpfs := folderForData()
	prefix := fmt.Sprintf("telegram-login-test-%d-", os.Getuid())
	removeLeftovers(ctx, base, prefix)

	// The number of the process in the name tells later ones whether it lives.
	dir := filepath.Join(base, prefix+strconv.Itoa(os.Getpid())+"-"+rand.Text()[:8])
	// Nobody stops this server: it ends with the process.
	private, err := devpg.Start(ctx, devpg.Options{Dir: dir, Cache: cacheDir(), Fast: true})
	if err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	return &server{
		url:     private.URL("postgres"),
		place:   dir + ", which is removed when tests run again",
		onTmpfs: onTmpfs,
	}, nil
}

// cacheDir is where the test servers of all packages share what is slow to make.
// A user without a home goes without.
func cacheDir() string {
	dir, err := devpg.DefaultDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "cache")
}

// removeLeftovers removes the folders of processes that have ended. An error is
// no reason to fail a test: the next start tries again.
func removeLeftovers(ctx context.Context, base, prefix string) {
	folders, _ := filepath.Glob(filepath.Join(base, prefix+"*-*"))
	for _, folder := range folders {
		rest := strings.TrimPrefix(filepath.Base(folder), prefix)
		pid, err := strconv.Atoi(strings.Split(rest, "-")[0])
		if err == nil && !isAlive(pid) {
			_ = devpg.Remove(ctx, folder)
		}
	}
}

// database is the address of another database on the server.
func (s *server) database(name string) string {
	return edit(s.url, func(u *url.URL) { u.Path = "/" + name })
}

// withParameters sets parameters, given as name and value in turn.
func withParameters(databaseURL string, parameters ...string) string {
	return edit(databaseURL, func(u *url.URL) {
		query := u.Query()
		for pair := range slices.Chunk(parameters, 2) {
			query.Set(pair[0], pair[1])
		}
		u.RawQuery = query.Encode()
	})
}

// edit leaves a text that is no URL as it is: whoever opens it reports that,
// without showing the password.
func edit(databaseURL string, change func(*url.URL)) string {
	u, err := url.Parse(databaseURL)
	if err != nil {
		return databaseURL
	}
	change(u)
	return u.String()
}
