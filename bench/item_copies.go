package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// copies is the site twice behind one address, and a pooler before the database.
func (b *bench) copies(ctx context.Context) (result, error) {
	r := result{
		title: "Two copies, and a pooler",
		says: "First logins, as above. Behind one address: nginx with keep-alive connections to two copies. Behind a pooler: PgBouncer in transaction " +
			"mode, where the site's address carries default_query_exec_mode=exec, and migrations go to the database itself. All of it shares the processors.",
	}
	nginx, errNginx := exec.LookPath("nginx")
	pgbouncer, errPgbouncer := exec.LookPath("pgbouncer")
	if errNginx != nil || errPgbouncer != nil {
		r.notes = []string{"nginx or pgbouncer is not installed: not measured."}
		return r, nil
	}
	db, err := b.newDatabase(ctx, "copies")
	if err != nil {
		return r, err
	}
	pooler, err := b.startPgbouncer(ctx, pgbouncer)
	if err != nil {
		return r, err
	}
	defer pooler.stop()
	const setting = "&default_query_exec_mode=exec"
	direct := b.site(db.url(b.connections))
	pooled := b.site(strings.Replace(db.url(b.connections), hostOf(db.url(0)), pooler.address, 1)+setting, "MIGRATE_DATABASE_URL="+db.url(0))
	exec := b.site(db.url(b.connections) + setting)
	side := func(name string, start func(context.Context) (*process, error)) side {
		return b.web(web{name: name, db: db, open: true, start: start, load: loginLoad(loginPath, http.StatusSeeOther, stranger)})
	}
	r.series, err = b.alternate(
		ctx,
		side("one copy", direct),
		side("one copy, exec", exec),
		side("one copy, PgBouncer", pooled),
		side("two copies, nginx", b.twice(nginx, direct)),
		side("two copies, nginx, PgBouncer", b.twice(nginx, pooled)),
	)
	if err != nil {
		return r, err
	}
	version, err := command(ctx, "", pgbouncer, "--version")
	first, _, _ := strings.Cut(version, "\n")
	r.notes = []string{first + "; pool_mode transaction, default_pool_size " + strconv.Itoa(b.connections) + "."}
	r.verdicts = []verdict{
		{"one copy with PgBouncer against without", ratio(r.series[2], r.series[0]), noTarget, 0},
		{"two copies behind nginx against one without", ratio(r.series[3], r.series[0]), noTarget, 0},
		{"two copies behind nginx with PgBouncer against one without either", ratio(r.series[4], r.series[0]), noTarget, 0},
	}
	return r, err
}

func hostOf(address string) string {
	u, _ := url.Parse(address) // We made it.
	return u.Host
}

// twice starts two copies and nginx in front of them.
func (b *bench) twice(nginx string, start func(context.Context) (*process, error)) func(context.Context) (*process, error) {
	return func(ctx context.Context) (*process, error) {
		var both []*process
		for range 2 {
			p, err := start(ctx)
			if err != nil {
				stopAll(both)
				return nil, err
			}
			both = append(both, p)
		}
		proxy, err := b.startNginx(ctx, nginx, both[0].address, both[1].address)
		if err != nil {
			stopAll(both)
			return nil, err
		}
		proxy.behind = both
		return proxy, nil
	}
}

func stopAll(all []*process) {
	for _, p := range all {
		p.stop()
	}
}

func (b *bench) startNginx(ctx context.Context, nginx string, copies ...string) (*process, error) {
	folder, err := os.MkdirTemp(b.work, "nginx-")
	if err != nil {
		return nil, fmt.Errorf("nginx: %w", err)
	}
	return b.runOn(ctx, "/readyz", func(address string) (*exec.Cmd, error) {
		text := "daemon off; worker_processes 1; pid " + folder + "/pid; error_log " + folder + "/error.log;\n" +
			"events { worker_connections 1024; }\n" +
			"http { access_log off; client_body_temp_path " + folder + "; proxy_temp_path " + folder + "; fastcgi_temp_path " + folder +
			"; uwsgi_temp_path " + folder + "; scgi_temp_path " + folder + ";\n" +
			"upstream copies { server " + strings.Join(copies, "; server ") + "; keepalive 128; }\n" +
			"server { listen " + address + "; keepalive_requests 1000000; location / { proxy_pass http://copies; proxy_http_version 1.1;\n" +
			"proxy_set_header Connection \"\"; proxy_set_header Host $host; proxy_set_header X-Forwarded-For $http_x_forwarded_for; } } }\n"
		path := filepath.Join(folder, "nginx.conf")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return nil, fmt.Errorf("nginx: %w", err)
		}
		return exec.Command(nginx, "-c", path, "-p", folder), nil //nolint:noctx // It is stopped gently.
	})
}
