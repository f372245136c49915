package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	telegram "github.com/go-telegram/bot"
)

var errNoRequest = errors.New("bot api: the address is not usable")

// call makes a call of the Bot API and decodes its result, unless that is nil. It
// is for what the library keeps to itself: getUpdates, and the header of the
// answer, which is returned; nil when there was none. And for what the library
// tells less about: that Telegram has taken a message, whatever the result looks
// like.
//
// Source: https://core.telegram.org/bots/api#making-requests
func (c httpClient) call(ctx context.Context, apiURL, token, method string, params, result any) (http.Header, error) {
	body, err := json.Marshal(params)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, apiURL+"/bot"+token+"/"+method, bytes.NewReader(body))
	if err != nil {
		return nil, errNoRequest // The error would quote the address, and the token in it.
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var answer struct {
		OK          bool            `json:"ok"`
		Result      json.RawMessage `json:"result"`
		Code        int             `json:"error_code"`
		Description string          `json:"description"`
		Parameters  struct {
			RetryAfter int `json:"retry_after"`
		} `json:"parameters"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return nil, fmt.Errorf("%s: status %d, not an answer of the bot api", method, resp.StatusCode)
	}
	switch {
	case answer.OK && result == nil:
		return resp.Header, nil
	case answer.OK:
		if err := json.Unmarshal(answer.Result, result); err != nil {
			return resp.Header, fmt.Errorf("%s: unexpected result", method)
		}
		return resp.Header, nil
	case answer.Code == http.StatusUnauthorized, answer.Code == http.StatusNotFound:
		return resp.Header, fmt.Errorf("%s: %w: %s", method, telegram.ErrorUnauthorized, answer.Description)
	case answer.Code == http.StatusForbidden:
		return resp.Header, fmt.Errorf("%s: %w: %s", method, telegram.ErrorForbidden, answer.Description)
	case answer.Code == http.StatusBadRequest:
		return resp.Header, fmt.Errorf("%s: %w: %s", method, telegram.ErrorBadRequest, answer.Description)
	case answer.Code == http.StatusConflict:
		return resp.Header, fmt.Errorf("%s: %w: %s", method, telegram.ErrorConflict, answer.Description)
	case answer.Code == http.StatusTooManyRequests:
		return resp.Header, &telegram.TooManyRequestsError{Message: method + ": too many requests", RetryAfter: answer.Parameters.RetryAfter}
	}
	err = fmt.Errorf("%s: %d %s", method, answer.Code, answer.Description)
	if answer.Code >= http.StatusInternalServerError {
		err = fmt.Errorf("%w: %w", errServerTrouble, err)
	}
	return resp.Header, err
}
