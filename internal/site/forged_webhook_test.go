package site_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"example.com/telegram-login/internal/site"
)

// forgery is a request to the webhook that must change nothing.
type forgery struct {
	name    string
	header  http.Header
	body    string // "%id%" is an update id that was not there before.
	chunked bool
	want    int
	// handled says that the update is one, and that its id is noted: it does not
	// concern us, and does not come again.
	handled bool
}

// The values of fields that we read, as JSON that is not theirs.
var (
	noNumbers = []string{`"1"`, `1.5`, `1.0`, `1e3`, `true`, `[]`, `[1]`, `{}`, `99999999999999999999`, `-99999999999999999999`}
	noTexts   = []string{`1`, `true`, `[]`, `["private"]`, `{}`}
	noSwitch  = []string{`1`, `"true"`, `[]`, `{}`}
	noObjects = []string{`1`, `"x"`, `true`, `[]`, `[{}]`}
)

// private is a message of Anna to the bot, in which one part is another.
func (w *world) private(part, value string) string {
	return changed(map[string]string{
		"update_id": `%id%`, "date": strconv.FormatInt(w.now().Unix(), 10), "from.id": `42`, "from": `{"id": ¤from.id¤, "first_name": "Anna"}`,
		"chat.id": `42`, "chat.type": `"private"`, "chat": `{"id": ¤chat.id¤, "type": ¤chat.type¤}`,
		"text": `"/start abc"`, "thread": `1`, "topic": `true`, "website": `"127.0.0.1"`,
		"message": `{"message_id": 1, "date": ¤date¤, "from": ¤from¤, "chat": ¤chat¤, "text": ¤text¤,
			"message_thread_id": ¤thread¤, "is_topic_message": ¤topic¤, "connected_website": ¤website¤}`,
		"": `{"update_id": ¤update_id¤, "message": ¤message¤}`,
	}, part, value)
}

// block is the update of Anna blocking the bot, in which one part is another.
func (w *world) block(part, value string) string {
	return changed(map[string]string{
		"update_id": `%id%`, "date": strconv.FormatInt(w.now().Unix(), 10),
		"chat.id": `42`, "chat.type": `"private"`, "chat": `{"id": ¤chat.id¤, "type": ¤chat.type¤}`,
		"status": `"kicked"`, "user.id": strconv.Itoa(botID), "user": `{"id": ¤user.id¤, "is_bot": true}`,
		"new": `{"status": ¤status¤, "user": ¤user¤}`,
		"my_chat_member": `{"date": ¤date¤, "chat": ¤chat¤, "from": {"id": 42},
			"old_chat_member": {"status": "member"}, "new_chat_member": ¤new¤}`,
		"": `{"update_id": ¤update_id¤, "my_chat_member": ¤my_chat_member¤}`,
	}, part, value)
}

// changed puts the parts together. A part without a value is left out: what
// stands there then is a field that nobody knows.
func changed(parts map[string]string, part, value string) string {
	if part != "" {
		parts[part] = value
	}
	text := parts[""]
	for strings.Contains(text, "¤") {
		before, rest, _ := strings.Cut(text, "¤")
		name, after, _ := strings.Cut(rest, "¤")
		if parts[name] == "" {
			key := strings.LastIndex(before, `"`)
			start := strings.LastIndex(before[:key], `"`)
			text = before[:start] + `"left_out": 0` + after
			continue
		}
		text = before + parts[name] + after
	}
	return text
}

func (w *world) forgeries() []forgery {
	var all []forgery
	add := func(name, body string, want int) {
		all = append(all, forgery{name: name, header: knowing(), body: body, want: want, handled: want == http.StatusOK})
	}

	// Who does not know the secret, whatever they say.
	for _, who := range slices.Sorted(maps.Keys(wrongSecrets)) {
		for what, body := range map[string]string{
			"a login of Anna":         w.private("", ""),
			"a block by Anna":         w.block("", ""),
			"an update that is empty": `{"update_id": %id%}`,
			"no update":               `{"update_id": "%id%"}`,
			"nothing":                 "",
			"100,000 brackets":        strings.Repeat("[", 100_000),
		} {
			all = append(all, forgery{name: who + ": " + what, header: wrongSecrets[who], body: body, want: http.StatusUnauthorized})
		}
	}

	// A field of another type.
	for part, values := range map[string][]string{
		"update_id": noNumbers, "date": noNumbers, "from.id": noNumbers, "chat.id": noNumbers, "thread": noNumbers,
		"chat.type": noTexts, "text": noTexts, "website": noTexts, "topic": noSwitch,
		"message": noObjects, "from": noObjects, "chat": noObjects,
	} {
		for _, value := range values {
			add("message, "+part+" is "+value, w.private(part, value), http.StatusBadRequest)
		}
	}
	for part, values := range map[string][]string{
		"update_id": noNumbers, "date": noNumbers, "chat.id": noNumbers, "user.id": noNumbers,
		"chat.type": noTexts, "status": noTexts,
		"my_chat_member": noObjects, "chat": noObjects, "new": noObjects, "user": noObjects,
	} {
		for _, value := range values {
			add("my_chat_member, "+part+" is "+value, w.block(part, value), http.StatusBadRequest)
		}
	}

	// A number that nobody has, a date that is none.
	for _, id := range []int64{-1, math.MinInt64} {
		add(fmt.Sprintf("update id %d", id), fmt.Sprintf(`{"update_id": %d}`, id), http.StatusBadRequest)
	}
	add("the greatest update id", fmt.Sprintf(`{"update_id": %d}`, math.MaxInt64), http.StatusOK)
	for _, id := range []int64{0, -1, -42, 1<<52 + 1, math.MaxInt64, math.MinInt64} {
		number := strconv.FormatInt(id, 10)
		both := strings.Replace(w.private("from.id", number), `{"id": 42,`, `{"id": `+number+`,`, 1)
		add("message of person "+number, both, http.StatusBadRequest)
		add("my_chat_member of person "+number, w.block("chat.id", number), http.StatusBadRequest)
	}
	for _, date := range []int64{0, -1, math.MinInt64, 4_102_444_800, 10_000_000_000, math.MaxInt64} {
		add(fmt.Sprintf("message of time %d", date), w.private("date", strconv.FormatInt(date, 10)), http.StatusBadRequest)
		add(fmt.Sprintf("my_chat_member of time %d", date), w.block("date", strconv.FormatInt(date, 10)), http.StatusBadRequest)
	}

	// A field that is missing or null. What does not say who wrote where does not
	// concern us.
	for part, want := range map[string]int{"update_id": 400, "date": 400, "message": 200, "from": 200, "from.id": 200, "chat": 200, "chat.id": 200, "chat.type": 200} {
		add("message without "+part, w.private(part, ""), want)
		add("message with null as "+part, w.private(part, "null"), want)
	}
	for part, want := range map[string]int{
		"update_id": 400, "date": 400, "chat.id": 400,
		"my_chat_member": 200, "chat": 200, "chat.type": 200, "new": 200, "status": 200, "user": 200, "user.id": 200,
	} {
		add("my_chat_member without "+part, w.block(part, ""), want)
		add("my_chat_member with null as "+part, w.block(part, "null"), want)
	}

	// An update that is one, and says nothing about writing to a person.
	for _, kind := range []string{
		"edited_message", "channel_post", "edited_channel_post", "business_connection", "business_message",
		"edited_business_message", "deleted_business_messages", "message_reaction", "message_reaction_count", "inline_query",
		"chosen_inline_result", "callback_query", "shipping_query", "pre_checkout_query", "purchased_paid_media", "poll",
		"poll_answer", "chat_member", "chat_join_request", "chat_boost", "removed_chat_boost", "hologram", "",
	} {
		add("update of the kind "+kind, strings.Replace(w.private("", ""), `"message":`, `"`+kind+`":`, 1), http.StatusOK)
		add("block of the kind "+kind, strings.Replace(w.block("", ""), `"my_chat_member":`, `"`+kind+`":`, 1), http.StatusOK)
	}
	for _, chat := range []string{"group", "supergroup", "channel", "sender", "Private", "private ", `private\u0000`, "", "hologram"} {
		add("message in a chat of the type "+chat, w.private("chat.type", `"`+chat+`"`), http.StatusOK)
		add("block in a chat of the type "+chat, w.block("chat.type", `"`+chat+`"`), http.StatusOK)
	}
	for _, status := range []string{"creator", "administrator", "restricted", "left", "Kicked", "kicked ", `kicked\u0000`, "", "hologram"} {
		add("status "+status, w.block("status", `"`+status+`"`), http.StatusOK)
	}
	for _, website := range []string{
		"evil.example", "127.0.0.1.evil.example", "evil-127.0.0.1", "127.0.0.1 ", " 127.0.0.1", `127.0.0.1\u0000`,
		"127.0.0.1:80", "http://127.0.0.1", "127.0.0.1/", "127.0.0.1.", "①27.0.0.1", "localhost", " ", "null",
	} {
		text := strings.Replace(w.private("website", `"`+website+`"`), `"text": "/start abc"`, `"photo": []`, 1)
		add("login to the website "+website, text, http.StatusOK)
	}
	add("message of somebody else into Anna's chat", w.private("from.id", "43"), http.StatusOK)
	add("message of Anna into somebody else's chat", w.private("chat.id", "43"), http.StatusOK)
	add("Anna blocked another bot", w.block("user.id", "4711"), http.StatusOK)
	add("message of long ago in a group", strings.Replace(w.private("date", "1"), `"private"`, `"group"`, 1), http.StatusOK)
	add("message of far ahead in a group", strings.Replace(w.private("date", "4102444799"), `"private"`, `"group"`, 1), http.StatusOK)

	// JSON at its edges.
	for name, body := range map[string]string{
		"nothing": "", "a blank": " ", "null": "null", "a number": "7", "a text": `"x"`, "true": "true", "an array": "[]",
		"an empty object": "{}", "an array of updates": `[{"update_id": %id%}]`,
		"two updates":           `{"update_id": %id%}{"update_id": %id%}`,
		"two updates, in lines": `{"update_id": %id%}` + "\n" + `{"update_id": %id%}`,
		"a comma too many":      `{"update_id": %id%,}`,
		"a comment":             `{"update_id": %id% /* x */}`,
		"other quotes":          `{'update_id': %id%}`,
		"no quotes":             `{update_id: %id%}`,
		"not a number":          `{"update_id": NaN}`,
		"a number in hex":       `{"update_id": 0x10}`,
		"a number with a zero":  `{"update_id": 010}`,
		"a number with a plus":  `{"update_id": +1}`,
		"a NUL at the end":      `{"update_id": %id%}` + "\x00",
		"a NUL within":          "{\"update_id\":\x00 1}",
		"a NUL in a text":       "{\"update_id\": %id%, \"x\": \"\x00\"}",
		"a line in a text":      "{\"update_id\": %id%, \"x\": \"a\nb\"}",
		"a wrong escape":        `{"update_id": %id%, "x": "\x41"}`,
		"a byte order mark":     "\xef\xbb\xbf" + `{"update_id": %id%}`,
		"UTF-16":                utf16Text(`{"update_id": 1}`),
		"bytes":                 "\xff\xfe\x00\x80\xc0",
		"a picture":             "\x89PNG\r\n\x1a\n",
		"a page":                "<html><script>alert(1)</script></html>",
		"XML":                   `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>`,
		"YAML":                  "update_id: %id%",
		"a form":                "update_id=%id%&message=x",
		"SQL":                   `{"update_id": "1); DROP TABLE accounts; --"}`,
		"100,000 brackets":      strings.Repeat("[", 100_000),
		"100,000 braces":        strings.Repeat(`{"a":`, 100_000),
		"deep, and closed":      `{"update_id": %id%, "x": ` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}`,
		"a long number":         `{"update_id": ` + strings.Repeat("9", 100_000) + `}`,
		"compressed":            gzipped(`{"update_id": 1}`),
	} {
		add("body: "+name, body, http.StatusBadRequest)
	}
	for i, whole := 0, w.block("", ""); i < len(whole); i += 23 {
		add(fmt.Sprintf("cut off after %d bytes", i), whole[:i], http.StatusBadRequest)
	}
	for name, body := range map[string]string{
		"white space around":            " \r\n\t" + `{"update_id": %id%}` + "\n",
		"deep, within the limit":        `{"update_id": %id%, "x": ` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}`,
		"bytes that are no UTF-8":       `{"update_id": %id%, "x` + "\xff" + `": "` + "\xc0\x80\xed\xa0\x80" + `"}`,
		"half a pair of surrogates":     `{"update_id": %id%, "x": "\ud800"}`,
		"an escaped NUL":                `{"update_id": %id%, "x\u0000": "\u0000"}`,
		"keys twice, the last counts":   `{"update_id": -1, "update_id": %id%}`,
		"a message that is taken back":  strings.TrimSuffix(w.private("", ""), "}") + `, "message": null}`,
		"a block that is taken back":    strings.TrimSuffix(w.block("", ""), "}") + `, "my_chat_member": null}`,
		"ten thousand fields":           `{"update_id": %id%` + strings.Repeat(`, "x": 1`, 10_000) + `}`,
		"a prototype":                   `{"update_id": %id%, "__proto__": {"message": {}}, "constructor": {}}`,
		"an escaped key":                `{"\u0075pdate_id": %id%}`,
		"a message inside of a message": strings.Replace(w.private("chat.type", `"group"`), `"message_id": 1`, `"reply_to_message": `+w.private("update_id", "1"), 1),
	} {
		add("body: "+name, body, http.StatusOK)
	}

	// The request around it.
	with := func(name, value string) http.Header {
		h := knowing()
		h.Set(name, value)
		return h
	}
	empty := `{"update_id": %id%}`
	for _, contentType := range []string{"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "image/png", "application/json; charset=utf-16", ";;;"} {
		all = append(all, forgery{name: "content type " + contentType, header: with("Content-Type", contentType), body: empty, want: http.StatusOK, handled: true})
	}
	all = append(all,
		forgery{name: "in pieces", header: knowing(), body: empty, chunked: true, want: http.StatusOK, handled: true},
		forgery{name: "in pieces, without the secret", header: http.Header{}, body: w.block("", ""), chunked: true, want: http.StatusUnauthorized},
		forgery{name: "in pieces, too long", header: knowing(), body: strings.Repeat(" ", 2<<20), chunked: true, want: http.StatusRequestEntityTooLarge},
		forgery{name: "too long", header: knowing(), body: strings.Repeat(" ", 2<<20), want: http.StatusRequestEntityTooLarge},
		forgery{name: "said to be compressed, and is", header: with("Content-Encoding", "gzip"), body: gzipped(empty), want: http.StatusBadRequest},
		forgery{name: "said to be compressed, and is not", header: with("Content-Encoding", "gzip"), body: empty, want: http.StatusOK, handled: true},
		forgery{name: "from a page of another site", header: with("Sec-Fetch-Site", "cross-site"), body: w.block("", ""), want: http.StatusForbidden},
		forgery{name: "from a page of another origin", header: with("Origin", "https://evil.example"), body: w.block("", ""), want: http.StatusForbidden},
		forgery{name: "said to be another method", header: with("X-Http-Method-Override", "DELETE"), body: empty, want: http.StatusOK, handled: true},
		forgery{name: "said to come from Telegram", header: http.Header{"X-Forwarded-For": {"149.154.167.220"}, "User-Agent": {"TelegramBot"}}, body: w.block("", ""), want: http.StatusUnauthorized},
		forgery{name: "cookies that are none", header: with("Cookie", "session=x; login=x"), body: empty, want: http.StatusOK, handled: true},
	)
	return all
}

func gzipped(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return b.String()
}

func utf16Text(text string) string {
	b := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(text)) {
		b = append(b, byte(unit), byte(unit>>8))
	}
	return string(b)
}

// Nobody gets anything into the database by a forged or broken update, and
// nothing of the kind is an error of ours.
func TestWebhook_forgedOrMalformedRequestsChangeNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, behindProxy) // So many forgeries do not come from one address.
	w.newBrowser().signIn(anna)
	before := w.rows("handled_updates")
	handled := 0
	verdicts := map[int]int{}
	forgeries := w.forgeries()
	for i, f := range forgeries {
		var body io.Reader = strings.NewReader(strings.ReplaceAll(f.body, "%id%", strconv.Itoa(1000+i)))
		if f.chunked {
			body = io.MultiReader(body) // Of no known length.
		}
		got := w.newBrowser().from(addressOf(i)).sendBody(http.MethodPost, site.WebhookPath, f.header, body)
		verdicts[got.StatusCode]++
		if got.StatusCode != f.want {
			t.Errorf("%s: %s, want %d", f.name, got.Status, f.want)
		}
		if f.handled {
			handled++
		}
		if n := w.count("handled_updates"); n != handled {
			t.Errorf("%s: %d updates are noted as handled, want %d", f.name, n, handled)
			handled = n
		}
		if after := w.rows("handled_updates"); after != before {
			t.Errorf("%s: something was written: %s, before %s", f.name, after, before)
			before = after
		}
	}
	// What they are made from is taken: no other thing was wrong with them.
	for i, genuine := range []string{w.block("", ""), w.private("", "")} {
		got := w.bring(knowing(), strings.NewReader(strings.ReplaceAll(genuine, "%id%", strconv.Itoa(10+i))))
		if got.StatusCode != http.StatusOK || w.count("write_access_events") != i+1 || w.count("river_job") != i {
			t.Errorf("genuine update %d: %s, %s", i, got.Status, w.rows())
		}
	}
	t.Logf("%d forged or malformed requests, by status: %v", len(forgeries), verdicts)
	if len(forgeries) < 200 {
		t.Errorf("only %d requests", len(forgeries))
	}
	if strings.Contains(w.log.String(), `"level":"ERROR"`) {
		t.Error("one was an error of ours")
	}
}
