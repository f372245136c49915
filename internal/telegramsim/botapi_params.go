package telegramsim

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"unicode/utf8"
)

// params are the parameters of a Bot API call. Objects and lists are JSON text, as in Telegram's own server.
type params map[string]string

// readParams collects the parameters from the query and from the body, be it a form, multipart or JSON.
func readParams(r *http.Request) (params, *apiError) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, badRequest("can't parse the query string")
	}
	p := params{}
	p.addForm(query)

	body, err := io.ReadAll(r.Body)
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return nil, &apiError{code: 413, description: "Request Entity Too Large"}
	}
	if err != nil {
		return nil, badRequest("can't read the request body")
	}
	// A client without parameters may announce multipart and send nothing at all.
	if len(body) > 0 {
		err = p.addBody(r.Header.Get("Content-Type"), body)
	}
	if err != nil {
		return nil, badRequest("can't parse the request body")
	}
	for _, value := range p {
		if !utf8.ValidString(value) {
			return nil, badRequest("strings must be encoded in UTF-8")
		}
	}
	return p, nil
}

func (p params) addForm(values url.Values) {
	for key := range values {
		p[key] = values.Get(key)
	}
}

func (p params) addBody(contentType string, body []byte) error {
	kind, attributes, err := mime.ParseMediaType(contentType)
	if err != nil {
		return err
	}
	switch kind {
	case "application/json":
		return p.addJSON(body)
	case "application/x-www-form-urlencoded":
		values, err := url.ParseQuery(string(body))
		p.addForm(values)
		return err
	case "multipart/form-data":
		// The body is at most maxBody long, so nothing of the form is spilled to a file.
		form, err := multipart.NewReader(bytes.NewReader(body), attributes["boundary"]).ReadForm(maxBody)
		if err != nil {
			return err
		}
		p.addForm(form.Value)
		return nil
	default:
		return errors.New("unknown content type")
	}
}

func (p params) addJSON(body []byte) error {
	var object map[string]json.RawMessage
	err := json.Unmarshal(body, &object)
	if err != nil {
		return err
	}
	for key, raw := range object {
		var text string
		switch {
		case string(raw) == "null":
		case raw[0] == '"':
			err = json.Unmarshal(raw, &text)
			if err != nil {
				return err
			}
			p[key] = text
		default:
			p[key] = string(raw)
		}
	}
	return nil
}

// integer reads a number. Telegram's server takes unreadable ones for 0; a stand-in had better complain.
func (p params) integer(name string, otherwise int64) (int64, *apiError) {
	raw := p[name]
	if raw == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(raw, 10, 64)
	if err != nil {
		return 0, badRequest("wrong parameter " + name + " in request")
	}
	return n, nil
}

// yes reads a Boolean as Telegram's server does.
func (p params) yes(name string) bool {
	switch p[name] {
	case "true", "True", "TRUE", "1", "yes", "Yes":
		return true
	}
	return false
}
