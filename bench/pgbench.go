package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"
)

// pgbench is a side that sends statements of ours to the database and does nothing
// else: the floor for everything that writes or reads there.
type pgbench struct {
	name   string
	db     database
	script string
}

var (
	tpsLine    = regexp.MustCompile(`(?m)^tps = ([0-9.]+) \(without initial connection time\)`)
	countLine  = regexp.MustCompile(`(?m)^number of transactions actually processed: (\d+)`)
	failedLine = regexp.MustCompile(`(?m)^number of failed transactions: (\d+)`)
)

func (b *bench) pgbench(f pgbench) side {
	return side{f.name, func(ctx context.Context, _ int) (sample, error) {
		script := filepath.Join(b.work, "script.sql")
		if err := os.WriteFile(script, []byte(f.script), 0o600); err != nil {
			return sample{}, fmt.Errorf("write script: %w", err)
		}
		if err := f.db.checkpoint(ctx); err != nil {
			return sample{}, err
		}
		if b.warmUp >= time.Second { // pgbench counts in whole seconds.
			if _, err := b.pgbenchOnce(ctx, f.db, script, b.warmUp); err != nil {
				return sample{}, err
			}
		}
		return b.pgbenchOnce(ctx, f.db, script, b.seconds)
	}}
}

func (b *bench) pgbenchOnce(ctx context.Context, db database, script string, d time.Duration) (sample, error) {
	postmaster, err := b.postmaster()
	if err != nil {
		return sample{}, err
	}
	walBefore, err := db.walPosition(ctx)
	if err != nil {
		return sample{}, err
	}
	usedBefore := processorTime(postmaster)
	connection, env := db.connection()
	seconds := strconv.Itoa(max(1, int(d.Seconds())))
	clients := strconv.Itoa(b.connections)
	args := append([]string{"-n", "-M", "prepared", "-c", clients, "-j", "2", "-T", seconds, "-f", script}, connection...)
	cmd := exec.CommandContext(ctx, b.pgbin, args...)
	cmd.Env = append(env, "PATH="+filepath.Dir(b.pgbin))
	out, err := cmd.CombinedOutput()
	if err != nil {
		return sample{}, fmt.Errorf("pgbench: %w: %.2000s", err, out)
	}
	walAfter, err := db.walPosition(ctx)
	if err != nil {
		return sample{}, err
	}
	tps, count, failed := number(tpsLine, out), number(countLine, out), number(failedLine, out)
	if failed > 0 || tpsLine.Find(out) == nil {
		return sample{}, fmt.Errorf("pgbench: %.2000s", out)
	}
	return sample{
		perSecond: tps,
		database:  time.Duration(float64(processorTime(postmaster)-usedBefore) / max(count, 1)),
		queries:   1,
		wal:       float64(walAfter-walBefore) / max(count, 1),
	}, nil
}

func number(line *regexp.Regexp, text []byte) float64 {
	found := line.FindSubmatch(text)
	if found == nil {
		return 0
	}
	n, _ := strconv.ParseFloat(string(found[1]), 64)
	return n
}
