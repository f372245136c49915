package auth_test

import (
	"errors"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"example.com/telegram-login/internal/auth"
)

// The reference knows nothing of safe parsing: it takes the decoded fields. On
// well-formed data the two have to agree, whatever happened to the fields.
func TestVerify_agreesWithASecondReadingOfTelegramsText(t *testing.T) {
	t.Parallel()
	verifier := newVerifier(t)
	random := rand.New(rand.NewPCG(1, 2))
	agreed := map[bool]int{}
	for range 20_000 {
		signed := randomFields(random)
		presented := maps.Clone(signed)
		if random.IntN(2) == 0 {
			change(random, presented)
		}
		hash := referenceHash(testToken, signed)
		query := url.Values{"hash": {hash}}
		for key, value := range presented {
			query.Set(key, value)
		}
		want := hash == referenceHash(testToken, presented)
		_, err := verifier.Verify(query.Encode(), noon)
		if (err == nil) != want {
			t.Fatalf("Verify(%s) = %v, the reference says %t", query.Encode(), err, want)
		}
		agreed[want]++
	}
	if agreed[true] < 5000 || agreed[false] < 5000 {
		t.Errorf("accepted %d, refused %d: too few of one kind to mean much", agreed[true], agreed[false])
	}
}

var someTexts = []string{"Anna", "Анна", "علی", "🇸🇴", "<b>&amp;", "C++ & C#=1 100%", "O'Neil (x)", " ", "a=b", "👨‍👩‍👧", ""}

func randomFields(random *rand.Rand) map[string]string {
	fields := map[string]string{
		"id":        strconv.FormatInt(1+random.Int64N(1<<52), 10),
		"auth_date": strconv.FormatInt(noon.Unix()-random.Int64N(300), 10),
	}
	for _, name := range []string{"first_name", "last_name", "username", "photo_url"} {
		if random.IntN(3) > 0 {
			fields[name] = someTexts[random.IntN(len(someTexts))]
		}
	}
	return fields
}

func change(random *rand.Rand, fields map[string]string) {
	names := slices.Sorted(maps.Keys(fields))
	name := names[random.IntN(len(names))]
	switch {
	case name == "id" || name == "auth_date":
		n, _ := strconv.ParseInt(fields[name], 10, 64)
		fields[name] = strconv.FormatInt(max(1, n-1), 10)
	case random.IntN(2) == 0:
		delete(fields, name)
	default:
		fields[name] += "x"
	}
}

func TestVerify_acceptsWhatItWroteDownItself(t *testing.T) {
	t.Parallel()
	verifier := newVerifier(t)
	random := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		fields := randomFields(random)
		if random.IntN(3) == 0 {
			fields["new_field"] = someTexts[random.IntN(len(someTexts))]
		}
		first, err := verifier.Verify(issue(testToken, fields)+"&next=%2Fx", noon)
		if err != nil {
			t.Fatal(err)
		}
		second, err := verifier.VerifyText(first.Text(), noon)
		if err != nil {
			t.Fatalf("VerifyText(%q) = %v", first.Text(), err)
		}
		if second.Identity != first.Identity || second.MAC != first.MAC {
			t.Fatalf("second reading = %+v, first = %+v", second, first)
		}
	}
}

func TestVerifyText_trustsNothing(t *testing.T) {
	t.Parallel()
	verifier := newVerifier(t)
	a, err := verifier.Verify(issue(testToken, anna()), noon)
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		text string
		want error
	}{
		"empty":            {"", auth.ErrMalformed},
		"no lines":         {"hello", auth.ErrMalformed},
		"a field twice":    {a.Text() + "\nid=1", auth.ErrMalformed},
		"an added field":   {"zzz=1\n" + a.Text(), nil}, // Unknown and unsigned: ignored, as in a query.
		"another id":       {strings.Replace(a.Text(), "id=42", "id=43", 1), auth.ErrBadSignature},
		"own field inside": {a.Text() + "\nnext=/x", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := verifier.VerifyText(test.text, noon); !errors.Is(err, test.want) {
				t.Errorf("VerifyText = %v, want %v", err, test.want)
			}
		})
	}
}
