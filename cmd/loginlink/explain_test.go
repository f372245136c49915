package main

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"example.com/telegram-login/internal/auth"
)

func TestExplain_saysWhatTheSiteWould(t *testing.T) {
	t.Parallel()
	at := func(seconds int64) string { return strconv.FormatInt(noon.Unix()+seconds, 10) }
	signed := func(args ...string) string {
		return sign(t, append([]string{"-token", someToken}, args...)...).String()
	}
	tests := map[string]struct {
		link string
		want []string
	}{
		"a good link": {signed(), []string{
			"accepted", "signature matches", "Anna, number 42", "number 110201543", "0 seconds ago",
		}},
		"a good query":            {sign(t, "-token", someToken).RawQuery, []string{"accepted"}},
		"with a fragment":         {signed() + "#top", []string{"accepted"}},
		"five minutes are up":     {signed("-auth-date", at(-301)), []string{"refused", "too old", "5 minutes ago"}},
		"of yesterday":            {signed("-auth-date", at(-90000)), []string{"refused", "25 hours ago"}},
		"of last week":            {signed("-auth-date", at(-7*86400)), []string{"refused", "7 days ago"}},
		"of tomorrow":             {signed("-auth-date", at(86400)), []string{"refused", "clocks", "24 hours in the future"}},
		"changed after signing":   {signed("-break", "first_name"), []string{"refused", "none of the tokens", "forged"}},
		"a field was added":       {signed() + "&username=boss", []string{"refused", "added after signing"}},
		"signed by the other bot": {sign(t, "-token", otherBot).String(), []string{"refused", "-other-token"}},
		"signed with a line end":  {sign(t, "-token", someToken+"\n").String(), []string{"refused", "line end"}},
		"half of the fields":      {signed("-missing", "hash"), []string{"refused", "missing"}},
		"a field twice":           {signed() + "&id=1", []string{"refused", "twice"}},
		"a line feed":             {signed("-first-name", "A\nid=1"), []string{"refused", "control character"}},
		"no date":                 {signed("-missing", "auth_date"), []string{"refused", "there is no date"}},
		"cannot be decoded":       {signed() + "&a=%zz", []string{"refused", "cannot be decoded", "cannot be read"}},
		"the plain address":       {"https://login.example.com/login/telegram", []string{"plain visit"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stdout, _, err := try(nil, "explain", "-token", someToken, "-other-token", otherBot, test.link)
			for _, want := range test.want {
				if !strings.Contains(stdout, want) {
					t.Errorf("%q is not in\n%s", want, stdout)
				}
			}
			accepted := strings.Contains(stdout, "accepted")
			if accepted != (err == nil) || err != nil && !errors.Is(err, errRefused) {
				t.Errorf("the status is that of %v", err)
			}
		})
	}
}

func TestExplain_takesAllTokensOfTheEnvironment(t *testing.T) {
	t.Parallel()
	environment := map[string]string{"TELEGRAM_BOT_TOKEN": nextToken + "," + someToken}
	stdout, _, err := try(environment, "explain", sign(t, "-token", someToken).String())
	if err != nil || !strings.Contains(stdout, "accepted") {
		t.Errorf("a link of the token that is being replaced: %v\n%s", err, stdout)
	}
}

func TestExplain_takesTheSitesOwnLimit(t *testing.T) {
	t.Parallel()
	link := sign(t, "-auth-date", strconv.FormatInt(noon.Unix()-3600, 10)).String()
	if stdout, _, err := try(nil, "explain", "-max-age", "2h", link); err != nil {
		t.Errorf("a link of an hour ago: %v\n%s", err, stdout)
	}
}

// An empty line would be the answer to whatever package auth learns to tell apart.
func TestExplain_hasWordsForEveryReasonAndDiagnosis(t *testing.T) {
	t.Parallel()
	for _, reason := range constantsOf(t, "Reason") {
		if reasonWords[auth.Reason(reason)] == "" {
			t.Errorf("there are no words for the reason %q", reason)
		}
	}
	for _, diagnosis := range constantsOf(t, "Diagnosis") {
		if diagnosisWords[auth.Diagnosis(diagnosis)] == "" {
			t.Errorf("there are no words for the diagnosis %q", diagnosis)
		}
	}
}

// constantsOf returns the values of the constants of a type of package auth.
func constantsOf(t *testing.T, typeName string) []string {
	t.Helper()
	files, err := filepath.Glob("../../internal/auth/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(node ast.Node) bool {
			spec, isValue := node.(*ast.ValueSpec)
			if !isValue {
				return true
			}
			if name, named := spec.Type.(*ast.Ident); named && name.Name == typeName && len(spec.Values) == 1 {
				if literal, ok := spec.Values[0].(*ast.BasicLit); ok {
					value, _ := strconv.Unquote(literal.Value)
					values = append(values, value)
				}
			}
			return true
		})
	}
	if len(values) < 5 {
		t.Fatalf("found only %q of the type %s", values, typeName)
	}
	return values
}
