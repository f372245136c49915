package migrations_test

import (
	"fmt"
	"io/fs"
	"regexp"
	"testing"

	"example.com/telegram-login/migrations"
)

var fileName = regexp.MustCompile(`^(\d{6})_([a-z0-9_]+)\.(up|down)\.sql$`)

// newest returns the number of the last migration, and checks on the way that
// each has a way up and a way down under one name, and that no number is missing.
func newest(t *testing.T) int {
	t.Helper()
	entries, err := fs.ReadDir(migrations.FS, ".")
	if err != nil {
		t.Fatal(err)
	}
	subjects := make(map[string]string) // "000001 up": "accounts"
	for _, entry := range entries {
		parts := fileName.FindStringSubmatch(entry.Name())
		if parts == nil {
			t.Errorf("%s is not named NNNNNN_subject.up.sql or .down.sql", entry.Name())
			continue
		}
		key := parts[1] + " " + parts[3]
		if subjects[key] != "" {
			t.Errorf("two files are number %s", key)
		}
		subjects[key] = parts[2]
	}
	count := len(subjects) / 2
	for number := 1; number <= count; number++ {
		up, down := subjects[fmt.Sprintf("%06d up", number)], subjects[fmt.Sprintf("%06d down", number)]
		if up == "" || up != down {
			t.Errorf("migration %d goes up as %q and down as %q", number, up, down)
		}
	}
	if count == 0 || len(subjects) != 2*count {
		t.Errorf("%d files are no pairs", len(subjects))
	}
	return count
}

func TestFiles_comeInPairsNumberedWithoutGaps(t *testing.T) {
	t.Parallel()
	newest(t)
}
