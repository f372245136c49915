package bot

import (
	"fmt"
	"strings"
	"time"

	"example.com/telegram-login/internal/users"
)

// Texts are plain: no parse mode, so a name is never taken for markup.

// day is how a message writes a date.
const day = "2 January 2006"

func helpText(host string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "I log you in to %s. I understand:\n", host)
	for _, c := range commands {
		fmt.Fprintf(&b, "\n/%s – %s", c.name, c.description)
	}
	return b.String()
}

func noAccountText(host string) string {
	return "You have no account at " + host + ", so there is nothing stored but that you wrote here. /login makes one."
}

func stopText(host, messagesURL string) string {
	return "Notifications from " + host + " are off. I still answer when you write to me. " +
		"You can turn them on again in your account:\n" + messagesURL
}

func whoamiText(a users.Account, host, accountURL string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "At %s you are %s", host, a.Name())
	if a.Profile.Username != "" {
		fmt.Fprintf(&b, " (@%s)", a.Profile.Username)
	}
	fmt.Fprintf(&b, ", Telegram number %d.\n\n", a.TelegramID)
	fmt.Fprintf(&b, "Account made: %s\nLast sign-in: %s\n", a.CreatedAt.UTC().Format(day), a.LastSignInAt.UTC().Format(day))
	if a.Notifications {
		b.WriteString("Notifications: on; /stop turns them off\n")
	} else {
		b.WriteString("Notifications: off; your account has the switch\n")
	}
	fmt.Fprintf(&b, "\nYour account page:\n%s", accountURL)
	return b.String()
}

// messageText makes the text of a message, of what is known at this moment.
func (b *Bot) messageText(d users.Delivery) string {
	switch d.Kind {
	case users.WelcomeMessage:
		return "Welcome to " + b.host() + ", " + d.Account.Name() + "!\n\n" +
			"I will tell you here when somebody signs in to your account. " + b.howToStop() + ":\n" + b.cfg.MessagesURL
	case users.SignInMessage:
		return "New sign-in to your account at " + b.host() + " from " + deviceText(d.Device) + ", " +
			d.CreatedAt.UTC().Format(day+", 15:04 MST") + ".\n\n" +
			"If that was not you, end the session, and look at Settings → Devices in Telegram: somebody may be using your " +
			"Telegram account. Your sessions:\n" + b.cfg.SessionsURL
	case users.TestMessage:
		return "This is the test message that you asked for at " + b.host() + ", " + d.CreatedAt.UTC().Format(time.TimeOnly+" MST") + "."
	}
	return ""
}

// howToStop names /stop only where it is ours to hear.
func (b *Bot) howToStop() string {
	if b.cfg.Listens {
		return "Your account has a switch for that"
	}
	return "/stop turns that off, and so does the switch in your account"
}

func deviceText(d users.Device) string {
	browser, system := d.Browser, d.System
	if browser == "" {
		browser = "an unknown browser"
	}
	if system == "" {
		return browser
	}
	return browser + " on " + system
}
