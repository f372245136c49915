package bot

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	telegram "github.com/go-telegram/bot"
)

// ErrTokenRefused means that Telegram knows no bot with this token.
var ErrTokenRefused = errors.New("telegram does not accept the token")

// Inspection is what Telegram says about a bot. It shows no address of somebody
// else's webhook: that may hold a secret.
type Inspection struct {
	StandIn   bool // It is the stand-in that answers; see package telegramsim.
	Username  string
	ClockSkew time.Duration // How far our clock is ahead; to about a second.
	SkewKnown bool
	Webhook   WebhookInspection
}

// WebhookInspection is what Telegram says about a bot's webhook.
type WebhookInspection struct {
	Set            bool
	Ours           bool   // It leads to the address that we asked about.
	Host           string // Where it leads.
	AllUpdates     bool   // What we need is among the kinds that are brought.
	Pending        int
	LastError      string // Telegram's words.
	LastErrorAt    time.Time
	AllowedUpdates []string
}

// Inspect asks Telegram about the bot of a token, and changes nothing. Errors do
// not hold the token; one that Telegram refuses is [ErrTokenRefused], and then
// only the clock and who answers are known.
func Inspect(ctx context.Context, apiURL, token, webhookURL string, now func() time.Time) (Inspection, error) {
	parts := isToken.FindStringSubmatch(token)
	if parts == nil {
		return Inspection{}, errNoToken
	}
	client := newHTTPClient(parts[1])
	var me struct {
		Username string `json:"username"`
	}
	header, err := client.call(ctx, apiURL, token, "getMe", struct{}{}, &me)
	found := Inspection{StandIn: header.Get("X-Stand-In") != "", Username: me.Username}
	if at, err := http.ParseTime(header.Get("Date")); err == nil {
		found.SkewKnown, found.ClockSkew = true, now().Sub(at).Truncate(time.Second)
	}
	if errors.Is(err, telegram.ErrorUnauthorized) {
		return found, ErrTokenRefused
	}
	if err != nil {
		return Inspection{}, err
	}
	var info struct {
		URL              string   `json:"url"`
		Pending          int      `json:"pending_update_count"`
		LastErrorDate    int64    `json:"last_error_date"`
		LastErrorMessage string   `json:"last_error_message"`
		AllowedUpdates   []string `json:"allowed_updates"`
	}
	if _, err := client.call(ctx, apiURL, token, "getWebhookInfo", struct{}{}, &info); err != nil {
		return Inspection{}, err
	}
	found.Webhook = WebhookInspection{
		Set:            info.URL != "",
		Ours:           info.URL == webhookURL,
		Host:           hostOf(info.URL),
		AllUpdates:     len(info.AllowedUpdates) == 0 || containsAll(info.AllowedUpdates, allowedUpdates), // Empty is Telegram's default, which has both.
		Pending:        info.Pending,
		LastError:      info.LastErrorMessage,
		AllowedUpdates: info.AllowedUpdates,
	}
	if info.LastErrorDate != 0 {
		found.Webhook.LastErrorAt = time.Unix(info.LastErrorDate, 0)
	}
	return found, nil
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

func containsAll(in, wanted []string) bool {
	return !slices.ContainsFunc(wanted, func(kind string) bool { return !slices.Contains(in, kind) })
}
