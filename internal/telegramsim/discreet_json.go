package telegramsim

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// json copies a value as JSON, which nobody changes any more, with its members in their order.
func (d discretion) json(value any) any {
	if value == nil {
		return nil
	}
	var whole bytes.Buffer
	if encodeReadably(&whole, value) != nil {
		return nil // What is noted is always JSON: it was, or will be, sent as such.
	}
	w := discreetWriter{discretion: d, in: json.NewDecoder(&whole)}
	w.in.UseNumber()
	if w.value("") != nil {
		return nil
	}
	if w.out.Len() <= maxStep {
		return json.RawMessage(w.out.Bytes())
	}
	var short bytes.Buffer
	_ = encodeReadably(&short, cut(w.out.String(), maxStep)) // A text is always JSON.
	return json.RawMessage(short.Bytes())
}

// discreetWriter copies JSON from in to out.
type discreetWriter struct {
	discretion
	in  *json.Decoder
	out bytes.Buffer
}

// value copies one value, the member of an object with the given name or, without one, an element.
func (w *discreetWriter) value(name string) error {
	if secretName.MatchString(name) {
		var ignored json.RawMessage
		if err := w.in.Decode(&ignored); err != nil {
			return err
		}
		return encodeReadably(&w.out, removed)
	}
	token, err := w.in.Token()
	if err != nil {
		return err
	}
	switch t := token.(type) {
	case json.Delim:
		return w.members(t)
	case string:
		return encodeReadably(&w.out, w.text(t))
	case json.Number:
		if len(t) > maxValue {
			return encodeReadably(&w.out, cut(t.String(), maxValue))
		}
		return encodeReadably(&w.out, t)
	default:
		return encodeReadably(&w.out, t)
	}
}

// members copies what is in an object or a list, with both brackets.
func (w *discreetWriter) members(open json.Delim) error {
	w.out.WriteRune(rune(open))
	for first := true; w.in.More(); first = false {
		if !first {
			w.out.WriteByte(',')
		}
		name := ""
		if open == '{' {
			token, err := w.in.Token()
			if err != nil {
				return err
			}
			name, _ = token.(string) // Names are texts.
			if err := encodeReadably(&w.out, w.text(name)); err != nil {
				return err
			}
			w.out.WriteByte(':')
		}
		if err := w.value(name); err != nil {
			return err
		}
	}
	end, err := w.in.Token()
	if err == nil {
		_, _ = fmt.Fprint(&w.out, end)
	}
	return err
}

// encodeReadably appends a value as JSON. The page escapes; & in an address is to be read.
func encodeReadably(out *bytes.Buffer, value any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	out.Truncate(out.Len() - len("\n"))
	return nil
}
