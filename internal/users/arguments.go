package users

import (
	"context"
	"errors"
	"sync"

	"github.com/jackc/pgx/v5"
)

// arguments are those of a statement, by name. They are [pgx.NamedArgs] for what is
// sent with each login and each page: those read the statement again each time, which
// takes longer than to send it.
type arguments map[string]any

// numbered is a statement with numbers in place of names.
type numbered struct {
	text  string
	names []string // In the order of the numbers.
}

// numberedStatements has no more than the constants of this package.
var numberedStatements sync.Map

var errNoArgument = errors.New("statement has an argument that was not given")

// RewriteQuery is called by pgx.
func (a arguments) RewriteQuery(ctx context.Context, conn *pgx.Conn, sql string, _ []any) (string, []any, error) {
	known, ok := numberedStatements.Load(sql)
	if !ok {
		statement, err := a.number(ctx, conn, sql)
		if err != nil {
			return "", nil, err
		}
		known, _ = numberedStatements.LoadOrStore(sql, statement)
	}
	statement, _ := known.(*numbered)
	values := make([]any, len(statement.names))
	for i, name := range statement.names {
		if values[i], ok = a[name]; !ok {
			return "", nil, errNoArgument
		}
	}
	return statement.text, values, nil
}

// number has pgx put the names themselves where the values would go.
func (a arguments) number(ctx context.Context, conn *pgx.Conn, sql string) (*numbered, error) {
	names := make(pgx.NamedArgs, len(a))
	for name := range a {
		names[name] = name
	}
	text, inOrder, err := names.RewriteQuery(ctx, conn, sql, nil)
	if err != nil {
		return nil, err
	}
	statement := &numbered{text: text}
	for _, found := range inOrder {
		name, ok := found.(string)
		if !ok {
			return nil, errNoArgument
		}
		statement.names = append(statement.names, name)
	}
	return statement, nil
}
