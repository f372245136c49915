package main

import (
	"context"
	"errors"
	"strconv"

	"example.com/telegram-login/internal/app"
)

var errMigrateUsage = errors.New("usage: site migrate, or site migrate force N")

// migrate needs the database settings only, so that it can run where the bot
// token is not.
func migrate(ctx context.Context, args []string, env *environment) error {
	r := &reader{env: env}
	databaseURL := readMigrateDatabaseURL(r, readDatabaseURL(r))
	if err := r.err(); err != nil {
		return err
	}
	switch {
	case len(args) == 0:
		return app.Migrate(ctx, databaseURL)
	case len(args) == 2 && args[0] == "force":
		version, err := strconv.Atoi(args[1])
		if err != nil {
			return errMigrateUsage
		}
		return app.ForceVersion(ctx, databaseURL, version)
	}
	return errMigrateUsage
}
