package bot

// Fact is who an update is about, and when it happened.
type Fact struct{ TelegramID, Date int64 }

// DecodeUpdate is decodeUpdate, for the fuzz test: it returns what is said of
// private chats.
func DecodeUpdate(text []byte) ([]Fact, error) {
	u, err := decodeUpdate(text)
	var facts []Fact
	if m := u.Message; m != nil && m.isPrivate() {
		facts = append(facts, Fact{m.From.ID, m.Date})
	}
	if c := u.MyChatMember; c != nil && c.Chat.Type == privateChat {
		facts = append(facts, Fact{c.Chat.ID, c.Date})
	}
	return facts, err
}
