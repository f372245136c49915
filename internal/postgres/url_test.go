package postgres_test

import (
	"context"
	"strings"
	"testing"

	"example.com/telegram-login/internal/postgres"
)

// Every way of naming a database that cannot be opened. None may show "hunter2".
var unusable = map[string]string{
	"nobody listens":             "postgres://site:hunter2@127.0.0.1:1/site",
	"no such host":               "postgres://site:hunter2@host.invalid/site",
	"no scheme":                  "site:hunter2@127.0.0.1/site",
	"another scheme":             "mysql://site:hunter2@127.0.0.1/site",
	"keywords and values":        "host=127.0.0.1 password=hunter2",
	"a port that is no number":   "postgres://site:hunter2@127.0.0.1:port/site",
	"a bad escape":               "postgres://site:hunter2%zz@127.0.0.1/site",
	"a slash in the password":    "postgres://site:hunter2/x@127.0.0.1/site",
	"a # in the password":        "postgres://site:hunter2#x@127.0.0.1/site",
	"an @ in the password":       "postgres://site:x@hunter2@127.0.0.1:1/site",
	"digits before a slash":      "postgres://site:1/hunter2@127.0.0.1/site",
	"digits before a ?":          "postgres://site:1?hunter2@127.0.0.1/site",
	"a line feed":                "postgres://site:hunter2@127.0.0.1/site\n",
	"password in the query":      "postgres://127.0.0.1:1/site?user=site&password=hunter2",
	"password in a bad query":    "postgres://127.0.0.1:1/site?password=hunter2&sslmode=perhaps",
	"a bad size of the pool":     "postgres://site:hunter2@127.0.0.1/site?pool_max_conns=hunter",
	"an unreadable key":          "postgres://site@127.0.0.1/site?sslpassword=hunter2&sslkey=/none&sslcert=/none",
	"password without user":      "postgres://:hunter2@127.0.0.1:1/site",
	"a password twice":           "postgres://site:hunter2@127.0.0.1:1/site?password=hunter2",
	"a password with a space":    "postgres://site:hunter2 x@127.0.0.1:1/site",
	"several hosts, none answer": "postgres://site:hunter2@127.0.0.1:1,127.0.0.1:2/site",
	"several hosts, a bad size":  "postgres://site:hunter2@127.0.0.1:1,127.0.0.1:2/site?pool_max_conns=hunter",
	"several hosts, a bad port":  "postgres://site:hunter2@127.0.0.1:1,127.0.0.1:port/site",
	"several hosts, a bad slash": "postgres://site:hunter2/x@127.0.0.1:1,127.0.0.1:2/site",
}

func TestErrors_neverShowThePassword(t *testing.T) {
	t.Parallel()
	functions := map[string]func(context.Context, string) error{
		"Open": func(ctx context.Context, databaseURL string) error {
			pool, err := postgres.Open(ctx, databaseURL)
			if err == nil {
				pool.Close()
			}
			return err
		},
		"Migrate": postgres.Migrate,
		"Force": func(ctx context.Context, databaseURL string) error {
			return postgres.Force(ctx, databaseURL, 1)
		},
		"Version": func(ctx context.Context, databaseURL string) error {
			_, _, err := postgres.Version(ctx, databaseURL)
			return err
		},
	}
	for function, call := range functions {
		for name, databaseURL := range unusable {
			t.Run(function+"/"+name, func(t *testing.T) {
				t.Parallel()
				err := call(t.Context(), databaseURL)
				if err == nil {
					t.Fatal("no error")
				}
				if strings.Contains(err.Error(), "hunter2") {
					t.Errorf("the error shows the password: %v", err)
				}
			})
		}
	}
}

func TestOpen_aBadParameterIsNamed(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a bad size of the pool", "several hosts, a bad size"} {
		_, err := postgres.Open(t.Context(), unusable[name])
		if err == nil || !strings.Contains(err.Error(), "pool_max_conns") {
			t.Errorf("%s: Open error = %v, want one that names pool_max_conns", name, err)
		}
	}
}
