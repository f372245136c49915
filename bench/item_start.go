package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"example.com/telegram-login/bench/load"
)

// start is how long the site takes to be ready, and how much memory it holds.
func (b *bench) start(ctx context.Context) (result, error) {
	db, err := b.newDatabase(ctx, "start")
	if err != nil {
		return result{}, err
	}
	var ready, idle, loaded, after []float64
	for range b.rounds {
		p, err := b.site(db.url(0))(ctx)
		if err != nil {
			return result{}, err
		}
		memory, err := b.memoryUnderLoad(ctx, p)
		p.stop()
		if err != nil {
			return result{}, err
		}
		ready = append(ready, p.ready.Seconds())
		idle, loaded, after = append(idle, memory[0]), append(loaded, memory[1]), append(after, memory[2])
	}
	return result{
		title: "Start, and memory",
		says: "From exec to the first 200 of /readyz with a migrated database; resident memory after twice the time of warming up, at the end of a " +
			"load of logins and pages, and as long after that.",
		verdicts: []verdict{
			{"ready after exec, seconds", spreadOf(ready), atMost, 0.5},
			{"resident memory idle, MB", spreadOf(idle), atMost, 40},
			{"resident memory under load, MB", spreadOf(loaded), noTarget, 0},
			{"resident memory after load, MB", spreadOf(after), noTarget, 0},
		},
	}, nil
}

func (b *bench) memoryUnderLoad(ctx context.Context, p *process) ([3]float64, error) {
	var memory [3]float64
	for i := range memory {
		if i == 1 {
			for _, l := range []load.Load{
				{Requests: logins(loginPath, stranger), Status: http.StatusSeeOther, Cookie: true},
				{Requests: always(loginPath), Status: http.StatusOK},
			} {
				l.Address, l.Connections = p.address, b.connections
				if r := l.Closed(ctx, b.seconds); r.Bad > 0 {
					return memory, fmt.Errorf("%d bad answers: %w", r.Bad, r.Reason)
				}
			}
		} else {
			time.Sleep(2 * b.warmUp) // Idle is after a while without anybody.
		}
		bytes, err := p.resident()
		if err != nil {
			return memory, err
		}
		memory[i] = float64(bytes) / 1e6
	}
	return memory, nil
}
