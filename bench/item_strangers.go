package main

import (
	"context"
	"errors"
	"net/http"
	"regexp"

	"example.com/telegram-login/bench/load"
)

// madeUpCookie looks like one of the site's to whoever does not check it.
const madeUpCookie = "session=MTc2NDE1ODAwMHxBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBPXwAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

// strangers is what anybody can have the site do, as often as they like.
func (b *bench) strangers(ctx context.Context) (result, error) {
	db, err := b.newDatabase(ctx, "strangers")
	if err != nil {
		return result{}, err
	}
	start := b.site(db.url(0))
	at := func(name string, l load.Load) side {
		return b.web(web{name: name, start: start, open: true, load: func(context.Context, *process) (load.Load, error) { return l, nil }})
	}
	all, err := b.alternate(
		ctx,
		at("bad signature", load.Load{Requests: forgeries(loginPath), Status: http.StatusForbidden}),
		at("random cookie", load.Load{Requests: always(accountPath, madeUpCookie), Status: http.StatusSeeOther}),
		at("plain visit", load.Load{Requests: always(loginPath), Status: http.StatusOK}),
		b.web(web{name: "static file", start: start, open: true, load: styleSheet}),
		b.web(web{name: "gin, hello", start: b.floor("hello", "/"), open: true, load: helloLoad}),
	)
	if err != nil {
		return result{}, err
	}
	return result{
		title: "Strangers",
		says: "What costs an attacker nothing: a whole link with a wrong signature (403 and a page), a made-up session cookie at the account's page " +
			"(303 to the login), a visit to the login address without data (200 and a page), the style sheet. Each from a client of its own, so that " +
			"no limit answers. Queries are the site's own count; what is left of one is the work that goes on behind.",
		series: all,
		verdicts: []verdict{
			{"bad signature against gin", ratio(all[0], all[4]), atLeast, 0.6},
			{"random cookie against gin", ratio(all[1], all[4]), atLeast, 0.6},
			{"bad signature, queries for one request", all[0].spread(queries), atMost, 0.05},
			{"random cookie, queries for one request", all[1].spread(queries), atMost, 0.05},
		},
	}, nil
}

var styleSheetLink = regexp.MustCompile(`href="(/static/[^"]+\.css)"`)

// styleSheet finds the address of the style sheet in a page.
func styleSheet(ctx context.Context, p *process) (load.Load, error) {
	page, err := get(ctx, "http://"+p.address+loginPath)
	if err != nil {
		return load.Load{}, err
	}
	found := styleSheetLink.FindStringSubmatch(page)
	if found == nil {
		return load.Load{}, errors.New("no style sheet in the page")
	}
	return load.Load{Requests: always(found[1]), Status: http.StatusOK}, nil
}
