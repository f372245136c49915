package site_test

import (
	"image"
	"image/color"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/boombuler/barcode/qr"
)

var square = regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`)

// draw paints the code of a page, a pixel for each square.
func (a answer) drawQRCode(t *testing.T) *image.Gray {
	t.Helper()
	_, rest, _ := strings.Cut(a.body, `id="qr"`)
	_, rest, _ = strings.Cut(rest, `viewBox="0 0 `)
	size, rest, found := strings.Cut(rest, " ")
	if !found {
		t.Fatal("no code on the page")
	}
	_, rest, _ = strings.Cut(rest, `fill="#000" d="`)
	path, _, _ := strings.Cut(rest, `"`)
	side, err := strconv.Atoi(size)
	if err != nil {
		t.Fatal(err)
	}
	picture := image.NewGray(image.Rect(0, 0, side, side))
	for i := range picture.Pix {
		picture.Pix[i] = 255
	}
	for _, m := range square.FindAllStringSubmatch(path, -1) {
		x, _ := strconv.Atoi(m[1])
		y, _ := strconv.Atoi(m[2])
		width, _ := strconv.Atoi(m[3])
		for i := range width {
			picture.SetGray(x+i, y, color.Gray{})
		}
	}
	return picture
}

// The drawing is the code of the address, square by square, with the white margin
// that readers need.
func TestQRCode_isOfTheChat(t *testing.T) {
	t.Parallel()
	code, err := qr.Encode("https://t.me/login_bot?start=phone", qr.M, qr.Auto)
	if err != nil {
		t.Fatal(err)
	}
	side := code.Bounds().Dx()
	b := newWorld(t).newBrowser()
	for _, path := range []string{"/", "/login"} {
		picture := b.get(path).drawQRCode(t)
		if got := picture.Bounds().Dx(); got != side+8 {
			t.Fatalf("%s: %d squares wide, want %d and a margin of 4", path, got, side)
		}
		for y := range side + 8 {
			for x := range side + 8 {
				inside := image.Pt(x-4, y-4).In(code.Bounds())
				want := inside && code.At(x-4, y-4) == color.Black
				if got := picture.GrayAt(x, y).Y == 0; got != want {
					t.Fatalf("%s: square %d, %d is black: %t, want %t", path, x, y, got, want)
				}
			}
		}
	}
}

func TestQRCode_isMissingWhileTheChatIsUnknown(t *testing.T) {
	t.Parallel()
	b := newWorld(t, unknownBot).newBrowser()
	for _, path := range []string{"/", "/login"} {
		if page := b.get(path); strings.Contains(page.body, `id="qr"`) {
			t.Errorf("%s shows a code that leads nowhere", path)
		}
	}
}
