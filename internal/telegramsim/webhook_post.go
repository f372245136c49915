package telegramsim

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"
)

// maxHookAnswer is how much of a webhook's answer is read, only to use the connection again.
const maxHookAnswer = 64 << 10

// hookRefusal is why a delivery was not confirmed.
type hookRefusal struct {
	reason     string        // as in getWebhookInfo; never an address or a secret
	retryAfter time.Duration // what the answer asked for; 0 if it did not
}

// newHookClient returns the client of all deliveries. It uses no proxy, whatever the environment says: the
// addresses are those of a laptop or of a test. It follows no redirect, as Telegram does not.
func newHookClient() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{Proxy: nil, MaxIdleConnsPerHost: 100, IdleConnTimeout: time.Minute},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// post delivers an update once; nil means that it was confirmed.
func (s *Sim) post(ctx context.Context, hook *webhook, body []byte) *hookRefusal {
	ctx, cancel := context.WithTimeout(ctx, answerTimeRetries*s.webhookRetry)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, hook.url, bytes.NewReader(body))
	if err != nil {
		return &hookRefusal{reason: "Wrong URL"}
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "") // Telegram sends none
	if hook.secret != "" {
		request.Header.Set("X-Telegram-Bot-Api-Secret-Token", hook.secret)
	}
	response, err := s.hooks.Do(request)
	if err != nil {
		return &hookRefusal{reason: connectionError(err)}
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.CopyN(io.Discard, response.Body, maxHookAnswer)
	if response.StatusCode >= 200 && response.StatusCode <= 299 {
		return nil
	}
	return &hookRefusal{
		reason:     "Wrong response from the webhook: " + response.Status,
		retryAfter: retryAfter(response.Header.Get("Retry-After")),
	}
}

// retryAfter reads the header of that name: seconds, of which Telegram's server obeys an hour at most.
func retryAfter(header string) time.Duration {
	seconds, err := strconv.ParseInt(header, 10, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0
	}
	return time.Duration(min(max(seconds, 0), int64(maxRetryAfter/time.Second))) * time.Second
}

// connectionError puts it in the words of Telegram's server. The error itself would show the address.
func connectionError(err error) string {
	_, notResolved := errors.AsType[*net.DNSError](err)
	_, badCertificate := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case notResolved:
		return "Failed to resolve host: Name or service not known"
	case badCertificate:
		return "SSL error {error:1416F086:SSL routines:tls_process_server_certificate:certificate verify failed}"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "Connection refused"
	case errors.Is(err, syscall.ECONNRESET):
		return "Connection reset by peer"
	case errors.Is(err, context.DeadlineExceeded):
		return "Read timeout expired"
	default:
		return "Connection closed"
	}
}
