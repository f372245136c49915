package telegramsim

import "time"

// rpcError is what a Telegram client gets in place of an answer.
type rpcError struct {
	Type    string `json:"_"`
	Code    int    `json:"error_code"`
	Message string `json:"error_message"`
}

func rpcFail(code int, message string) *rpcError {
	return &rpcError{Type: "rpc_error", Code: code, Message: message}
}

// urlAuthResult is Telegram's UrlAuthResult: Request, Accepted or Default, told apart by Type.
type urlAuthResult struct {
	Type               string  `json:"_"`
	RequestWriteAccess bool    `json:"request_write_access,omitempty"`
	Bot                *tlUser `json:"bot,omitempty"`
	Domain             string  `json:"domain,omitempty"`
	URL                string  `json:"url,omitempty"`
}

// The calls of a client about a login button.
const (
	methodRequestURLAuth = "messages.requestUrlAuth"
	methodAcceptURLAuth  = "messages.acceptUrlAuth"
	methodDeclineURLAuth = "messages.declineUrlAuth"
)

// The three constructors of UrlAuthResult.
const (
	resultRequest  = "urlAuthResultRequest"
	resultAccepted = "urlAuthResultAccepted"
	resultDefault  = "urlAuthResultDefault"
)

// pressed is a button that a person looks at or has pressed.
type pressed struct {
	place
	message message
	button  button
}

// press finds a button of a message. The caller holds Sim.mu.
func (s *Sim) press(in where, msgID, buttonID int) (pressed, *rpcError) {
	p, fail := s.enter(in)
	if fail != nil {
		return pressed{}, fail
	}
	m, ok := p.chat.message(msgID)
	if !ok {
		return pressed{}, rpcFail(400, "MSG_ID_INVALID")
	}
	for _, row := range m.keyboard {
		for _, key := range row {
			if key.id == buttonID {
				return pressed{place: p, message: m, button: key}, nil
			}
		}
	}
	return pressed{}, rpcFail(400, "BUTTON_ID_INVALID")
}

// isLinkOnly reports whether a call names no message. Then there is nothing to log in to: a link alone takes
// part only for hosts that Telegram itself has listed, and no website can ask for that.
func (in urlAuthCall) isLinkOnly() bool { return in.MsgID == 0 && in.URL != "" }

// pressLoginButton is press for a button that logs in. The caller holds Sim.mu.
func (s *Sim) pressLoginButton(in urlAuthCall) (pressed, *rpcError) {
	p, fail := s.press(in.where, in.MsgID, in.ButtonID)
	if fail == nil && p.button.login == nil {
		fail = rpcFail(400, "BUTTON_TYPE_INVALID")
	}
	return p, fail
}

// requestURLAuth is the press itself: Telegram says whether to ask, to open at once, or not to log in.
func (s *Sim) requestURLAuth(in urlAuthCall) (urlAuthResult, *rpcError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if in.isLinkOnly() {
		return urlAuthResult{Type: resultDefault}, nil
	}
	p, fail := s.pressLoginButton(in)
	if fail != nil {
		return urlAuthResult{}, fail
	}
	login := p.button.login
	signers := login.signer.chatWith(p.person)
	result := urlAuthResult{
		Type:               resultRequest,
		RequestWriteAccess: login.requestWriteAccess,
		Bot:                login.signer.tlUser(),
		Domain:             hostOf(login.url),
	}
	switch {
	case s.faults.RequestDefault:
		result = urlAuthResult{Type: resultDefault}
	case signers.linked && !signers.blocked:
		result = s.accepted(p)
	}
	s.noteURLAuth(methodRequestURLAuth, in, p, result)
	return result, nil
}

// acceptURLAuth is "Log in" in the dialog. Write access counts only if the button asked for it.
func (s *Sim) acceptURLAuth(in urlAuthCall) (urlAuthResult, *rpcError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if in.isLinkOnly() {
		return urlAuthResult{Type: resultDefault}, nil
	}
	p, fail := s.pressLoginButton(in)
	if fail != nil {
		return urlAuthResult{}, fail
	}
	login := p.button.login
	if in.WriteAllowed && login.requestWriteAccess && !s.faults.MissingData {
		s.allowWriting(login.signer, p.person, hostOf(login.url))
	}
	result := s.accepted(p)
	s.noteURLAuth(methodAcceptURLAuth, in, p, result)
	return result, nil
}

// allowWriting notes that the person lets the bot write, and tells the bot with a service message, which
// the person sees too. While the bot is blocked nothing changes and nothing is told. The caller holds Sim.mu.
func (s *Sim) allowWriting(b *bot, p Person, domain string) {
	c := b.chatWith(p)
	if c.blocked {
		return
	}
	c.mayWrite, c.linked = true, true
	m := c.add(message{at: s.now(), from: userOf(p), connectedTo: domain})
	s.tell(b, update{Message: messageObject(chatOf(p), m)})
}

// accepted signs the button's address for the person, or spoils it as the faults want. The caller holds Sim.mu.
func (s *Sim) accepted(p pressed) urlAuthResult {
	if s.faults.MissingData {
		return urlAuthResult{Type: resultDefault}
	}
	signer := p.button.login.signer
	c := signer.chatWith(p.person)
	link := c.lastSigned
	if link == "" || !s.faults.SameURL {
		link = s.signedURL(p.button.login, p.person)
	}
	c.lastSigned = link
	return urlAuthResult{Type: resultAccepted, URL: link}
}

func (s *Sim) signedURL(login *loginButton, p Person) string {
	authDate, token := s.now(), login.signer.Token
	if s.faults.ExpiredAuthDate {
		authDate = authDate.Add(-25 * time.Hour)
	}
	if s.faults.FutureAuthDate {
		authDate = authDate.Add(time.Hour)
	}
	if s.faults.WrongToken {
		token = "1:the-token-of-some-other-bot"
	}
	data := loginData(p, authDate)
	signature := hash(data, token)
	if s.faults.TamperedField {
		p.FirstName += " (changed)"
		data = loginData(p, authDate)
	}
	return addToURL(login.url, append(data, field{"hash", signature}))
}

// declineURLAuth refuses. Nothing changes: what opens afterwards is the client's choice.
func (s *Sim) declineURLAuth(in urlAuthCall) *rpcError {
	_, fail := s.whoActs(in.As)
	if fail != nil {
		return fail
	}
	if in.URL == "" {
		return rpcFail(400, "URL_INVALID")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.note(in.As, step{From: theClient, To: theTelegram, Method: methodDeclineURLAuth, Fields: map[string]any{"url": in.URL}, Result: tlTrue()})
	return nil
}
