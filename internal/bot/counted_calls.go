package bot

import (
	"net/http"
	"path"
	"strconv"
	"time"

	"example.com/telegram-login/internal/metrics"
)

// countedCalls counts the calls of the Bot API and their answers, and learns from
// them what time it is at Telegram.
type countedCalls struct {
	next   http.RoundTripper
	counts *metrics.Metrics
	now    func() time.Time
}

// RoundTrip passes a call on. The last part of its address is the method; the part
// before is the token, and is not looked at (R12).
func (c *countedCalls) RoundTrip(r *http.Request) (*http.Response, error) {
	method := knownMethod(path.Base(r.URL.Path))
	began := c.now()
	resp, err := c.next.RoundTrip(r)
	now := c.now()
	if method != pollMethod { // Telegram holds it open on purpose.
		c.counts.APICall(method, now.Sub(began))
	}
	if err != nil {
		if r.Context().Err() == nil { // Else it was we who hung up.
			c.counts.APIAnswer(method, "none")
		}
		return nil, err
	}
	c.counts.APIAnswer(method, knownCode(resp.StatusCode))
	if at, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		c.counts.ClockSkew(metrics.Telegram, now.Sub(at).Truncate(time.Second))
	}
	return resp, nil
}

const pollMethod = "getUpdates"

// knownMethod keeps the names to a closed set.
func knownMethod(name string) string {
	switch name {
	case "getMe", "setMyCommands", "getWebhookInfo", "setWebhook", "deleteWebhook", pollMethod, "sendMessage":
		return name
	}
	return "other"
}

// knownCode keeps the codes to a closed set: what answers may be anybody's proxy.
func knownCode(status int) string {
	switch status {
	case http.StatusOK, http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound,
		http.StatusConflict, http.StatusTooManyRequests:
		return strconv.Itoa(status)
	}
	if status >= http.StatusInternalServerError {
		return "5xx"
	}
	return "other"
}
