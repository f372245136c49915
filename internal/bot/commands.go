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
	name, payload, isCommand := b.command(m.Text)
	switch {
	case !m.isPrivate():
		asked.Answer = answerLogin
		return asked, isCommand && name == "login" && isPerson(m.From.ID)
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

// command reads "/name@bot payload". A command for another bot of the group is
// none of ours.
//
// Source: https://core.telegram.org/bots/features#commands
func (b *Bot) command(text string) (string, string, bool) {
	word, payload, _ := strings.Cut(strings.TrimSpace(text), " ")
	name, isCommand := strings.CutPrefix(word, "/")
	name, addressee, addressed := strings.Cut(name, "@")
	if addressed {
		username := b.username.Load()
		if username == nil || !strings.EqualFold(addressee, *username) {
			return "", "", false
		}
	}
	return strings.ToLower(name), strings.TrimSpace(payload), isCommand
}

// isState is what a start parameter may be.
//
// Source: https://core.telegram.org/bots/features#deep-linking
var isState = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
