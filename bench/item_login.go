package main

import (
	"context"
	"net/http"

	"example.com/telegram-login/bench/load"
)

// firstLogin is a signed link of somebody who has not been here before.
func (b *bench) firstLogin(ctx context.Context) (result, error) {
	dbs, err := b.newDatabases(ctx, "login_site", "login_floor")
	if err != nil {
		return result{}, err
	}
	script, err := b.loginScript("random(1, 4503599627370496)")
	if err != nil {
		return result{}, err
	}
	sides := []side{
		b.web(web{
			name: "site", db: dbs[0], open: true, start: b.site(dbs[0].url(b.connections)),
			load: loginLoad(loginPath, http.StatusSeeOther, stranger),
		}),
		b.pgbench(pgbench{"pgbench, the same statements", dbs[1], script}),
	}
	peers, absent, err := b.peerSides(ctx, b.peerLogin)
	if err != nil {
		return result{}, err
	}
	all, err := b.alternate(ctx, append(sides, peers...)...)
	if err != nil {
		return result{}, err
	}
	r := result{
		title:  "Login, first",
		says:   "A fresh signed link of a person who is not known yet: 303 and a cookie. One transaction: used link, account, session, activity.",
		series: all,
		verdicts: append([]verdict{
			{"login against pgbench", ratio(all[0], all[1]), atLeast, 0.5},
			{"login, p99 in ms at half the saturation rate", all[0].spread(milliseconds(ninetyNinth)), atMost, 25},
		}, peerVerdicts("login", all[0], all[2:])...),
	}
	r.notes, err = b.loginNotes(ctx, dbs[0])
	r.notes = append(r.notes, absent...)
	return r, err
}

// loginAgain is a fresh link of somebody who has an account, in a browser without
// a session.
func (b *bench) loginAgain(ctx context.Context) (result, error) {
	const known = 20_000
	dbs, err := b.newDatabases(ctx, "again_site", "again_floor")
	if err != nil {
		return result{}, err
	}
	for _, db := range dbs {
		if err := db.fill(ctx, known); err != nil {
			return result{}, err
		}
	}
	script, err := b.loginScript("random(1, 20000)")
	if err != nil {
		return result{}, err
	}
	all, err := b.alternate(
		ctx,
		b.web(web{
			name: "site", db: dbs[0], open: true, start: b.site(dbs[0].url(b.connections)),
			load: loginLoad(loginPath, http.StatusSeeOther, anyOf(known)),
		}),
		b.pgbench(pgbench{"pgbench, the same statements", dbs[1], script}),
	)
	if err != nil {
		return result{}, err
	}
	notes, err := b.loginNotes(ctx, dbs[0])
	return result{
		title:  "Login, repeated",
		says:   "A fresh signed link of one of 20,000 people who have accounts; no session cookie. The account's row is updated.",
		series: all,
		notes:  notes,
		verdicts: []verdict{
			{"login again against pgbench", ratio(all[0], all[1]), atLeast, 0.5},
			{"login again, p99 in ms at half the saturation rate", all[0].spread(milliseconds(ninetyNinth)), atMost, 25},
		},
	}, err
}

func loginLoad(path string, status int, who func() int64) func(context.Context, *process) (load.Load, error) {
	return func(context.Context, *process) (load.Load, error) {
		return load.Load{Requests: logins(path, who), Status: status, Cookie: true}, nil
	}
}

// loginNotes tells how much of what was updated stayed on its page.
func (b *bench) loginNotes(ctx context.Context, db database) ([]string, error) {
	text, err := db.value(ctx, `
SELECT COALESCE(string_agg(format('%s: %s updates, %s%% of them HOT', relname, n_tup_upd, round(100.0 * n_tup_hot_upd / n_tup_upd)),
                           '; ' ORDER BY n_tup_upd DESC), 'no updates')
FROM pg_stat_user_tables
WHERE n_tup_upd > 100`)
	return []string{"Updates that touched no index, by PostgreSQL's count: " + text + "."}, err
}
