package bot

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// httpClient is what the library sends its requests with. The Bot API has the
// token in the address, and net/http puts the address into its errors (P1, T07):
// those are rebuilt without it.
type httpClient struct {
	client *http.Client
}

// maxAnswerBytes bounds what is read of an answer: the library reads it whole.
const maxAnswerBytes = 8 << 20

func newHTTPClient() httpClient {
	return httpClient{&http.Client{
		Timeout: pollTimeout + 10*time.Second,
		// A redirect would carry the token to wherever it points.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Do sends a request to the Bot API. Its errors name no address.
func (c httpClient) Do(r *http.Request) (*http.Response, error) {
	resp, err := c.client.Do(r) //nolint:gosec // G704: the address is the operator's setting, not a visitor's.
	if urlError, ok := errors.AsType[*url.Error](err); ok {
		return nil, fmt.Errorf("bot api: %w", urlError.Err)
	}
	if err != nil {
		return nil, err
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(resp.Body, maxAnswerBytes), resp.Body}
	return resp, nil
}
