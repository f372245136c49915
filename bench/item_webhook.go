package main

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"example.com/telegram-login/bench/load"
)

// webhook is an update that says that somebody logged in and may be written to.
func (b *bench) webhook(ctx context.Context) (result, error) {
	dbs, err := b.newDatabases(ctx, "webhook_site", "webhook_same", "webhook_one")
	if err != nil {
		return result{}, err
	}
	script, err := b.updateScript()
	if err != nil {
		return result{}, err
	}
	all, err := b.alternate(
		ctx,
		b.web(web{
			name: "site", db: dbs[0], open: true, start: b.site(dbs[0].url(b.connections)),
			load: func(context.Context, *process) (load.Load, error) {
				return load.Load{Requests: updates, Status: http.StatusOK}, nil
			},
		}),
		b.pgbench(pgbench{"pgbench, the same statements", dbs[1], script}),
		b.pgbench(pgbench{"pgbench, inserting one row", dbs[2], oneRowScript}),
	)
	if err != nil {
		return result{}, err
	}
	return result{
		title: "Webhook update",
		says: "An update with connected_website of a person each time another: the update is noted as handled and the permission is written, in one " +
			"transaction.",
		series: all,
		verdicts: []verdict{
			{"update against pgbench, the same statements", ratio(all[0], all[1]), noTarget, 0},
			{"update against pgbench, inserting one row", ratio(all[0], all[2]), noTarget, 0},
		},
	}, nil
}

func updates(int) func([]byte) []byte {
	var body []byte
	return func(b []byte) []byte {
		person := strconv.FormatInt(stranger(), 10)
		body = append(body[:0], `{"update_id":`...)
		body = strconv.AppendInt(body, rand.Int64(), 10)
		body = append(body, `,"message":{"message_id":7,"from":{"id":`...)
		body = append(body, person...)
		body = append(body, `,"is_bot":false,"first_name":"Anna","username":"anna"},"chat":{"id":`...)
		body = append(body, person...)
		body = append(body, `,"first_name":"Anna","type":"private"},"date":`...)
		body = strconv.AppendInt(body, time.Now().Unix(), 10)
		body = append(body, `,"connected_website":"localhost"}}`...)

		b = append(b, "POST /telegram/webhook HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"+
			"X-Telegram-Bot-Api-Secret-Token: "+webhookSecret+"\r\nContent-Length: "...)
		b = strconv.AppendInt(b, int64(len(body)), 10)
		b = append(b, "\r\n\r\n"...)
		return append(b, body...)
	}
}
