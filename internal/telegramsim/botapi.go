package telegramsim

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// apiError is an error answer of the Bot API, with Telegram's code and text.
type apiError struct {
	code        int
	description string
	retryAfter  int // seconds, only with 429
}

func badRequest(text string) *apiError {
	return &apiError{code: 400, description: "Bad Request: " + text}
}

func forbidden(text string) *apiError { return &apiError{code: 403, description: "Forbidden: " + text} }

func conflict(text string) *apiError { return &apiError{code: 409, description: "Conflict: " + text} }

// botAPI serves /bot<token>/<method>, and /bot<token>/test/<method>, which is the same here.
func (s *Sim) botAPI(w http.ResponseWriter, r *http.Request) {
	token, isBot := strings.CutPrefix(r.PathValue("bottoken"), "bot")
	if !isBot {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		writeAPIError(w, &apiError{code: 405, description: "Method Not Allowed"})
		return
	}
	result, fail := s.callMethod(r, token)
	if fail != nil {
		writeAPIError(w, fail)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"ok": true, "result": result})
}

func (s *Sim) callMethod(r *http.Request, token string) (any, *apiError) {
	fail := s.apiFault(r.Context())
	if fail != nil {
		return nil, fail
	}
	b := s.botWithToken(token)
	if b == nil {
		return nil, &apiError{code: 401, description: "Unauthorized"}
	}
	p, fail := readParams(r)
	if fail != nil {
		return nil, fail
	}
	// The server does not care about the case of method names.
	switch strings.ToLower(r.PathValue("method")) {
	case "getme":
		return s.getMe(b), nil
	case "getupdates":
		return s.getUpdates(r.Context(), b, p)
	case "sendmessage":
		return s.sendMessage(b, p)
	case "sendchataction":
		return s.sendChatAction(b, p)
	case "getchat":
		return s.getChat(b, p)
	case "answercallbackquery":
		return s.answerCallbackQuery(b, p)
	case "setwebhook":
		return s.setWebhook(b, p)
	case "deletewebhook":
		return s.deleteWebhook(b, p)
	case "getwebhookinfo":
		return s.getWebhookInfo(b), nil
	case "setmycommands":
		return s.setMyCommands(b, p)
	case "getmycommands":
		return s.getMyCommands(b), nil
	default:
		return nil, &apiError{code: 404, description: "Not Found: method not found"}
	}
}

// apiFault makes the call slow or failing, if that is wanted.
func (s *Sim) apiFault(ctx context.Context) *apiError {
	faults := s.currentFaults()
	if faults.APISlowMS > 0 {
		timer := time.NewTimer(time.Duration(faults.APISlowMS) * time.Millisecond)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	switch {
	case faults.APIError:
		return &apiError{code: 502, description: "Bad Gateway"}
	case faults.APIRetryAfter > 0:
		return &apiError{
			code:        429,
			description: fmt.Sprintf("Too Many Requests: retry after %d", faults.APIRetryAfter),
			retryAfter:  faults.APIRetryAfter,
		}
	}
	return nil
}

func (s *Sim) botWithToken(token string) *bot {
	for _, b := range s.bots {
		if b.Token == token {
			return b
		}
	}
	return nil
}

func writeAPIError(w http.ResponseWriter, fail *apiError) {
	body := map[string]any{"ok": false, "error_code": fail.code, "description": fail.description}
	if fail.retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(fail.retryAfter))
		body["parameters"] = map[string]int{"retry_after": fail.retryAfter}
	}
	writeJSON(w, fail.code, body)
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		http.Error(w, "The answer could not be written as JSON.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(text)
}
