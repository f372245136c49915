package app

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/telegram-login/internal/auth"
	"example.com/telegram-login/internal/bot"
	"example.com/telegram-login/internal/metrics"
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
// ctx ends. Then it stops in the order that [serve] tells, and returns nil if
// all that had begun was finished.
func Run(ctx context.Context, cfg Config) error {
	defer cfg.Listener.Close() // For a start that fails; serving closes it too.
	needs, err := postgres.NewestMigration()
	if err != nil {
		return err
	}
	counts := metrics.New()
	counts.Build(metrics.ReadBuild())
	s := &running{cfg: cfg, counts: counts, ready: &readiness{now: cfg.Now, counts: counts, needs: needs}}
	defer serveAdmin(cfg, adminHandler(s.ready.Ready, counts, s.look))()

	if err := postgres.Migrate(ctx, cfg.MigrateDatabaseURL); err != nil {
		return err
	}
	db, err := postgres.Open(ctx, cfg.DatabaseURL, queryTracer{counts: counts, now: cfg.Now})
	if err != nil {
		return err
	}
	err = s.runOn(ctx, db)
	if !errors.Is(err, errWorkLeft) { // Else closing would wait for it.
		db.Close()
	}
	return err
}

// running is one copy of the site.
type running struct {
	cfg    Config
	counts *metrics.Metrics
	ready  *readiness
	opened atomic.Pointer[opened] // Nil while starting.
}

// opened is the database that a copy of the site has opened.
type opened struct {
	pool  *pgxpool.Pool
	store *users.Store
}

func (s *running) runOn(ctx context.Context, db *pgxpool.Pool) error {
	store := users.NewStore(db)
	theBot, err := newBot(s.cfg, store, db, s.counts)
	if err != nil {
		return err
	}
	handler, err := newHandler(s.cfg, store, theBot, s.ready.Ready, s.counts)
	if err != nil {
		return err
	}
	work := newWork(ctx, s.cfg, s.counts)
	work.do(func(ctx context.Context) { removeExpired(ctx, s.cfg, store, s.counts) })
	work.do(func(ctx context.Context) { removeForgotten(ctx, s.cfg, store, s.counts) })
	work.do(theBot.Introduce)
	work.do(theBot.Send)
	switch s.cfg.Updates {
	case UpdatesPolling:
		work.do(theBot.Poll)
	case UpdatesWebhook:
		work.do(theBot.SetWebhook)
	case UpdatesForwarded, UpdatesOff:
	}
	s.opened.Store(&opened{db, store})
	s.ready.started(store.Check)
	return serve(ctx, s.cfg, handler, s.ready, work)
}

var errNoWebhookSecret = errors.New("no webhook secret: anybody could say what people have allowed")

func newBot(cfg Config, store *users.Store, db *pgxpool.Pool, counts *metrics.Metrics) (*bot.Bot, error) {
	if cfg.Updates.ComeByHTTP() && len(cfg.WebhookSecrets) == 0 {
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
		WebhookSecret: cfg.newestWebhookSecret(),
		Listens:       cfg.Updates == UpdatesForwarded || cfg.Updates == UpdatesOff,
		Alone:         cfg.Alone,
		Users:         store,
		Queue:         db,
		Lease:         90 * time.Second,
		SendTimeout:   cmp.Or(cfg.SendTimeout, usualSendTimeout),
		Metrics:       counts,
		Now:           cfg.Now,
		Log:           cfg.Log,
	})
}

const usualSendTimeout = 10 * time.Second

func newHandler(cfg Config, store *users.Store, theBot *bot.Bot, ready func(context.Context) error, counts *metrics.Metrics) (http.Handler, error) {
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
	var webhookSecrets []string
	if cfg.Updates.ComeByHTTP() {
		webhookSecrets = cfg.WebhookSecrets
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
		WebhookSecrets: webhookSecrets,
		Ready:          ready,
		Metrics:        counts,
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
