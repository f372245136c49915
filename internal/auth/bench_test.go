package auth_test

import (
	"crypto/sha256"
	"strings"
	"testing"
)

// BenchmarkVerify is to be read beside BenchmarkHashFloor: parsing safely may
// cost some times the hashing, and is still noise beside a database round trip.
func BenchmarkVerify(b *testing.B) {
	verifier := newVerifier(b)
	query := issue(testToken, anna())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := verifier.Verify(query, noon); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkHashFloor is the two hash calls of an HMAC alone (RFC 2104), over the
// same signed string: H(K ^ opad, H(K ^ ipad, text)).
func BenchmarkHashFloor(b *testing.B) {
	a, err := newVerifier(b).Verify(issue(testToken, anna()), noon)
	if err != nil {
		b.Fatal(err)
	}
	signed, _, _ := strings.Cut(a.Text(), "\nhash=")
	inner := append(make([]byte, sha256.BlockSize), signed...)
	outer := make([]byte, sha256.BlockSize+sha256.Size)
	b.ReportAllocs()
	for b.Loop() {
		sum := sha256.Sum256(inner)
		copy(outer[sha256.BlockSize:], sum[:])
		sum = sha256.Sum256(outer)
	}
}
