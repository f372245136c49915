package telegramsim

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
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
	call, fail := s.readCall(r, token)
	t := s.troubleWith(call)
	sleep(r.Context(), t.wait)
	if t.kind == htmlPage {
		writeGatewayPage(w)
		return
	}
	if refused := t.refusal(); refused != nil {
		fail = refused
	}
	var result any
	if fail == nil {
		result, fail = s.carryOut(r.Context(), call)
	}
	s.noteCall(call, result, fail)
	if t.kind == neverAnswered {
		neverAnswer(r.Context())
	}
	if t.kind == cutOff {
		w = cuttingWriter{w}
	}
	if fail != nil {
		writeAPIError(w, fail)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{"ok": true, "result": result})
}

// apiCall is one call of the Bot API. Its bot is nil if the call could not be read.
type apiCall struct {
	bot    *bot
	method string // in lower case: the server does not care about the case
	name   string // as the caller wrote it
	params params
}

func (s *Sim) readCall(r *http.Request, token string) (apiCall, *apiError) {
	b := s.botWithToken(token)
	if b == nil {
		return apiCall{}, &apiError{code: 401, description: "Unauthorized"}
	}
	p, fail := readParams(r)
	if fail != nil {
		return apiCall{}, fail
	}
	return apiCall{bot: b, method: strings.ToLower(r.PathValue("method")), name: r.PathValue("method"), params: p}, nil
}

func (s *Sim) carryOut(ctx context.Context, call apiCall) (any, *apiError) {
	b, p := call.bot, call.params
	switch call.method {
	case "getme":
		return s.getMe(b), nil
	case "getupdates":
		return s.getUpdates(ctx, b, p)
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

func (s *Sim) botWithToken(token string) *bot {
	for _, b := range s.bots {
		if b.Token == token {
			return b
		}
	}
	return nil
}

func writeAPIError(w http.ResponseWriter, fail *apiError) {
	if fail.retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(fail.retryAfter))
	}
	writeJSON(w, fail.code, fail.body())
}

// body is what the bot gets to read.
func (e *apiError) body() map[string]any {
	body := map[string]any{"ok": false, "error_code": e.code, "description": e.description}
	if e.retryAfter > 0 {
		body["parameters"] = map[string]int{"retry_after": e.retryAfter}
	}
	return body
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
