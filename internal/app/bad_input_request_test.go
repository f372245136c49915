package app_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// badNow is the time on the site's clock, which stands still: the files name it.
const badNow = 1_700_000_000

// otherBotToken is of a bot that is not ours.
const otherBotToken = "210201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"

// signWith plays Telegram, written from its text and not from our verifier.
//
// Source: https://core.telegram.org/widgets/login-legacy#checking-authorization
// and, for the mini app, https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app
func signWith(key, text string) string {
	secret := sha256.Sum256([]byte(botToken))
	switch key {
	case "":
	case "another bot":
		secret = sha256.Sum256([]byte(otherBotToken))
	case "mini app":
		mac := hmac.New(sha256.New, []byte("WebAppData"))
		mac.Write([]byte(botToken))
		copy(secret[:], mac.Sum(nil))
	default: // The text itself, for keys that somebody might take.
		secret = [32]byte{}
		copy(secret[:], key)
	}
	mac := hmac.New(sha256.New, secret[:])
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

// signedFields returns the link's query without the hash, and what is signed.
// The date is now, unless the fields say when.
func signedFields(fields map[string]string) (query, signed string) {
	values := url.Values{"auth_date": {strconv.Itoa(badNow)}}
	for name, value := range fields {
		values.Set(name, value)
	}
	var lines []string
	for name := range values {
		if name != "next" && name != "state" && name != "lang" { // Ours, so never signed.
			lines = append(lines, name+"="+values.Get(name))
		}
	}
	slices.Sort(lines)
	return values.Encode(), strings.Join(lines, "\n")
}

// request is the bytes that a case sends, from a client address of its own.
func (c badCase) request(t *testing.T, v honestVisitor, from string) string {
	t.Helper()
	c = c.decoded()
	if c.Fields != nil {
		query, signed := signedFields(c.Fields)
		c.Target, c.Signed = "/login/telegram?"+query+"&hash={{hash}}"+c.Append, signed
	}
	fill := func(text string) string { return v.fill(t, text, c, from) }
	if c.Raw != "" {
		return fill(c.Raw)
	}
	method, lines := c.Method, []string{"Connection: close"}
	if method == "" {
		method = "GET"
	}
	body := fill(c.Body)
	if body != "" || method == "POST" {
		lines = append(lines, "Content-Length: "+strconv.Itoa(len(body)))
	}
	for _, ours := range []string{"Host: {{host}}", "X-Forwarded-For: {{from}}"} {
		name, _, _ := strings.Cut(ours, ":")
		if !slices.ContainsFunc(c.Header, func(line string) bool { return strings.HasPrefix(line, name+":") }) {
			lines = append(lines, ours)
		}
	}
	lines = append(lines, c.Header...)
	return fill(method+" "+c.Target+" HTTP/1.1\r\n"+strings.Join(lines, "\r\n")+"\r\n\r\n") + body
}

// decoded turns characters into bytes, if the case says so: JSON has no other way
// to write what is not UTF-8.
func (c badCase) decoded() badCase {
	if !c.Latin1 {
		return c
	}
	bytesOf := func(text string) string {
		var b strings.Builder
		for _, r := range text {
			b.WriteByte(byte(r))
		}
		return b.String()
	}
	c.Method, c.Target, c.Body = bytesOf(c.Method), bytesOf(c.Target), bytesOf(c.Body)
	c.Raw, c.Signed = bytesOf(c.Raw), bytesOf(c.Signed)
	c.Header = slices.Clone(c.Header)
	for i, line := range c.Header {
		c.Header[i] = bytesOf(line)
	}
	return c
}

var (
	repeated    = regexp.MustCompile(`(?s)\{\{'(.+?)'\*([0-9]+)\}\}`)
	placeholder = regexp.MustCompile(`\{\{([A-Za-z_]+)(?:\|([a-z]+):([0-9]+))?\}\}`)
)

// fill puts in what is not known before the test runs, and what is too long to be
// read.
func (v honestVisitor) fill(t *testing.T, text string, c badCase, from string) string {
	t.Helper()
	text = repeated.ReplaceAllStringFunc(text, func(found string) string {
		parts := repeated.FindStringSubmatch(found)
		n, _ := strconv.Atoi(parts[2]) // Digits.
		return strings.Repeat(parts[1], n)
	})
	return placeholder.ReplaceAllStringFunc(text, func(found string) string {
		parts := placeholder.FindStringSubmatch(found)
		values := map[string]string{
			"hash": signWith(c.Key, c.Signed), "HASH": strings.ToUpper(signWith(c.Key, c.Signed)),
			"session": v.session, "boris": v.boris, "login": v.login, "state": v.state,
			"pending": v.pending, "pending_id": v.pendingID,
			"secret": badWebhookSecret, "host": v.host, "from": from,
		}
		value, known := values[parts[1]]
		if !known {
			t.Fatalf("%s: nothing is called %s", c.Name, found)
		}
		n, _ := strconv.Atoi(parts[3]) // Digits or nothing.
		spoiled, err := spoil(value, parts[2], n)
		if err != nil {
			t.Fatalf("%s: %s: %v", c.Name, found, err)
		}
		return spoiled
	})
}

// spoil changes a value that is good: "cut" keeps the first n characters, "from"
// drops them, "flip" turns the n-th bit of the bytes that the text stands for, and
// "loosen" turns bits of base64's last character that stand for nothing.
func spoil(value, how string, n int) (string, error) {
	switch how {
	case "":
		return value, nil
	case "cut":
		return value[:min(n, len(value))], nil
	case "from":
		return value[min(n, len(value)):], nil
	case "flip":
		decode, encode := base64.URLEncoding.DecodeString, base64.URLEncoding.EncodeToString
		if isHex.MatchString(value) {
			decode, encode = hex.DecodeString, hex.EncodeToString
		}
		content, err := decode(value)
		if err != nil || n >= 8*len(content) {
			return "", fmt.Errorf("there is no bit %d in %d bytes: %w", n, len(content), err)
		}
		content[n/8] ^= 1 << (n % 8)
		return encode(content), nil
	case "loosen":
		const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
		last := len(strings.TrimRight(value, "=")) - 1
		return value[:last] + string(digits[strings.IndexByte(digits, value[last])^n]) + value[last+1:], nil
	}
	return "", fmt.Errorf("nothing is spoiled by %q", how)
}

var isHex = regexp.MustCompile(`^[0-9a-f]{64}$`)
