package telegramsim

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"
)

// How much of a step is kept, in bytes: maxValue of one text, maxStep of the fields and of the result. It is more than
// the calls of a website need, and little beside the megabyte that a call may have.
const (
	maxValue = 4 << 10
	maxStep  = 16 << 10
)

// removed stands where a secret stood.
const removed = "[removed]"

// shortestKnown is the length from which a secret is looked for wherever it may stand. A shorter one stands in words.
const shortestKnown = 8

// Where secrets stand, whoever put them there.
var (
	secretName  = regexp.MustCompile(`(?i)token|secret|passw|api_?key|authorization`)
	tokenShape  = regexp.MustCompile(`[0-9]{5,16}(?::|%3[Aa])[A-Za-z0-9_-]{30,}`)
	userinfo    = regexp.MustCompile(`//[^/?#\\\s<>"]*@`)
	secretQuery = regexp.MustCompile(`(?i)([?&;#][^=&;#\s]*(?:token|secret|passw|api_?key)[^=&;#\s]*=)[^&;#\s"]+`)
	escaped     = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)
)

// discretion takes out of a step what nobody may see, and cuts what is too long. Its one rule holds for every text,
// name and address of a step alike, whichever call it came from: no bot token, no secret of a webhook, no password.
type discretion struct {
	secrets []string
	known   *strings.Replacer
}

// discreet is the discretion of this moment. The caller holds Sim.mu.
func (s *Sim) discreet() discretion {
	var secrets []string
	for _, b := range s.bots {
		_, secret, _ := strings.Cut(b.Token, ":")
		secrets = append(secrets, b.Token, secret)
		secrets = append(secrets, b.hookSecrets...)
	}
	d := discretion{}
	var pairs []string
	for _, secret := range secrets {
		if len(secret) >= shortestKnown {
			d.secrets = append(d.secrets, secret)
			pairs = append(pairs, secret, removed, url.QueryEscape(secret), removed)
		}
	}
	d.known = strings.NewReplacer(pairs...)
	return d
}

// step returns the step as it may be kept.
func (d discretion) step(st step) step {
	st.Method = d.text(st.Method)
	st.Fields, st.Result = d.json(st.Fields), d.json(st.Result)
	st.Link = d.link(st.Link)
	return st
}

// link drops a link that is too long to be looked at; its address, cut, is in the result.
func (d discretion) link(l *signedLink) *signedLink {
	if l == nil || len(l.Address) > maxValue {
		return nil
	}
	seen := signedLink{Address: d.text(l.Address), CheckString: d.text(l.CheckString), Computed: l.Computed, Hash: d.text(l.Hash)}
	for _, p := range l.Parameters {
		value := d.text(p.Value)
		if secretName.MatchString(p.Name) {
			value = removed
		}
		seen.Parameters = append(seen.Parameters, linkParameter{Name: d.text(p.Name), Value: value, Kind: p.Kind})
	}
	return &seen
}

// text takes the secrets out of a text, and cuts it.
func (d discretion) text(text string) string {
	text = d.known.Replace(text)
	text = tokenShape.ReplaceAllString(text, removed)
	text = userinfo.ReplaceAllString(text, "//"+removed+"@")
	text = secretQuery.ReplaceAllString(text, "${1}"+removed)
	if d.hides(text) {
		return removed
	}
	return cut(text, maxValue)
}

// hides reports whether a secret is in a text that was escaped for an address, once or several times.
func (d discretion) hides(text string) bool {
	for range 3 {
		if !escaped.MatchString(text) {
			return false
		}
		text = escaped.ReplaceAllStringFunc(text, unescaped)
		for _, secret := range d.secrets {
			if strings.Contains(text, secret) {
				return true
			}
		}
		if tokenShape.MatchString(text) {
			return true
		}
	}
	return false
}

// cut shortens a text to about limit bytes, and says so.
func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	end := limit
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return fmt.Sprintf("%s… (cut: %d bytes in all)", text[:end], len(text))
}
