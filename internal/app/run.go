package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/auth"
	"example.com/telegram-login/internal/bot"
	"example.com/telegram-login/internal/postgres"
	"example.com/telegram-login/internal/site"
	"example.com/telegram-login/internal/users"
)

// Migrate brings the database to the newest schema.
func Migrate(ctx context.Context, databaseURL string) error {
	return postgres.Migrate(ctx, databaseURL)
}

// ForceVersion notes that the schema is at a version: the cure for a migration
// that failed half-way. See [postgres.Force].
func ForceVersion(ctx context.Context, databaseURL string, version int) error {
	return postgres.Force(ctx, databaseURL, version)
}

// Run migrates the database, serves visitors and answers the bot's updates until
// ctx ends. Then it finishes what has begun, for at most [stopTimeout], and
// returns nil.
func Run(ctx context.Context, cfg Config) error {
	defer cfg.Listener.Close() // For a start that fails; serving closes it too.
	if err := postgres.Migrate(ctx, cfg.MigrateDatabaseURL); err != nil {
		return err
	}
	db, err := postgres.Open(ctx, cfg.DatabaseURL)
	if err != nil {
		return err
	}
	defer db.Close()
	store := users.NewStore(db)

	theBot, err := newBot(cfg, store, db)
	if err != nil {
		return err
	}
	handler, err := newHandler(cfg, store, theBot)
	if err != nil {
		return err
	}

	var background sync.WaitGroup
	defer background.Wait() // Before the database closes.
	backgroundCtx, stopBackground := context.WithCancel(ctx)
	defer stopBackground()
	background.Go(func() { removeExpired(backgroundCtx, cfg, store) })
	background.Go(func() { removeForgotten(backgroundCtx, cfg, store) })
	background.Go(func() { theBot.Introduce(backgroundCtx) })
	background.Go(func() { theBot.Send(backgroundCtx) })
	switch cfg.Updates {
	case UpdatesPolling:
		background.Go(func() { theBot.Poll(backgroundCtx) })
	case UpdatesWebhook:
		background.Go(func() { theBot.SetWebhook(backgroundCtx) })
	case UpdatesForwarded, UpdatesOff:
	}
	return serve(ctx, cfg, handler)
}

var errNoWebhookSecret = errors.New("no webhook secret: anybody could say what people have allowed")

func newBot(cfg Config, store *users.Store, db *pgxpool.Pool) (*bot.Bot, error) {
	if cfg.Updates.ComeByHTTP() && cfg.WebhookSecret == "" {
		return nil, errNoWebhookSecret
	}
	return bot.New(bot.Config{
		Token:         cfg.BotTokens[0],
		Username:      cfg.BotUsername,
		APIURL:        cfg.APIURL,
		LinkURL:       cfg.LinkURL,
		LoginURL:      cfg.PublicURL.JoinPath(site.LoginPath).String(),
		AccountURL:    cfg.PublicURL.JoinPath(site.AccountPath).String(),
		MessagesURL:   cfg.PublicURL.JoinPath(site.MessagesPath).String(),
		SessionsURL:   cfg.PublicURL.JoinPath(site.SessionsPath).String(),
		WebhookURL:    cfg.PublicURL.JoinPath(site.WebhookPath).String(),
		WebhookSecret: cfg.WebhookSecret,
		Listens:       cfg.Updates == UpdatesForwarded || cfg.Updates == UpdatesOff,
		Alone:         cfg.Alone,
		Users:         store,
		Queue:         db,
		Lease:         90 * time.Second,
		SendTimeout:   cmp.Or(cfg.SendTimeout, usualSendTimeout),
		Now:           cfg.Now,
		Log:           cfg.Log,
	})
}

const usualSendTimeout = 10 * time.Second

func newHandler(cfg Config, store *users.Store, theBot *bot.Bot) (http.Handler, error) {
	verifier, err := auth.NewVerifier(auth.VerifierConfig{
		Tokens:    cfg.BotTokens,
		MaxAge:    cfg.LoginMaxAge,
		NotBefore: cfg.NotBefore,
	})
	if err != nil {
		return nil, err
	}
	sessions := &auth.Sessions{
		Users:     store,
		Now:       cfg.Now,
		Lifetime:  cfg.SessionLifetime,
		Idle:      cfg.SessionIdle,
		NotBefore: cfg.NotBefore,
		Log:       cfg.Log,
	}
	webhookSecret := ""
	if cfg.Updates.ComeByHTTP() {
		webhookSecret = cfg.WebhookSecret
	}
	s, err := site.New(site.Config{
		Login: &auth.Login{
			Verifier:      verifier,
			Users:         store,
			Sessions:      sessions,
			Now:           cfg.Now,
			AlwaysConfirm: cfg.LoginConfirm,
			Log:           cfg.Log,
		},
		Sessions:       sessions,
		PublicURL:      cfg.PublicURL,
		SessionKeys:    cfg.SessionKeys,
		Bot:            theBot,
		WebhookSecret:  webhookSecret,
		Ready:          store.Ping,
		Timeout:        requestTimeout,
		TrustedProxies: cfg.TrustedProxies,
		Now:            cfg.Now,
		Log:            cfg.Log,
	})
	if err != nil {
		return nil, err
	}
	return s.Handler()
}

// requestTimeout is how long a request may wait for the database.
const requestTimeout = 3 * time.Second

// stopTimeout is how long visitors may take to finish when the site stops.
const stopTimeout = 20 * time.Second

func serve(ctx context.Context, cfg Config, handler http.Handler) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      20 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(cfg.Log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(cfg.Listener) }()
	cfg.Log.InfoContext(ctx, "serving", slog.String("public_url", cfg.PublicURL.String()),
		slog.String("address", cfg.Listener.Addr().String()))
	if cfg.Serving != nil {
		cfg.Serving()
	}
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	cfg.Log.InfoContext(ctx, "stopping")
	stopCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if err := server.Shutdown(stopCtx); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("stop: %w", err)
	}
	return nil
}
