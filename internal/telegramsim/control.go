package telegramsim

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// faultView is one switch of the control page.
type faultView struct {
	Name   string // as in the JSON of Faults
	Label  string
	Number bool
	List   bool
	On     bool
	Value  int
	Text   string // the entries of a list, separated by commas
}

// faultGroup is what can go wrong at one place.
type faultGroup struct {
	Name   string
	Faults []faultView
}

// faultGroups describes the switches in the order of the page.
func faultGroups(f Faults) []faultGroup {
	return []faultGroup{
		{"The login", []faultView{
			{Name: "tampered_field", Label: "Change the first name after signing", On: f.TamperedField},
			{Name: "wrong_token", Label: "Sign with another bot's token", On: f.WrongToken},
			{Name: "expired_auth_date", Label: "Date the login 25 hours back", On: f.ExpiredAuthDate},
			{Name: "future_auth_date", Label: "Date the login one hour ahead", On: f.FutureAuthDate},
			{Name: "same_url", Label: "Return the previous signed address again", On: f.SameURL},
			{Name: "missing_data", Label: "Open the plain address although the person agreed (macOS, 2025)", On: f.MissingData},
			{Name: "request_default", Label: "No dialog: answer urlAuthResultDefault", On: f.RequestDefault},
			{Name: "telegram_web", Label: "Open links as Telegram Web does: from another site", On: f.TelegramWeb},
		}},
		{"The Bot API", []faultView{
			{Name: "api_error", Label: "Answer 502", On: f.APIError},
			{Name: "api_slow_ms", Label: "Delay by milliseconds", Number: true, Value: f.APISlowMS},
			{Name: "api_retry_after", Label: "Answer 429, retry after seconds", Number: true, Value: f.APIRetryAfter},
			{Name: "api_html", Label: "Answer 502 with a page in HTML", On: f.APIHTML},
			{Name: "api_cut_off", Label: "Carry out, cut the answer off", On: f.APICutOff},
			{Name: "api_limits", Label: "Refuse more than 30 messages a second, or 1 a second to a chat", On: f.APILimits},
			{
				Name: "api_mix", List: true, Text: strings.Join(f.APIMix, ","),
				Label: "Hit one message after the other with 429:<seconds>, 502, html, slow:<milliseconds>, cut_off, " +
					"timeout or, between two commas, nothing",
			},
		}},
		{"The webhook", []faultView{
			{Name: "webhook_duplicates", Label: "Deliver so many extra times", Number: true, Value: f.WebhookDuplicates},
			{Name: "webhook_reorder", Label: "Turn round each so many updates", Number: true, Value: f.WebhookReorder},
			{Name: "webhook_late_ms", Label: "Delay by milliseconds", Number: true, Value: f.WebhookLateMS},
		}},
	}
}

type controlPage struct {
	Title  string
	Groups []faultGroup
	Saved  bool
}

func (s *Sim) showControl(w http.ResponseWriter, r *http.Request) {
	s.render(w, "control.html", controlPage{
		Title:  "Faults on demand",
		Groups: faultGroups(s.currentFaults()),
		Saved:  r.URL.Query().Has("saved"),
	})
}

// setControl takes the whole form: a box that is not ticked switches its fault off.
func (s *Sim) setControl(w http.ResponseWriter, r *http.Request) {
	f := Faults{}
	if r.PostFormValue("reset") == "" {
		var err error
		f, err = faultsFromForm(r)
		if err != nil {
			http.Error(w, "Please give whole numbers: "+err.Error(), http.StatusBadRequest)
			return
		}
	}
	err := f.check()
	if err != nil {
		http.Error(w, "These faults are not possible: "+err.Error(), http.StatusBadRequest)
		return
	}
	s.setFaults(f)
	http.Redirect(w, r, "/control?saved", http.StatusSeeOther)
}

// faultsFromForm builds the JSON that the form stands for, so that page and JSON can't drift apart.
func faultsFromForm(r *http.Request) (Faults, error) {
	fields := map[string]any{}
	var all []faultView
	for _, group := range faultGroups(Faults{}) {
		all = append(all, group.Faults...)
	}
	for _, v := range all {
		value := r.PostFormValue(v.Name)
		switch {
		case v.List && strings.TrimSpace(value) == "":
		case v.List:
			fields[v.Name] = splitList(value)
		case !v.Number:
			fields[v.Name] = value != ""
		case value != "":
			n, err := strconv.Atoi(value)
			if err != nil {
				return Faults{}, err
			}
			fields[v.Name] = n
		}
	}
	text, err := json.Marshal(fields)
	if err != nil {
		return Faults{}, err
	}
	f := Faults{}
	err = json.Unmarshal(text, &f)
	return f, err
}

func splitList(text string) []string {
	entries := strings.Split(text, ",")
	for i, entry := range entries {
		entries[i] = strings.TrimSpace(entry)
	}
	return entries
}

func (s *Sim) readFaults(w http.ResponseWriter, _ *http.Request) {
	f := s.currentFaults()
	f.APIMix = append([]string{}, f.APIMix...) // [] rather than null
	writeJSON(w, http.StatusOK, f)
}

// replaceFaults takes the whole set: what the JSON leaves out is switched off.
func (s *Sim) replaceFaults(w http.ResponseWriter, r *http.Request) {
	result, fail := decodeAnd(r, func(f Faults) (Faults, *rpcError) {
		err := f.check()
		if err != nil {
			return f, rpcFail(400, err.Error())
		}
		s.setFaults(f)
		return f, nil
	})
	if fail != nil {
		writeJSON(w, fail.Code, map[string]string{"error": fail.Message})
		return
	}
	writeJSON(w, http.StatusOK, result)
}

func (s *Sim) resetFaults(w http.ResponseWriter, _ *http.Request) {
	s.setFaults(Faults{})
	w.WriteHeader(http.StatusNoContent)
}
