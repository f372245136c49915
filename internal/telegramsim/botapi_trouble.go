package telegramsim

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// trouble is what goes wrong with one call of the Bot API; the zero value is nothing.
type trouble struct {
	wait       time.Duration // before the call is carried out
	kind       troubleKind
	retryAfter int // seconds, with tooManyRequests
}

// troubleKind is named as in Faults.APIMix. The first three refuse a call, the others spoil its answer.
type troubleKind string

const (
	tooManyRequests troubleKind = "429"
	badGateway      troubleKind = "502"
	htmlPage        troubleKind = "html"
	cutOff          troubleKind = "cut_off"
	neverAnswered   troubleKind = "timeout"
)

// answerNever bounds a call that is not answered.
const answerNever = time.Minute

// gatewayPage is what a proxy says when the server behind it is away.
const gatewayPage = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n" +
	"<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"

// parseTrouble reads an entry of Faults.APIMix.
func parseTrouble(entry string) (trouble, error) {
	kind, number, numbered := strings.Cut(entry, ":")
	n, err := strconv.Atoi(number)
	switch {
	case !numbered && (kind == "" || isPlainTrouble(troubleKind(kind))):
		return trouble{kind: troubleKind(kind)}, nil
	case kind == string(tooManyRequests) && err == nil && n >= 1 && n <= int(maxRetryAfter.Seconds()):
		return trouble{kind: tooManyRequests, retryAfter: n}, nil
	case kind == "slow" && err == nil && n >= 0 && n <= int(maxSlow.Milliseconds()):
		return trouble{wait: time.Duration(n) * time.Millisecond}, nil
	}
	return trouble{}, fmt.Errorf(`%q is none of "", "429:<seconds, 1 to %d>", "502", "html", "slow:<milliseconds, 0 to %d>", `+
		`"cut_off", "timeout"`, entry, int(maxRetryAfter.Seconds()), maxSlow.Milliseconds())
}

// isPlainTrouble reports whether a kind stands in Faults.APIMix without a number.
func isPlainTrouble(kind troubleKind) bool {
	return kind == badGateway || kind == htmlPage || kind == cutOff || kind == neverAnswered
}

// trouble is what hits every call.
func (f Faults) trouble() trouble {
	t := trouble{wait: time.Duration(f.APISlowMS) * time.Millisecond}
	switch {
	case f.APIError:
		t.kind = badGateway
	case f.APIHTML:
		t.kind = htmlPage
	case f.APIRetryAfter > 0:
		t.kind, t.retryAfter = tooManyRequests, f.APIRetryAfter
	case f.APICutOff:
		t.kind = cutOff
	}
	return t
}

// troubleWith decides what goes wrong with a call that has just arrived, and counts it if it is a sendMessage.
func (s *Sim) troubleWith(call apiCall) trouble {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.faults.trouble()
	if call.bot == nil || call.method != "sendmessage" {
		return t
	}
	now, chatID, counts := s.now(), call.params["chat_id"], &call.bot.sends
	counts.count(chatID, now)
	switch {
	case now.Before(counts.refusedUntil):
		t.kind, t.retryAfter = tooManyRequests, secondsUp(counts.refusedUntil.Sub(now))
		return t // nobody is told anything new: the wait ends when it ends
	case s.faults.APILimits && counts.tooFast(chatID, now):
		t.kind, t.retryAfter = tooManyRequests, 1
	default:
		counts.let.add(chatID, now)
		t = s.mix(t, counts, now)
	}
	if t.kind == tooManyRequests {
		counts.tell(t.retryAfter, now)
	}
	return t
}

// mix takes the next entry of Faults.APIMix, unless the call is in trouble already. The caller holds Sim.mu.
func (s *Sim) mix(t trouble, counts *sends, now time.Time) trouble {
	if t.kind != "" || len(s.faults.APIMix) == 0 {
		return t
	}
	next, err := parseTrouble(s.faults.APIMix[s.mixed%len(s.faults.APIMix)])
	if err != nil {
		return t // can't be: check has read it
	}
	s.mixed++
	next.wait += t.wait
	if next.kind == tooManyRequests {
		counts.refusedUntil = now.Add(time.Duration(next.retryAfter) * time.Second)
	}
	return next
}

func secondsUp(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }

// refusal is the error in JSON in place of carrying the call out, or nil.
func (t trouble) refusal() *apiError {
	if t.kind == badGateway {
		return &apiError{code: 502, description: "Bad Gateway"}
	}
	if t.kind == tooManyRequests {
		return &apiError{
			code:        429,
			description: fmt.Sprintf("Too Many Requests: retry after %d", t.retryAfter),
			retryAfter:  t.retryAfter,
		}
	}
	return nil
}

// writeGatewayPage answers without any JSON.
func writeGatewayPage(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(http.StatusBadGateway)
	_, _ = w.Write([]byte(gatewayPage))
}

// neverAnswer holds a call until the client goes away, or for a minute, and closes the connection.
func neverAnswer(ctx context.Context) {
	sleep(ctx, answerNever)
	panic(http.ErrAbortHandler)
}

// cuttingWriter closes the connection in the middle of the answer's body.
type cuttingWriter struct{ http.ResponseWriter }

func (w cuttingWriter) Write(body []byte) (int, error) {
	_, _ = w.ResponseWriter.Write(body[:len(body)/2])
	_ = http.NewResponseController(w.ResponseWriter).Flush()
	panic(http.ErrAbortHandler)
}
