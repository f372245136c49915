package main

import (
	"log/slog"
	"strings"
	"time"

	"example.com/telegram-login/internal/app"
)

// effective is the configuration that counts, defaults and files included, for the
// first line of the log: what an operator believes to have set and what the program
// goes by are two things. Of a secret it tells how many there are and no more
// (R12).
func (s settings) effective() []slog.Attr {
	cfg := s.app
	confirm := "auto"
	if cfg.LoginConfirm {
		confirm = "always"
	}
	notBefore := ""
	if !cfg.NotBefore.IsZero() {
		notBefore = cfg.NotBefore.UTC().Format(time.RFC3339)
	}
	return []slog.Attr{
		slog.String("public_url", cfg.PublicURL.String()),
		slog.String("listen_addr", s.listenAddr),
		slog.String("admin_addr", s.adminAddr),
		slog.String("database_url", app.RedactDatabaseURL(cfg.DatabaseURL)),
		slog.String("migrate_database_url", app.RedactDatabaseURL(cfg.MigrateDatabaseURL)),
		slog.Int("telegram_bot_tokens", len(cfg.BotTokens)),
		slog.String("telegram_bot_username", cfg.BotUsername),
		slog.String("telegram_api_url", cfg.APIURL),
		slog.String("telegram_link_url", cfg.LinkURL),
		slog.String("telegram_updates", string(cfg.Updates)),
		slog.Int("telegram_webhook_secrets", len(cfg.WebhookSecrets)),
		slog.Int("session_keys", len(cfg.SessionKeys)),
		slog.Duration("session_lifetime", cfg.SessionLifetime),
		slog.Duration("session_idle", cfg.SessionIdle),
		slog.Duration("login_max_age", cfg.LoginMaxAge),
		slog.String("login_confirm", confirm),
		slog.String("login_not_before", notBefore),
		slog.String("trusted_proxies", strings.Join(cfg.TrustedProxies, ",")),
		slog.Duration("drain_delay", cfg.DrainDelay),
		slog.String("log_level", s.logLevel.String()),
	}
}
