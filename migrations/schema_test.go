package migrations_test

import (
	"flag"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"

	"example.com/telegram-login/internal/devpg/pgtest"
)

var update = flag.Bool("update", false, "write schema.sql anew")

const schemaFile = "schema.sql"

const schemaHeader = `-- The database as all migrations together make it: for reading, not for running.
-- Written by "go test ./migrations -run TestSchema -update"; why things are as they
-- are stands in the migrations.
`

func TestSchema_isWhatTheMigrationsMake(t *testing.T) {
	t.Parallel()
	conn, err := pgx.Connect(t.Context(), pgtest.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	want := schemaHeader + printSchema(t, conn)
	if *update {
		if err := os.WriteFile(schemaFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what the migrations make; run \"make schema\". They make:\n%s", schemaFile, want)
	}
}
