package site

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"example.com/telegram-login/web"
)

// refusalPages are the pages of all refusals in all languages, as who is not signed
// in sees them at the login address. Anybody can ask for those as often as they like,
// so they are rendered once and not for each of them (T19).
type refusalPages map[refusalKey]cutPage

type refusalKey struct{ language, reason string }

// cutPage is a page that was cut where it shows the request's id.
type cutPage struct{ before, after []byte }

func (p cutPage) withID(id string) []byte {
	return bytes.Join([][]byte{p.before, p.after}, []byte(id))
}

func renderRefusals(pages *web.Pages) (refusalPages, error) {
	const mark = "[request id]" // Nothing in it is escaped.
	all := make(refusalPages)
	for _, language := range web.Languages() {
		for _, r := range append(slices.Clip(refusals), internalError) {
			whole, err := pages.Render(language.Code, r.page(), r.data(page{RequestID: mark}))
			if err != nil {
				return nil, err
			}
			before, after, ok := bytes.Cut(whole, []byte(mark))
			if !ok || bytes.Contains(after, []byte(mark)) {
				return nil, fmt.Errorf("the page of refusal %s does not show the request's id once", r.reason)
			}
			all[refusalKey{language.Code, r.reason}] = cutPage{before, after}
		}
	}
	return all, nil
}

// page is the template.
func (r refusal) page() string { return cmp.Or(r.template, "refusal") }

func (r refusal) data(p page) refusalPage {
	return refusalPage{Page: p, Reason: r.reason, LoginLink: r.loginLink, Account: r.account}
}
