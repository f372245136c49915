package auth

import (
	"html"
	"net/url"
	"slices"
	"strings"
)

// Diagnosis is a closed set of words for an operator's log: why a signature did
// not match. Visitors never see it, since it would help a forger.
type Diagnosis string

// The diagnoses, from the most to the least certain.
const (
	OtherBot           Diagnosis = "other_bot"             // Signed with the token of another bot that we were told of.
	StrayBlanks        Diagnosis = "stray_blanks_in_token" // The signer's token had a blank or line end around it.
	MiniAppKey         Diagnosis = "mini_app_key"          // Signed as data of a Mini App, which is no login.
	OwnParameterSigned Diagnosis = "own_parameter_signed"  // The signer drew next, state or lang into the signature.
	FieldAdded         Diagnosis = "field_added"           // It matches when one field is left out.
	FieldReencoded     Diagnosis = "field_reencoded"       // It matches when the values are encoded otherwise.
	Unexplained        Diagnosis = "unknown"               // Forged or altered, as far as we can tell.
)

// hint is a key that would explain a mismatch.
type hint struct {
	means Diagnosis
	key   *key
}

// hintsFor returns the keys that a careless signer makes of our own token. They
// are computed here because the token itself is not kept (T07).
func hintsFor(token string) []hint {
	return []hint{
		{StrayBlanks, loginKey(token + "\n")},
		{StrayBlanks, loginKey(token + "\r\n")},
		{StrayBlanks, loginKey(token + " ")},
		{StrayBlanks, loginKey(" " + token)},
		{MiniAppKey, miniAppKey(token)},
	}
}

// Diagnose says why the signature of this query does not match, for data that
// [Verifier.Verify] refused with [ErrBadSignature]; for anything else the answer
// means nothing. It costs some dozens of HMACs: do not let a stranger ask for it
// without a limit.
func (v *Verifier) Diagnose(rawQuery string) Diagnosis {
	f, err := parseQuery(rawQuery)
	if err != nil {
		return Unexplained
	}
	notOurs, mac := notOurNames(f), f.mac()
	known, everything := checkString(f, signedNames), checkString(f, notOurs)
	for _, h := range v.hints {
		if h.key.signs(known, mac) || h.key.signs(everything, mac) {
			return h.means
		}
	}
	withOurs := slices.Sorted(slices.Values(slices.Concat(notOurs, ownNames)))
	if v.anyKeySigns(checkString(f, withOurs), mac) {
		return OwnParameterSigned
	}
	if v.matchesWithoutOne(f, notOurs) {
		return FieldAdded
	}
	if v.matchesReencoded(f, notOurs) {
		return FieldReencoded
	}
	return Unexplained
}

// matchesWithoutOne leaves out each field in turn, from all of them and from
// the documented ones.
func (v *Verifier) matchesWithoutOne(f fields, names []string) bool {
	for _, base := range [][]string{names, signedNames} {
		for i := range base {
			rest := slices.Delete(slices.Clone(base), i, i+1)
			if v.anyKeySigns(checkString(f, rest), f.mac()) {
				return true
			}
		}
	}
	return false
}

var reencodings = []func(string) string{
	func(s string) string { // Encoded once too often on the way.
		if decoded, err := url.PathUnescape(s); err == nil {
			return decoded
		}
		return s
	},
	url.QueryEscape, // Signed before decoding.
	url.PathEscape,
	func(s string) string { return strings.ReplaceAll(s, " ", "+") },
	html.EscapeString,
	html.UnescapeString,
	strings.TrimSpace,
}

func (v *Verifier) matchesReencoded(f fields, names []string) bool {
	for _, reencode := range reencodings {
		other := make(fields, len(f))
		for key, value := range f {
			other[key] = reencode(value)
		}
		if v.anyKeySigns(checkString(other, signedNames), f.mac()) ||
			v.anyKeySigns(checkString(other, names), f.mac()) {
			return true
		}
	}
	return false
}
