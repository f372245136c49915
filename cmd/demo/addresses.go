package main

import (
	"context"
	"fmt"
	"io"
	"net"

	"example.com/telegram-login/internal/telegramsim"
)

// addresses are where a browser finds the two. Both have the name localhost, so
// that a browser takes them for the same site, as it does with a native app;
// the stand-in has a switch for the other case.
type addresses struct {
	site, telegram string
}

func addressesOf(site, telegram net.Listener) addresses {
	return addresses{site: onLocalhost(site), telegram: onLocalhost(telegram)}
}

func onLocalhost(l net.Listener) string {
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return "http://localhost:" + port
}

func (a addresses) print(w io.Writer) {
	fmt.Fprintf(w, `
  The chat with the bot   %s/%s
  The site                %s

Open the chat, press Start, then press the button in the bot's message.
Or begin on the site. In the chat you can be somebody else, and make
Telegram misbehave (Faults). Ctrl-C stops everything.

`, a.telegram, telegramsim.DefaultUsername, a.site)
}

// listen takes the given port or, when none is given, the usual one, or any that
// is free. Nobody but this machine can connect.
func listen(ctx context.Context, given, usual int, stdout io.Writer) (net.Listener, error) {
	var config net.ListenConfig
	if given != 0 {
		l, err := config.Listen(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", given))
		if err != nil {
			return nil, fmt.Errorf("port %d: %w", given, err)
		}
		return l, nil
	}
	if l, err := config.Listen(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", usual)); err == nil {
		return l, nil
	}
	fmt.Fprintf(stdout, "Port %d is taken; using another.\n", usual)
	return config.Listen(ctx, "tcp", "127.0.0.1:0")
}
