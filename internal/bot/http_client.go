package bot

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// httpClient is what the library sends its requests with. The Bot API has the
// token in the address, and net/http puts the address into its errors (P1, T07):
// those are rebuilt without it. The library puts answers into its errors, and an
// error page of something on the way may quote the address: those are cleaned.
type httpClient struct {
	client *http.Client
	secret []byte // The part of the token that no encoding of addresses or pages changes.
}

// errServerTrouble is an answer that says that something on the other side is out
// of order.
var errServerTrouble = errors.New("trouble at telegram's side")

// maxAnswerBytes bounds what is read of an answer.
const maxAnswerBytes = 8 << 20

func newHTTPClient(secret string) httpClient {
	transport := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // It is one, says net/http.
	// Each worker keeps its connection: a new one for each message would make the
	// time of its arrival a matter of chance.
	transport.MaxIdleConnsPerHost = workers + 2
	return httpClient{secret: []byte(secret), client: &http.Client{
		Transport: transport,
		Timeout:   pollTimeout + 10*time.Second,
		// A redirect would carry the token to wherever it points.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Do sends a request to the Bot API and reads the whole answer. Neither its
// errors nor the answer hold the token.
func (c httpClient) Do(r *http.Request) (*http.Response, error) {
	resp, err := c.client.Do(r) //nolint:gosec // G704: the address is the operator's setting, not a visitor's.
	if urlError, ok := errors.AsType[*url.Error](err); ok {
		return nil, fmt.Errorf("bot api: %w", urlError.Err)
	}
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswerBytes))
	if err != nil {
		return nil, fmt.Errorf("bot api: read answer: %w", err)
	}
	if !json.Valid(body) { // A page for people; the library would put all of it into the log.
		err := fmt.Errorf("bot api: status %d with an answer that is no json", resp.StatusCode)
		if resp.StatusCode >= http.StatusInternalServerError {
			err = fmt.Errorf("%w: %w", errServerTrouble, err)
		}
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(bytes.ReplaceAll(body, c.secret, []byte("..."))))
	return resp, nil
}
