package tools_test

import (
	"slices"
	"strings"
	"testing"
)

// violations breaks each denied entry of each rule at least once. A rule that
// holds for tests too is broken in a test file as well.
var violations = []finding{
	{"cmd/site/main.go", ours + "/internal/site", "cmd-site"},
	{"cmd/demo/main.go", ours + "/internal/site", "cmd-demo"},
	{"cmd/demo/store.go", ours + "/internal/devpg/pgtest", "cmd-demo"},
	{"cmd/telegram-sim/main.go", ours + "/internal/auth", "cmd-telegram-sim"},
	{"cmd/loginlink/main.go", ours + "/internal/site", "cmd-loginlink"},
	{"cmd/loginlink/explain.go", ours + "/internal/users", "cmd-loginlink"},
	{"internal/app/app.go", ours + "/cmd/site", "app"},
	{"internal/app/database.go", ours + "/internal/devpg", "app"},
	{"internal/app/telegram.go", ours + "/internal/telegramsim", "app"},
	{"internal/site/pool.go", ours + "/internal/postgres", "site"},
	{"internal/auth/page.go", ours + "/internal/site", "auth"},
	{"internal/auth/message.go", ours + "/internal/bot", "auth"},
	{"internal/auth/cookie.go", "net/http", "auth"},
	{"internal/users/sign_in.go", ours + "/internal/auth", "users"},
	{"internal/users/export.go", "net/http", "users"},
	{"internal/bot/login.go", ours + "/internal/auth", "bot"},
	{"internal/telegramsim/sign.go", ours + "/internal/auth", "telegramsim"},
	{"internal/telegramsim/sign_test.go", ours + "/internal/auth", "telegramsim"},
	{"internal/metrics/account.go", ours + "/internal/users", "metrics"},
	{"internal/postgres/seed.go", ours + "/internal/users", "postgres"},
	{"internal/devpg/seed.go", ours + "/internal/users", "devpg"},
	{"internal/devpg/pgtest/seed.go", ours + "/internal/users", "pgtest"},
	{"migrations/seed.go", ours + "/internal/users", "migrations"},
	{"web/account.go", ours + "/internal/users", "web"},
	{"docs/docs_test.go", ours + "/internal/auth", "docs"},
	{"e2e/runbooks/restore_test.go", ours + "/internal/users", "e2e-runbooks"},
	{"e2e/login_test.go", ours + "/internal/users", "e2e"},
	{"bench/peers/login_test.go", ours + "/internal/auth", "peers"},
	{"e2e/faults/history_test.go", ours + "/internal/users", "e2e-faults"},
	{"bench/page.go", ours + "/internal/site", "bench"},
	{"bench/load/verify.go", ours + "/internal/auth", "bench-load"},
	{"bench/floors/onerow/store.go", ours + "/internal/users", "bench-floors"},
	{"bench/floors/hello/page.go", ours + "/internal/site", "bench-floors"},
	{"bench/floors/sessioncheck/page.go", ours + "/internal/site", "bench-session-check"},

	{"internal/auth/gin.go", "github.com/gin-gonic/gin", "web-framework-only-in-site"},
	{"internal/telegramsim/compress.go", "github.com/gin-contrib/gzip", "web-framework-only-in-site"},
	{"internal/app/cookie.go", "github.com/gorilla/sessions", "web-framework-only-in-site"},
	{"internal/site/rows.go", "github.com/jackc/pgx/v5", "sql-only-in-users"},
	{"internal/auth/null.go", "database/sql", "sql-only-in-users"},
	{"internal/site/enqueue.go", "github.com/riverqueue/river", "queue-only-in-bot"},
	{"internal/users/migrate.go", "github.com/golang-migrate/migrate/v4", "migrate-only-in-postgres"},
	{"internal/site/send.go", "github.com/go-telegram/bot", "bot-api-only-in-bot"},
	{"internal/site/count.go", "github.com/prometheus/client_golang/prometheus", "prometheus-only-in-metrics"},
}

// permitted is what the design allows: each package with everything that it may import.
var permitted = []struct {
	file    string
	imports []string
}{
	{"cmd/site/main.go", []string{ours + "/internal/app"}},
	{"cmd/demo/main.go", []string{ours + "/internal/app", ours + "/internal/devpg", ours + "/internal/telegramsim"}},
	{"cmd/telegram-sim/main.go", []string{ours + "/internal/telegramsim"}},
	{"cmd/loginlink/main.go", []string{ours + "/internal/auth", ours + "/internal/telegramsim"}},
	{"internal/app/app.go", []string{
		ours + "/internal/auth", ours + "/internal/bot", ours + "/internal/metrics", ours + "/internal/postgres", ours + "/internal/site",
		ours + "/internal/users", ours + "/migrations", ours + "/web",
		"github.com/jackc/pgx/v5", "github.com/riverqueue/river", "net/http",
	}},
	{"internal/site/site.go", []string{
		ours + "/internal/auth", ours + "/internal/bot", ours + "/internal/metrics", ours + "/internal/users", ours + "/web",
		"github.com/gin-gonic/gin", "github.com/gorilla/sessions", "net/http",
	}},
	{"internal/auth/auth.go", []string{ours + "/internal/users", "net/url"}},
	{"internal/users/users.go", []string{"database/sql", "github.com/jackc/pgx/v5"}},
	{"internal/bot/bot.go", []string{
		ours + "/internal/metrics", ours + "/internal/users",
		"github.com/go-telegram/bot", "github.com/jackc/pgx/v5", "github.com/riverqueue/river", "net/http",
	}},
	{"internal/metrics/metrics.go", []string{"github.com/prometheus/client_golang/prometheus", "net/http"}},
	{"internal/telegramsim/sim.go", []string{"net/http"}},
	{"internal/telegramsim/sim_test.go", []string{ours + "/internal/telegramsim", "github.com/go-telegram/bot"}},
	{"internal/postgres/migrate.go", []string{
		ours + "/migrations", "github.com/golang-migrate/migrate/v4", "github.com/jackc/pgx/v5",
	}},
	{"internal/devpg/devpg.go", []string{ours + "/internal/postgres", ours + "/migrations", "github.com/jackc/pgx/v5"}},
	{"internal/devpg/pgtest/pgtest.go", []string{
		ours + "/internal/devpg", ours + "/internal/postgres", ours + "/migrations", "github.com/jackc/pgx/v5",
	}},
	{"migrations/migrations.go", []string{"embed"}},
	{"web/web.go", []string{"html/template", "net/http"}},
	{"e2e/runbooks/restore_test.go", []string{
		ours + "/internal/app", ours + "/internal/devpg", ours + "/internal/telegramsim", "github.com/jackc/pgx/v5",
	}},
	{"bench/main.go", []string{
		ours + "/bench/load", ours + "/internal/devpg", ours + "/internal/postgres", "github.com/jackc/pgx/v5", "net/http",
	}},
	{"bench/load/load.go", []string{"net"}},
	{"bench/floors/hello/main.go", []string{"github.com/gin-gonic/gin", "net/http"}},
	{"bench/floors/onerow/main.go", []string{ours + "/internal/postgres", "github.com/gin-gonic/gin"}},
	{"bench/floors/sessioncheck/main.go", []string{
		ours + "/internal/auth", ours + "/internal/postgres", ours + "/internal/users", "github.com/gin-gonic/gin",
	}},
	{"e2e/login_test.go", []string{
		ours + "/internal/app", ours + "/internal/devpg/pgtest", ours + "/internal/metrics", ours + "/internal/telegramsim",
	}},
	{"bench/peers/login_test.go", []string{ours + "/internal/devpg/pgtest", "github.com/jackc/pgx/v5"}},
	{"e2e/faults/history_test.go", []string{
		ours + "/internal/app", ours + "/internal/devpg", ours + "/internal/telegramsim", "github.com/jackc/pgx/v5",
	}},
}

// Tests may reach further than the package they test: testFolders names those
// that may import everything in testImports.
var (
	testFolders = []string{
		"cmd/site", "cmd/demo", "cmd/telegram-sim", "cmd/loginlink",
		"internal/app", "internal/site", "internal/auth", "internal/users", "internal/bot",
		"internal/postgres", "internal/devpg", "internal/devpg/pgtest", "migrations", "web",
	}
	testImports = []string{
		ours + "/internal/devpg/pgtest", ours + "/internal/telegramsim", "net/http", "github.com/gin-gonic/gin",
		"github.com/jackc/pgx/v5", "github.com/riverqueue/river", "github.com/golang-migrate/migrate/v4",
		"github.com/go-telegram/bot",
	}
)

func TestImportRules_eachViolationIsReportedAndNothingElse(t *testing.T) {
	t.Parallel()
	tree := newScratchTree(t)
	for _, p := range permitted {
		tree.add(p.file, p.imports...)
	}
	for _, folder := range testFolders {
		tree.add(folder+"/promise_test.go", testImports...)
	}
	var want []finding
	for _, v := range violations {
		v.file = tree.add(v.file, v.imports)
		want = append(want, v)
	}
	got := tree.lint()
	for _, f := range want {
		if !slices.Contains(got, f) {
			t.Errorf("%s: rule %s did not forbid the import of %s", f.file, f.rule, f.imports)
		}
	}
	for _, f := range got {
		if !slices.Contains(want, f) {
			t.Errorf("%s: rule %s forbids the import of %s, which is no violation", f.file, f.rule, f.imports)
		}
	}
}

func TestImportRules_eachDeniedEntryHasAViolation(t *testing.T) {
	t.Parallel()
	for name, rule := range readRules(t) {
		for _, deny := range rule.Deny {
			if !slices.ContainsFunc(violations, func(v finding) bool {
				return v.rule == name && strings.HasPrefix(v.imports, deny.Pkg)
			}) {
				t.Errorf("no violation shows that rule %s denies %s", name, deny.Pkg)
			}
		}
	}
}

func TestImportRules_eachPackageHasARule(t *testing.T) {
	t.Parallel()
	rules := readRules(t)
	for _, folder := range packageFolders(t) {
		governed := false
		for _, rule := range rules {
			governed = governed || rule.governs(folder)
		}
		if !governed {
			t.Errorf("no rule in %s says what %s may import of ours", linterSettings, folder)
		}
	}
}
