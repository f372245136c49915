package telegramsim

// The objects of Telegram's TL schema that the client calls return. As in TL, a flag that is not set is absent.

type tlUser struct {
	Type      string   `json:"_"`
	ID        int64    `json:"id"`
	Bot       bool     `json:"bot,omitempty"`
	FirstName string   `json:"first_name,omitempty"`
	LastName  string   `json:"last_name,omitempty"`
	Username  string   `json:"username,omitempty"`
	LangCode  string   `json:"lang_code,omitempty"`
	Photo     *tlPhoto `json:"photo,omitempty"`
}

// tlPhoto differs from TL, where photos are fetched by id: the address is what a website gets to see.
type tlPhoto struct {
	Type string `json:"_"`
	URL  string `json:"url"`
}

type tlMessages struct {
	Type     string      `json:"_"`
	Messages []tlMessage `json:"messages"`
}

type tlMessage struct {
	Type    string    `json:"_"`
	Out     bool      `json:"out,omitempty"`
	ID      int       `json:"id"`
	From    *tlPeer   `json:"from_id,omitempty"` // only in the group
	Date    int64     `json:"date"`
	Message string    `json:"message,omitempty"`
	Markup  *tlMarkup `json:"reply_markup,omitempty"`
	Action  *tlAction `json:"action,omitempty"`
}

type tlPeer struct {
	Type   string `json:"_"`
	UserID int64  `json:"user_id"`
}

type tlAction struct {
	Type   string `json:"_"`
	Domain string `json:"domain,omitempty"`
}

type tlMarkup struct {
	Type string  `json:"_"`
	Rows []tlRow `json:"rows"`
}

type tlRow struct {
	Type    string     `json:"_"`
	Buttons []tlButton `json:"buttons"`
}

type tlButton struct {
	Type     string `json:"_"`
	Text     string `json:"text"`
	URL      string `json:"url,omitempty"`
	Data     string `json:"data,omitempty"`
	ButtonID int    `json:"button_id"` // TL numbers only login buttons
}

func tlTrue() any { return map[string]string{"_": "boolTrue"} }

func (p Person) tlUser() tlUser {
	u := tlUser{
		Type: "user", ID: p.ID, FirstName: p.FirstName, LastName: p.LastName, Username: p.Username,
		LangCode: p.LanguageCode,
	}
	if p.PhotoURL != "" {
		u.Photo = &tlPhoto{Type: "userProfilePhoto", URL: p.PhotoURL}
	}
	return u
}

func (b *bot) tlUser() *tlUser {
	return &tlUser{Type: "user", ID: b.number, Bot: true, FirstName: b.Name, Username: b.Username}
}

// tl is the message as a client sees it. It cannot tell from a login button whether it asks for write access.
func (m message) tl() tlMessage {
	object := tlMessage{Type: "message", Out: m.fromPerson, ID: m.id, Date: m.at.Unix(), Message: m.text}
	if m.connectedTo != "" {
		object.Type = "messageService"
		object.Action = &tlAction{Type: "messageActionBotAllowed", Domain: m.connectedTo}
	}
	if len(m.keyboard) > 0 {
		object.Markup = &tlMarkup{Type: "replyInlineMarkup"}
	}
	for _, row := range m.keyboard {
		keys := tlRow{Type: "keyboardButtonRow"}
		for _, b := range row {
			keys.Buttons = append(keys.Buttons, b.tl())
		}
		object.Markup.Rows = append(object.Markup.Rows, keys)
	}
	return object
}

// tlInGroup is a message of the group as one of its members sees it.
func (m message) tlInGroup(as int64) tlMessage {
	object := m.tl()
	object.Out = m.from.ID == as
	object.From = &tlPeer{Type: "peerUser", UserID: m.from.ID}
	return object
}

func (b button) tl() tlButton {
	object := tlButton{Type: "keyboardButtonUrl", Text: b.text, URL: b.address(), Data: b.data, ButtonID: b.id}
	switch {
	case b.login != nil:
		object.Type = "keyboardButtonUrlAuth"
	case b.data != "":
		object.Type = "keyboardButtonCallback"
	}
	return object
}
