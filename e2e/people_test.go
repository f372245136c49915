package e2e_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"
)

// What may be in a name (markup, writing from right to left, emoji, 64
// characters, no surname) must reach the page as it is, and be nothing but text
// there. That no script ran and no policy was broken, the watch sees to.
func TestPeople_everybodySeesTheirOwnName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, person := range w.people(t) {
		t.Run(strconv.FormatInt(person.ID, 10), func(t *testing.T) {
			t.Parallel()
			v := w.newVisitor(t)

			v.mustBeSignedIn(v.logIn(person.ID), person.name())

			for _, selector := range []string{"#person", "#greeting bdi"} {
				if got := v.text(selector); got != person.name() {
					t.Errorf("%s says %q, want %q", selector, got, person.name())
				}
			}
			if got, want := v.text("#telegram-id"), strconv.FormatInt(person.ID, 10); got != want {
				t.Errorf("the page shows the number %s, want %s", got, want)
			}
			if v.shows("#username") != (person.Username != "") {
				t.Errorf("a username on the page: %t, want %q", v.shows("#username"), person.Username)
			}
		})
	}
}

// person is somebody whom the stand-in lets one be.
type person struct {
	ID        int64  `json:"id"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Username  string `json:"username"`
}

func (p person) name() string { return strings.TrimSpace(p.FirstName + " " + p.LastName) }

func (w *world) people(t *testing.T) []person {
	t.Helper()
	var people []person
	if err := json.Unmarshal([]byte(get(t, w.telegram+"/client/people")), &people); err != nil {
		t.Fatal(err)
	}
	if len(people) < 2 {
		t.Fatalf("the stand-in knows %d people", len(people))
	}
	return people
}
