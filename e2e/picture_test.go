package e2e_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Each page fits a phone and a desk, by day and by night. With -artifacts the
// pictures are kept.
func TestPages_fitTheWindow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.newVisitor(t)

	v.visit("/")
	v.lookAt("home")
	v.visit("/login")
	v.lookAt("login")
	v.follow("#open-chat")
	v.lookAt("chat-empty")
	v.start()
	v.lookAt("chat-button")
	v.press()
	v.lookAt("dialog")
	v.follow("#accept")
	v.lookAt("account-greeting")
	v.reload()
	v.lookAt("account")
	v.visit("/login")
	v.lookAt("login-signed-in")
	v.mustBe(v.logIn(boris), 200, confirmBoris)
	v.lookAt("confirm")
}

func TestPages_refusalsFitTheWindow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v, stranger := w.newVisitor(t), w.newVisitor(t)
	v.logIn(anna)

	stranger.mustBe(stranger.visit("/nowhere"), 404, "There is no such page")
	stranger.lookAt("not-found")
	stranger.mustBe(stranger.visit("/login/telegram"), 200, plainVisit)
	stranger.lookAt("plain-visit")
	stranger.mustBe(stranger.open(v.signedLink()), 409, linkUsed)
	stranger.lookAt("used")
	w.goWrong(t, `{"expired_auth_date": true}`)
	stranger.mustBe(stranger.logInAgain(anna), 403, "This login link has expired")
	stranger.lookAt("expired")
	w.goWrong(t, `{"tampered_field": true}`)
	stranger.mustBe(stranger.logInAgain(anna), 403, "This login is not valid")
	stranger.lookAt("tampered")
	stranger.open(w.telegram + "/control")
	stranger.lookAt("control")
}

func TestPages_unusualNamesFitTheWindow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, person := range w.people(t) {
		if person.Username != "sixty_four_characters" && person.Username != "noa_right_to_left" {
			continue
		}
		t.Run(person.Username, func(t *testing.T) {
			t.Parallel()
			v := w.newVisitor(t)
			v.logIn(person.ID)
			v.lookAt("account-greeting")
		})
	}
}

// lookAt fails the test if the page is wider than a window, and keeps pictures
// of it. Each is named after the test, because the folder of artifacts is not.
func (v *visitor) lookAt(name string) {
	v.t.Helper()
	for _, width := range []int64{360, 1280} {
		ask(v, chromedp.EmulateViewport(width, 800))
		needed := ask(v, chromedp.Evaluate[int64]("document.documentElement.scrollWidth"))
		if needed > width {
			v.t.Errorf("%s is %d px wide in a window of %d", name, needed, width)
		}
		for _, scheme := range []string{"light", "dark"} {
			v.emulateScheme(scheme)
			file := fmt.Sprintf("%s-%s-%d-%s.png", strings.ReplaceAll(v.t.Name(), "/", "-"), name, width, scheme)
			v.keepPicture(file)
		}
	}
}

func (v *visitor) keepPicture(file string) {
	v.t.Helper()
	const lossless = 100
	picture := ask(v, chromedp.FullScreenshot(lossless))
	if err := os.WriteFile(filepath.Join(v.t.ArtifactDir(), file), picture, 0o600); err != nil {
		v.t.Fatal(err)
	}
}

func (v *visitor) emulateScheme(scheme string) {
	v.t.Helper()
	ask(v, func(ctx context.Context, t *chromedp.Target) (cdp.Empty, error) {
		return cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
	})
}
