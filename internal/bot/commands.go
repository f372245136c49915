package bot

import (
	"regexp"
	"strings"
)

// commands are the bot's menu, and its help.
var commands = []struct {
	name, description string
	answer            answerKind
}{
	{"login", "Log in to the site", answerLogin},
	{"whoami", "What the site knows about you", answerWhoami},
	{"stop", "Turn notifications off", answerStop},
}

// request returns the answer that an update asks for, or false when it asks for
// none. Groups are left alone but for /login.
func (b *Bot) request(u update) (answerArgs, bool) {
	m := u.Message
	if b.cfg.Listens || m == nil || m.Text == "" {
		return answerArgs{}, false
	}
	asked := answerArgs{TelegramID: m.From.ID, ChatID: m.Chat.ID, ThreadID: m.topic()}
	name, addressee, payload, isCommand := splitCommand(m.Text)
	switch {
	case !m.isPrivate():
		asked.Answer, asked.Addressee = answerLogin, addressee
		return asked, isCommand && name == "login" && isPerson(m.From.ID) && b.mayBeFor(addressee)
	case isCommand && name == "start":
		asked.Answer = answerLogin
		if isState.MatchString(payload) {
			asked.State = payload
		}
		return asked, true
	case isCommand:
		for _, c := range commands {
			if c.name == name {
				asked.Answer = c.answer
				return asked, true
			}
		}
	}
	asked.Answer = answerHelp
	return asked, true
}

// splitCommand reads "/name@bot payload".
//
// Source: https://core.telegram.org/bots/features#commands
func splitCommand(text string) (name, addressee, payload string, isCommand bool) {
	word, payload, _ := strings.Cut(strings.TrimSpace(text), " ")
	name, isCommand = strings.CutPrefix(word, "/")
	name, addressee, _ = strings.Cut(name, "@")
	return strings.ToLower(name), addressee, strings.TrimSpace(payload), isCommand
}

// mayBeFor reports whether a command of a group is for us. While our own
// username is not known every one may be; it is asked again for the answer.
func (b *Bot) mayBeFor(addressee string) bool {
	username := b.username.Load()
	return addressee == "" || username == nil || strings.EqualFold(addressee, *username)
}

// isState is what a start parameter may be.
//
// Source: https://core.telegram.org/bots/features#deep-linking
var isState = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
