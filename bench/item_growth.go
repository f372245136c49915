package main

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// usedLinks is six minutes of a thousand logins a second.
const usedLinks = 360_000

// growth is the same work with few and with many accounts.
func (b *bench) growth(ctx context.Context) (result, error) {
	r := result{
		title: "Growth",
		says: "Login of a random one of so many people, and the session check alone (as above) of a random one of one and a half times as many " +
			"sessions, each with 360,000 used links beside it but in the smallest database. Everything was loaded with COPY.",
	}
	var sides []side
	for i, text := range strings.Split(b.accounts, ",") {
		accounts, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return r, fmt.Errorf("number of accounts: %w", err)
		}
		b.say("  loading %d accounts", accounts)
		db, err := b.newDatabase(ctx, "growth_"+text)
		if err != nil {
			return r, err
		}
		if err := db.fill(ctx, accounts); err != nil {
			return r, err
		}
		if i > 0 {
			if err := db.fillUsedLinks(ctx, usedLinks); err != nil {
				return r, err
			}
		}
		note, err := db.sizes(ctx)
		if err != nil {
			return r, err
		}
		r.notes = append(r.notes, text+" accounts: "+note)
		sides = append(sides, b.growthSides(text, accounts, db)...)
	}
	var err error
	if r.series, err = b.alternate(ctx, sides...); err != nil {
		return r, err
	}
	last := len(r.series) - 2
	r.verdicts = []verdict{
		{"login with the most accounts, time against the fewest", ratio(r.series[0], r.series[last]), atMost, 1.25},
		{"session check with the most accounts, time against the fewest", ratio(r.series[1], r.series[last+1]), atMost, 1.25},
	}
	return r, nil
}

func (b *bench) growthSides(name string, accounts int64, db database) []side {
	return []side{
		b.web(web{
			name: "login, " + name + " accounts", db: db, open: true, start: b.site(db.url(b.connections)),
			load: loginLoad(loginPath, http.StatusSeeOther, anyOf(accounts)),
		}),
		b.web(web{
			name: "session check, " + name + " accounts", db: db, open: true,
			start: b.floor("sessioncheck", "/", "DATABASE_URL="+db.url(b.connections)), load: sessionLoad(accounts * 3 / 2),
		}),
	}
}

// sizes tells how large a row is, with its part of the indexes.
func (d database) sizes(ctx context.Context) (string, error) {
	text, err := d.value(ctx, `
SELECT string_agg(format('%s %s bytes', relname, pg_total_relation_size(oid) / reltuples::bigint), ', ' ORDER BY relname)
FROM pg_class
WHERE relname IN ('accounts', 'sessions', 'used_links') AND reltuples > 0`)
	return "a row with its indexes takes " + text, err
}
