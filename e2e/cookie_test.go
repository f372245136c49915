package e2e_test

import (
	"context"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// cookies returns the site's cookies by name.
func (v *visitor) cookies() map[string]string {
	v.t.Helper()
	result := ask(v, func(ctx context.Context, t *chromedp.Target) (network.GetCookiesResult, error) {
		return cdp.Call(ctx, t, network.GetCookies, network.GetCookiesParams{URLs: []string{v.world.site}})
	})
	values := make(map[string]string)
	for _, cookie := range result.Cookies {
		values[cookie.Name] = cookie.Value
	}
	return values
}

// setCookie plays somebody who has kept a cookie of the site.
func (v *visitor) setCookie(name, value string) {
	v.t.Helper()
	ask(v, func(ctx context.Context, t *chromedp.Target) (cdp.Empty, error) {
		return cdp.Call(ctx, t, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: v.world.site})
	})
	if v.cookies()[name] != value {
		v.t.Fatalf("the browser did not take the cookie %s", name)
	}
}
