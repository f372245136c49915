package postgres

import (
	"errors"

	"github.com/jackc/pgx/v5"
)

var errSimpleProtocol = errors.New("the database address asks for simple_protocol, which puts values into the text of a " +
	"statement; behind a pooler without prepared statements use default_query_exec_mode=exec")

// refuseSimpleProtocol keeps values and statements apart on the wire (T29). With
// PostgreSQL's simple protocol the driver writes values into the statement, and
// one mistake in the quoting of any of them is an injection.
func refuseSimpleProtocol(config *pgx.ConnConfig) error {
	if config.DefaultQueryExecMode == pgx.QueryExecModeSimpleProtocol { //nolint:forbidigo // To refuse it.
		return errSimpleProtocol
	}
	return nil
}
