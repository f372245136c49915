package telegramsim

import (
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Sim is one Telegram with its bots, people and chats, all in memory. Make it with New; it is safe for
// concurrent use, and forgets everything when the program ends.
type Sim struct {
	hosts  []string
	people []Person
	now    func() time.Time
	log    *slog.Logger
	pages  *template.Template

	mu     sync.Mutex // guards the rest, down to the fields of every bot and chat
	bots   []*bot
	faults Faults
}

// bot is a Bot and what it has gone through. Its fields beyond the embedded ones belong to Sim.mu.
type bot struct {
	Bot
	number    int64
	chats     map[int64]*chat // by person
	updates   updateQueue
	webhook   webhook
	commands  []command
	callbacks map[string]*callback
}

// New returns a stand-in. All problems of the configuration come in one error, which shows no token.
func New(cfg Config) (*Sim, error) {
	err := cfg.check()
	if err != nil {
		return nil, fmt.Errorf("configuring the stand-in: %w", err)
	}
	pages, err := parsePages()
	if err != nil {
		return nil, err
	}
	s := &Sim{
		hosts:  append(slices.Clone(cfg.Hosts), hostOf(cfg.PublicURL)),
		people: slices.Clone(cfg.People),
		now:    cfg.Now,
		log:    cfg.Log,
		pages:  pages,
	}
	if len(s.people) == 0 {
		s.people = DefaultPeople()
	}
	for _, b := range cfg.Bots {
		s.bots = append(s.bots, &bot{
			Bot:       b,
			number:    b.id(),
			chats:     map[int64]*chat{},
			updates:   newUpdateQueue(s.now()),
			callbacks: map[string]*callback{},
		})
	}
	return s, nil
}

// Handler answers the chat, the client calls, the Bot API and the controls.
func (s *Sim) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.showFirstBot)
	mux.HandleFunc("GET /{username}", s.showChat)
	mux.HandleFunc("GET /livez", s.live)
	mux.Handle("GET /static/{file}", http.FileServerFS(staticFiles))

	mux.HandleFunc("POST /chat/send", s.sendFromPage)
	mux.HandleFunc("POST /chat/press", s.pressFromPage)
	mux.HandleFunc("POST /chat/dialog", s.answerDialog)
	mux.HandleFunc("POST /chat/block", s.blockFromPage)
	mux.HandleFunc("GET /chat/changes", s.awaitChange)
	mux.HandleFunc("GET /chat/detour", s.continueDetour)

	mux.HandleFunc("GET /client/people", s.listPeople)
	mux.HandleFunc("POST /client/{method}", s.clientCall)

	mux.HandleFunc("GET /control", s.showControl)
	mux.HandleFunc("POST /control", s.setControl)
	mux.HandleFunc("GET /control/faults", s.readFaults)
	mux.HandleFunc("PUT /control/faults", s.replaceFaults)
	mux.HandleFunc("DELETE /control/faults", s.resetFaults)

	mux.HandleFunc("/{bottoken}/{method}", s.botAPI)
	mux.HandleFunc("/{bottoken}/test/{method}", s.botAPI)

	return s.guard(http.NewCrossOriginProtection().Handler(mux))
}

// botNamed finds a bot by username, in any case and with or without @, as t.me does.
func (s *Sim) botNamed(username string) *bot {
	username = strings.TrimPrefix(username, "@")
	for _, b := range s.bots {
		if strings.EqualFold(b.Username, username) {
			return b
		}
	}
	return nil
}
