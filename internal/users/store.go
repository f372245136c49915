package users

import "github.com/jackc/pgx/v5/pgxpool"

// Store keeps everything in one PostgreSQL database.
type Store struct {
	db *pgxpool.Pool
}

// NewStore returns a store on a migrated database. The pool stays the caller's
// to close.
func NewStore(db *pgxpool.Pool) *Store {
	return &Store{db: db}
}
