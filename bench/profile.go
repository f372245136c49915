package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// profileWhile takes a processor profile of the site into the folder of the option,
// for as long as it is measured; the last round's stays. Profiling costs a little:
// the figures of such a run are not to be kept.
func (b *bench) profileWhile(ctx context.Context, w web, p *process) <-chan error {
	done := make(chan error, 1)
	if b.profiles == "" || p.admin == "" {
		done <- nil
		return done
	}
	go func() {
		seconds := max(1, int(b.seconds.Seconds()))
		profile, err := get(ctx, fmt.Sprintf("http://%s/debug/pprof/profile?seconds=%d", p.admin, seconds))
		if err == nil {
			file := strings.NewReplacer(" ", "-", ",", "", "/", "").Replace(w.db.name+"-"+w.name) + ".pprof"
			err = os.WriteFile(filepath.Join(b.profiles, file), []byte(profile), 0o600)
		}
		done <- err
	}()
	return done
}
