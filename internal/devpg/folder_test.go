package devpg_test

import (
	"bytes"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/telegram-login/internal/devpg"
)

func TestRemove_refusesAFolderInUse(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	server := start(t, devpg.Options{Dir: dir})
	if err := devpg.Remove(t.Context(), dir); err == nil {
		t.Fatal("the folder of a running server was removed")
	}
	stop(t, server)
	if err := devpg.Remove(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
	if err := devpg.Remove(t.Context(), dir); err != nil {
		t.Errorf("removing what is gone: %v", err)
	}
}

func TestStart_clusterIsMadeOnceForOneCache(t *testing.T) {
	t.Parallel()
	cache := filepath.Join(t.TempDir(), "cache")
	for _, wantMade := range []bool{true, false} {
		var log bytes.Buffer
		server := start(t, devpg.Options{
			Dir: t.TempDir(), Cache: cache, Log: slog.New(slog.NewTextHandler(&log, nil)),
		})
		execute(t, server, `SELECT 1`)
		if made := strings.Contains(log.String(), "creating a database cluster"); made != wantMade {
			t.Errorf("cluster made = %t, want %t; log:\n%s", made, wantMade, log.String())
		}
	}
}
