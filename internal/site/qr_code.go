package site

import (
	"fmt"
	"image/color"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// qrCode is a picture of an address, as a path of squares in a drawing of Size by
// Size units.
type qrCode struct {
	Size int
	Path string

	address string
}

// quietZone is the white margin that readers need, in squares (ISO/IEC 18004,
// section 5.3.8).
const quietZone = 4

// newQRCode draws an address; it fails for one that is too long for a code.
func newQRCode(address string) (*qrCode, error) {
	code, err := qr.Encode(address, qr.M, qr.Auto)
	if err != nil {
		return nil, fmt.Errorf("draw QR code: %w", err)
	}
	side := code.Bounds().Dx()
	var path strings.Builder
	for y := range side {
		for x := 0; x < side; x++ {
			start := x
			for x < side && code.At(x, y) == color.Black {
				x++
			}
			if x > start { // One stroke for squares side by side.
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", start+quietZone, y+quietZone, x-start, x-start)
			}
		}
	}
	return &qrCode{Size: side + 2*quietZone, Path: path.String(), address: address}, nil
}
