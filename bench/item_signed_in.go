package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"net/http"
	"strconv"

	"example.com/telegram-login/bench/load"
)

// people is how many take turns in the items that need somebody signed in.
const people = 1000

// signedIn is the account's page, and what finds out who is signed in alone.
func (b *bench) signedIn(ctx context.Context) (result, error) {
	db, err := b.newDatabase(ctx, "signed_in")
	if err != nil {
		return result{}, err
	}
	if err := db.fill(ctx, people); err != nil {
		return result{}, err
	}
	url := "DATABASE_URL=" + db.url(b.connections)
	script, err := b.findSessionScript(people)
	if err != nil {
		return result{}, err
	}
	start := b.site(db.url(b.connections))
	page, err := b.pageOfPeople(ctx, db, start)
	if err != nil {
		return result{}, err
	}
	sides := []side{
		b.web(web{
			name: "site, " + accountPath, db: db, open: true, start: start,
			load: func(context.Context, *process) (load.Load, error) { return page, nil },
		}),
		b.web(web{name: "session check alone", db: db, open: true, start: b.floor("sessioncheck", "/", url), load: sessionLoad(people)}),
		b.web(web{name: "gin and one SELECT", db: db, open: true, start: b.floor("onerow", "/1", url), load: rowLoad(people)}),
		b.web(web{name: "gin, hello", start: b.floor("hello", "/"), load: helloLoad}),
		b.pgbench(pgbench{"pgbench, the query of a session", db, script}),
	}
	peers, absent, err := b.peerSides(ctx, b.peerPage)
	if err != nil {
		return result{}, err
	}
	all, err := b.alternate(ctx, append(sides, peers...)...)
	if err != nil {
		return result{}, err
	}
	return result{
		title: "Signed-in page, and session check",
		says: "The account's page of one of 1,000 people who are signed in, as HTML. The session check alone is gin and the site's own code " +
			"from the token to the person, without a page, a cookie's envelope, the log and the counters: no address of the site does only that.",
		series: all,
		notes:  absent,
		verdicts: append([]verdict{
			{"signed-in page against gin and one SELECT", ratio(all[0], all[2]), atLeast, 0.7},
			{"session check against gin and one SELECT", ratio(all[1], all[2]), atLeast, 0.85},
		}, peerVerdicts("signed-in page", all[0], all[5:])...),
	}, nil
}

// pageOfPeople signs people in at the site, once for all rounds, and takes the messages
// away that this causes: who is measured has been signed in for long.
func (b *bench) pageOfPeople(ctx context.Context, db database, start func(context.Context) (*process, error)) (load.Load, error) {
	p, err := start(ctx)
	if err != nil {
		return load.Load{}, err
	}
	l, err := b.pageLoad(loginPath, accountPath)(ctx, p)
	p.stop()
	if err != nil {
		return load.Load{}, err
	}
	for _, statement := range []string{"UPDATE activity SET fresh = false", "DELETE FROM messages", "DELETE FROM river_job"} {
		if _, err := db.value(ctx, statement); err != nil {
			return load.Load{}, err
		}
	}
	return l, nil
}

// pageLoad signs people in and asks for a page of theirs.
func (b *bench) pageLoad(login, page string) func(context.Context, *process) (load.Load, error) {
	return func(ctx context.Context, p *process) (load.Load, error) {
		var cookies []string
		for i := range 100 {
			cookie, err := signIn(ctx, p.address, login, int64(i+1))
			if err != nil {
				return load.Load{}, err
			}
			cookies = append(cookies, cookie)
		}
		return load.Load{Requests: always(page, cookies...), Status: http.StatusOK}, nil
	}
}

// sessionLoad shows tokens of sessions that [database.fill] made.
func sessionLoad(sessions int64) func(context.Context, *process) (load.Load, error) {
	return paths(func(b []byte) []byte {
		token := filledToken(rand.Int64N(sessions) + 1)
		return hex.AppendEncode(b, token[:])
	})
}

// rowLoad asks for rows that [database.fill] made.
func rowLoad(accounts int64) func(context.Context, *process) (load.Load, error) {
	return paths(func(b []byte) []byte { return strconv.AppendInt(b, rand.Int64N(accounts)+1, 10) })
}

func helloLoad(context.Context, *process) (load.Load, error) {
	return load.Load{Requests: always("/"), Status: http.StatusOK}, nil
}

func paths(appendName func([]byte) []byte) func(context.Context, *process) (load.Load, error) {
	return func(context.Context, *process) (load.Load, error) {
		return load.Load{Status: http.StatusOK, Requests: func(int) func([]byte) []byte {
			return func(b []byte) []byte { return finish(appendName(append(b, "GET /"...)), "") }
		}}, nil
	}
}

// filledToken is the token of a session that [database.fill] made.
func filledToken(session int64) [32]byte {
	return sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(session))) //nolint:gosec // From 1 on.
}
