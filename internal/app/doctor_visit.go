package app

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"example.com/telegram-login/internal/site"
)

// doctorAgent is how the doctor introduces itself to the site.
const doctorAgent = "site-doctor"

// visit asks the site at its public address, as somebody from outside would. The
// answer's refusal is the site's word for why not; empty for none.
func (d *doctor) visit(ctx context.Context, method, path, secret, body string) (status int, refusal, text string, err error) {
	req, err := http.NewRequestWithContext(ctx, method, d.cfg.PublicURL.String()+path, strings.NewReader(body))
	if err != nil {
		return 0, "", "", errors.New("the address is not usable")
	}
	req.Header.Set("User-Agent", doctorAgent)
	if secret != "" {
		req.Header.Set(site.WebhookSecretHeader, secret)
	}
	resp, err := d.client.Do(req)
	if urlError, ok := errors.AsType[*url.Error](err); ok { // It quotes the address.
		return 0, "", "", urlError.Err
	}
	if err != nil {
		return 0, "", "", err
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
	return resp.StatusCode, resp.Header.Get(site.RefusalHeader), string(content), err
}

func (d *doctor) checkSite(ctx context.Context) {
	const name = "site"
	if d.cfg.PublicURL == nil {
		d.notChecked(name, "PUBLIC_URL is missing or wrong")
		return
	}
	status, _, text, err := d.visit(ctx, http.MethodGet, "/livez", "", "")
	switch {
	case err != nil:
		d.problem(name, fmt.Sprintf("%s cannot be reached: %v", d.cfg.PublicURL, err),
			"start the site; look at DNS, firewall, certificate, and where the proxy leads to (LISTEN_ADDR)")
		return
	case status != http.StatusOK || text != "alive\n":
		d.problem(name, fmt.Sprintf("what answers at %s (status %d) is not this site", d.cfg.PublicURL, status),
			"look where the proxy leads to, and whether it hands on every path and asks no password")
		return
	}
	d.siteThere = true
	if status, _, _, err := d.visit(ctx, http.MethodGet, "/readyz", "", ""); err != nil || status != http.StatusOK {
		d.problem(name, "runs, and is not ready", "look into its log: most likely it does not reach its database")
		return
	}
	d.ok(name, "answers at %s", d.cfg.PublicURL)
}

// checkLogin shows the site a link that is validly signed and long expired. The
// right answer proves that the login address is reached with its whole query, and
// that the running site has each of our tokens; and nobody is signed in.
func (d *doctor) checkLogin(ctx context.Context) {
	const name = "login"
	switch {
	case len(d.cfg.BotTokens) == 0:
		d.notChecked(name, "TELEGRAM_BOT_TOKEN is missing or wrong")
		return
	case !d.siteThere:
		d.notChecked(name, "the site does not answer")
		return
	}
	for i, token := range d.cfg.BotTokens {
		signature := "our signature"
		if len(d.cfg.BotTokens) > 1 {
			signature = fmt.Sprintf("the signature of token %d", i+1)
		}
		d.checkLoginWith(ctx, name, token, signature)
	}
}

func (d *doctor) checkLoginWith(ctx context.Context, name, token, signature string) {
	status, refusal, _, err := d.visit(ctx, http.MethodGet, site.LoginPath+"?"+expiredLink(token).Encode(), "", "")
	switch {
	case err != nil:
		d.problem(name, "the login address cannot be reached: "+err.Error(), "look at what stands before the site")
	case refusal == "expired":
		d.ok(name, "the login address knows %s, and refuses what has expired", signature)
	case refusal == "bad_signature":
		d.problem(name, "the running site does not accept "+signature+": it has another token",
			"start the site with the same TELEGRAM_BOT_TOKEN as the doctor")
	case refusal == rateLimited:
		d.notChecked(name, tooManyTries)
	case refusal == "plain_visit" || refusal == "malformed":
		d.problem(name, "the login address got no whole query", "let the proxy hand on the query string as it is")
	default:
		d.problem(name, fmt.Sprintf("the login address answers with status %d", status), "let the proxy hand on "+site.LoginPath+" as it is, without a redirect or a password")
	}
}

// expiredDate is in 2015, before Telegram had logins. It is no age: if it were
// counted from a clock that is wrong by a day, the link could be fresh by the
// site's, and sign somebody in.
const expiredDate = "1420070400"

// expiredLink is signed as Telegram does it.
//
// Source: https://core.telegram.org/widgets/login-legacy#checking-authorization
func expiredLink(token string) url.Values {
	key := sha256.Sum256([]byte(token))
	mac := hmac.New(sha256.New, key[:])
	mac.Write([]byte("auth_date=" + expiredDate + "\nfirst_name=Doctor\nid=1"))
	return url.Values{
		"auth_date": {expiredDate}, "first_name": {"Doctor"}, "id": {"1"}, "hash": {hex.EncodeToString(mac.Sum(nil))},
	}
}

// What the site says to whoever has failed too often, and what that means here.
const (
	rateLimited  = "rate_limited"
	tooManyTries = "the site has seen too many failures from this address; ask again in a minute"
)

// checkWebhookSecret brings the site something that is no update, with each of our
// secrets and with another one: what it is refused for tells which secrets the
// running site has.
func (d *doctor) checkWebhookSecret(ctx context.Context) {
	const name = "webhook_secret"
	switch {
	case !d.cfg.Updates.ComeByHTTP():
		return
	case len(d.cfg.WebhookSecrets) == 0:
		d.notChecked(name, "TELEGRAM_WEBHOOK_SECRET is missing or wrong")
		return
	case !d.siteThere:
		d.notChecked(name, "the site does not answer")
		return
	}
	for i, secret := range d.cfg.WebhookSecrets {
		which := "our secret"
		if len(d.cfg.WebhookSecrets) > 1 {
			which = fmt.Sprintf("secret %d", i+1)
		}
		if !d.checkOurWebhookSecret(ctx, name, secret, which) {
			return
		}
	}
	switch _, refusal, _, err := d.visit(ctx, http.MethodPost, site.WebhookPath, rand.Text(), noUpdate); {
	case err == nil && refusal == "webhook_secret":
		d.ok(name, "the running site takes ours and no other")
	case err == nil && refusal == rateLimited:
		d.notChecked(name, tooManyTries)
	default:
		d.problem(name, "the webhook's address takes updates without our secret", "look at what stands before the site: it must not add the header "+site.WebhookSecretHeader)
	}
}

const noUpdate = "{}"

// checkOurWebhookSecret reports whether the running site takes one of our secrets.
func (d *doctor) checkOurWebhookSecret(ctx context.Context, name, secret, which string) bool {
	status, refusal, _, err := d.visit(ctx, http.MethodPost, site.WebhookPath, secret, noUpdate)
	switch {
	case err != nil:
		d.problem(name, "the webhook's address cannot be reached: "+err.Error(), "look at what stands before the site")
	case refusal == "webhook_secret":
		d.problem(name, "the running site does not take "+which+": it has another secret", "start the site with the same TELEGRAM_WEBHOOK_SECRET as the doctor")
	case refusal == rateLimited:
		d.notChecked(name, tooManyTries)
	case refusal != "bad_update":
		d.problem(name, fmt.Sprintf("the webhook's address answers with status %d", status),
			"start the site with the same TELEGRAM_UPDATES as the doctor, and let the proxy hand on POST "+site.WebhookPath)
	default:
		return true
	}
	return false
}
