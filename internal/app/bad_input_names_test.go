package app_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

const naughtyStrings = "../../e2e/testdata/naughty-strings/blns.json"

// nameEverybody makes a case of each naughty string as each of a person's names.
// All of them sign in but those that the file lists: its cases are called by the
// number of the string, counted from 0.
func nameEverybody(t *testing.T, exceptions []badCase) []badCase {
	t.Helper()
	content, err := os.ReadFile(naughtyStrings)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	if err := json.Unmarshal(content, &all); err != nil || len(all) != 515 {
		t.Fatalf("%d strings, %v", len(all), err)
	}
	refused := map[string]badCase{}
	for _, c := range exceptions {
		refused[c.Name] = c
	}
	var cases []badCase
	for i, text := range all {
		for j, field := range []string{"first_name", "last_name", "username"} {
			c, found := refused[strconv.Itoa(i)]
			if !found {
				c = badCase{Status: []int{http.StatusSeeOther}, SignsIn: true}
			}
			c.Name = fmt.Sprintf("string %d as %s", i, field)
			c.Fields = map[string]string{"id": strconv.Itoa(1_000_000 + 10*i + j), field: text}
			cases = append(cases, c)
		}
	}
	return cases
}

// accountPage is the page about the account that a session belongs to.
func (b *besieged) accountPage(t *testing.T, session *http.Cookie) string {
	t.Helper()
	got := get(t, browser(t), b.url+"/account", http.Header{"Cookie": {"session=" + session.Value}, "X-Forwarded-For": {"192.0.2.2"}})
	if got.status != http.StatusOK {
		t.Errorf("account page: status %d", got.status)
	}
	return got.page
}

var (
	anyTag   = regexp.MustCompile(`<[^>]*>`)
	anyValue = regexp.MustCompile(`="[^"]*"`)
)

// elementsOf is what a page is made of: tags and the names of their attributes.
func elementsOf(page string) string {
	return anyValue.ReplaceAllString(strings.Join(anyTag.FindAllString(page, -1), ""), "")
}

// elementsOfAnybody is what the account page is made of for a harmless person who
// has the same kinds of names.
func (b *besieged) elementsOfAnybody(t *testing.T, names [4]string) string {
	t.Helper()
	fields := map[string]string{}
	for i, field := range []string{"first_name", "last_name", "username", "photo_url"} {
		if names[i] != "" {
			fields[field] = "Anybody"
		}
	}
	b.guests++
	fields["id"] = strconv.Itoa(2_000_000 + b.guests)
	session := &http.Cookie{Value: b.signIn(t, fields)}
	return elementsOf(b.accountPage(t, session))
}
