package licences_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/telegram-login/tools/licences"
)

const mit = `MIT License

Copyright (c) 2026 Somebody

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
`

func TestOf_knowsATextHoweverItIsSetAndNoOther(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"as it is":              {mit, "MIT"},
		"in one line":           {strings.ReplaceAll(mit, "\n", " "), "MIT"},
		"without a title":       {mit[strings.Index(mit, "Permission"):], "MIT"},
		"with a condition":      {strings.Replace(mit, "of the Software.\n\nTHE", "of the Software.\n\nNo bank may use it.\n\nTHE", 1), ""},
		"with one behind it":    {mit + "\nExcept on Sundays.", ""},
		"with one in front":     {strings.Repeat("You may not sell it, nor offer it as a service. ", 10) + mit, ""},
		"something else":        {"All rights reserved.", ""},
		"nothing":               {"", ""},
		"the word in the title": {"MIT License", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			write(t, filepath.Join(folder, "LICENSE"), test.text)
			id, err := licences.Of(folder)
			if id != test.want || (err == nil) != (test.want != "") {
				t.Errorf("%q, %v; want %q", id, err, test.want)
			}
		})
	}
}

func TestOf_looksIntoTheFoldersOfThePackagesThatAreUsed(t *testing.T) {
	t.Parallel()
	module := t.TempDir()
	used, unused := filepath.Join(module, "from", "elsewhere"), filepath.Join(module, "unused")
	for _, folder := range []string{used, unused} {
		if err := os.MkdirAll(folder, 0o750); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := licences.Of(module, used); err == nil {
		t.Error("no licence at all is fine")
	}
	write(t, filepath.Join(module, "LICENSE.md"), mit)
	write(t, filepath.Join(unused, "LICENSE"), "Nobody may use this.")
	if id, err := licences.Of(module, used); id != "MIT" || err != nil {
		t.Errorf("%q, %v", id, err)
	}
	write(t, filepath.Join(module, "from", "COPYING"), "Nobody may use this.")
	if id, err := licences.Of(module, used); err == nil {
		t.Errorf("%q although a package has an unknown licence", id)
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
