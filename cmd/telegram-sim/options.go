package main

import (
	"flag"
	"fmt"
	"io"
	"net"
	"net/netip"

	"example.com/telegram-login/internal/telegramsim"
)

// options is what the command line says.
type options struct {
	listen    string
	publicURL string
	hosts     []string
	bot       telegramsim.Bot
}

const defaultListen = "127.0.0.1:8081"

func parseOptions(args []string, out io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("telegram-sim", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.StringVar(&o.listen, "listen", defaultListen, "`address` to listen on")
	flags.StringVar(&o.publicURL, "public-url", "http://localhost:8081", "where browsers reach the stand-in")
	flags.StringVar(&o.bot.Token, "bot-token", telegramsim.DefaultToken, "token of the bot; not one of a real bot")
	flags.StringVar(&o.bot.Username, "bot-username", telegramsim.DefaultUsername, "username of the bot")
	flags.StringVar(&o.bot.Name, "bot-name", telegramsim.DefaultName, "display name of the bot")
	flags.StringVar(&o.bot.Domain, "bot-domain", "localhost", "domain linked to the bot, without port")
	addHost := func(name string) error {
		o.hosts = append(o.hosts, name)
		return nil
	}
	flags.Func("host", "further `name` to answer to, such as that of a compose service (repeatable)", addHost)
	remote := flags.Bool("allow-remote", false, "allow a listen address that other machines may reach")
	err := flags.Parse(args)
	if err != nil {
		return options{}, err
	}
	if flags.NArg() > 0 {
		return options{}, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if !*remote && !isLoopback(o.listen) {
		return options{}, fmt.Errorf("%q may be reached from other machines, and whoever reaches the stand-in can log in "+
			"as anybody: listen on 127.0.0.1, or give -allow-remote if you mean it", o.listen)
	}
	return o, nil
}

// isLoopback reports whether a listen address is on the loopback interface; ":8081" is every interface.
func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || (err == nil && addr.IsLoopback())
}
