// Package licences recognises the licences of Go modules by their texts, as they lie in the module cache. It needs no
// network, and guesses nothing: a text that it has not seen before is an error, for a person to read.
package licences

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

var (
	licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying)([.-].*)?$`)
	notAWord    = regexp.MustCompile(`[^a-z0-9]+`)
)

// Of returns the SPDX expression of what is built from a module: its folder, and those of its packages that are
// used. A package may come under a licence of its own, with what its author took from elsewhere.
func Of(module string, packages ...string) (string, error) {
	var ids []string
	for _, folder := range folders(module, packages) {
		entries, err := os.ReadDir(folder)
		if err != nil {
			return "", err
		}
		for _, entry := range entries {
			if entry.IsDir() || !licenceFile.MatchString(entry.Name()) {
				continue
			}
			id, err := ofFile(filepath.Join(folder, entry.Name()))
			if err != nil {
				return "", err
			}
			ids = append(ids, strings.Split(id, " AND ")...)
		}
	}
	if len(ids) == 0 {
		return "", fmt.Errorf("%s has no licence", module)
	}
	slices.Sort(ids)
	return strings.Join(slices.Compact(ids), " AND "), nil
}

// folders lists the module's folder and those between it and its packages.
func folders(module string, packages []string) []string {
	all := []string{module}
	for _, folder := range packages {
		for len(folder) > len(module) {
			all = append(all, folder)
			folder = filepath.Dir(folder)
		}
	}
	slices.SortFunc(all, cmp.Compare)
	return slices.Compact(all)
}

func ofFile(name string) (string, error) {
	content, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	mark := Fingerprint(string(content))
	id, known := texts[mark]
	if !known {
		return "", fmt.Errorf("%s is a text that nobody has read yet: read it, and add its fingerprint %s", name, mark)
	}
	return id, nil
}

// Fingerprint identifies the text of a licence whatever its line breaks, its punctuation and its copyright lines, which
// stand in front of it.
func Fingerprint(text string) string {
	words := strings.Trim(notAWord.ReplaceAllString(strings.ToLower(text), " "), " ")
	for _, beginning := range beginnings {
		before, rest, found := strings.Cut(words, beginning)
		if found && len(before) <= longestTitle {
			words = rest
			break
		}
	}
	sum := sha256.Sum256([]byte(words))
	return hex.EncodeToString(sum[:8])
}
