// Package migrations holds the database schema as numbered SQL files.
//
// Each change has six digits, one subject, and a way up and down. The files are
// applied by [example.com/telegram-login/internal/postgres]. The result of all
// of them is kept readable in schema.sql, which a test keeps true.
package migrations

import "embed"

// FS holds every migration file, named NNNNNN_subject.up.sql and .down.sql.
//
//go:embed *.up.sql *.down.sql
var FS embed.FS
