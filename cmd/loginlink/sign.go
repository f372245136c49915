package main

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// field is one parameter of a link.
type field struct{ name, value string }

// signOptions is what the command line says.
type signOptions struct {
	tokens   []string
	site     string
	person   []*field // In the order in which Telegram's links have them.
	authDate time.Time
	own      []*field // Our own parameters, which are not signed.
	altered  []string
	missing  []string
}

// sign prints a link.
func (p program) sign(args []string) error {
	o, err := p.parseSign(args)
	if err != nil {
		return err
	}
	fields := present(o.person)
	fields = append(fields, field{"auth_date", strconv.FormatInt(o.authDate.Unix(), 10)})
	fields = append(fields, field{"hash", signature(fields, p.tokens(o.tokens)[0])})
	if fields, err = o.spoil(fields); err != nil {
		return err
	}
	var pairs []string
	for _, f := range append(fields, present(o.own)...) {
		pairs = append(pairs, f.name+"="+url.QueryEscape(f.value))
	}
	fmt.Fprintf(p.stdout, "%s/login/telegram?%s\n", strings.TrimSuffix(o.site, "/"), strings.Join(pairs, "&"))
	return nil
}

func (p program) parseSign(args []string) (signOptions, error) {
	var o signOptions
	flags := p.flags("sign")
	// Each flag is called as its field, with dashes.
	text := func(fields *[]*field, name, byDefault, usage string) {
		f := &field{name: name}
		*fields = append(*fields, f)
		flags.StringVar(&f.value, strings.ReplaceAll(name, "_", "-"), byDefault, usage)
	}
	repeatable(flags, &o.tokens, "token", "`token` of the bot (default: TELEGRAM_BOT_TOKEN, or the stand-in's)")
	flags.StringVar(&o.site, "site", "http://localhost:8080", "`address` of the site")
	text(&o.person, "id", "42", "`number` of the person at Telegram")
	text(&o.person, "first_name", "Anna", "first `name`; an empty field is left out")
	text(&o.person, "last_name", "", "last `name`")
	text(&o.person, "username", "", "`name` without @")
	text(&o.person, "photo_url", "", "`address` of the photo")
	authDate := flags.String("auth-date", "now", "when the person agreed: now, or `seconds` since 1970")
	text(&o.own, "state", "", "`text` that an attempt of the site's was started with; not signed")
	text(&o.own, "next", "", "local `path` to go to afterwards; not signed")
	repeatable(flags, &o.altered, "break", "`field` to change after signing, such as first_name or hash (repeatable)")
	repeatable(flags, &o.missing, "missing", "`field` to leave out after signing (repeatable)")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	var err error
	o.authDate, err = p.parseAuthDate(*authDate)
	return o, err
}

func (p program) parseAuthDate(text string) (time.Time, error) {
	if text == "now" {
		return p.now(), nil
	}
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("-auth-date %s: want now, or seconds since 1970", text)
	}
	return time.Unix(seconds, 0), nil
}

// present leaves out what is not set, as Telegram does.
func present(fields []*field) []field {
	var list []field
	for _, f := range fields {
		if f.value != "" {
			list = append(list, *f)
		}
	}
	return list
}

// spoil changes and removes what the command line says, after the signature was
// made: what somebody would do who edits a link.
func (o signOptions) spoil(fields []field) ([]field, error) {
	for _, name := range o.altered {
		i, err := find(fields, name)
		if err != nil {
			return nil, fmt.Errorf("-break: %w", err)
		}
		fields[i].value = alter(fields[i])
	}
	for _, name := range o.missing {
		i, err := find(fields, name)
		if err != nil {
			return nil, fmt.Errorf("-missing: %w", err)
		}
		fields = append(fields[:i], fields[i+1:]...)
	}
	return fields, nil
}

func find(fields []field, name string) (int, error) {
	for i, f := range fields {
		if f.name == name {
			return i, nil
		}
	}
	return 0, fmt.Errorf("the link has no field %q", name)
}

// alter returns another value that is still well-formed, so that the signature
// alone gives the change away.
func alter(f field) string {
	switch f.name {
	case "id", "auth_date", "hash":
		last := len(f.value) - 1
		if f.value[last] == '1' {
			return f.value[:last] + "2"
		}
		return f.value[:last] + "1"
	}
	return f.value + "x"
}
