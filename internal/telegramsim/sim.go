package telegramsim

import (
	"cmp"
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
	hosts        []string
	people       []Person
	now          func() time.Time
	log          *slog.Logger
	pages        *template.Template
	webhookRetry time.Duration
	hooks        *http.Client   // for webhooks
	deliveries   sync.WaitGroup // everything that runs beside the requests
	deactivated  sync.Map       // ids of people; not under mu, since people are looked up with and without it

	mu      sync.Mutex // guards the rest, down to the fields of every bot and chat
	bots    []*bot
	group   *chat
	detours map[int64]string // by person: the link on its way through the other loopback name
	steps   map[int64][]step // by person: what the protocol panel shows, oldest first
	faults  Faults
	mixed   int  // calls that took an entry of Faults.APIMix
	closed  bool // no delivery begins any more
}

// bot is a Bot and what it has gone through. Its fields beyond the embedded ones belong to Sim.mu.
type bot struct {
	Bot
	number      int64
	chats       map[int64]*chat // by person
	updates     updateQueue
	webhook     *webhook // nil if there is none
	hookSecrets []string // all that webhooks ever had; never shown
	commands    []command
	callbacks   map[string]*callback
	sends       sends
}

// New returns a stand-in, which the caller should Close. All problems of the configuration come in one error,
// which shows no token.
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
		hosts:        append(slices.Clone(cfg.Hosts), hostOf(cfg.PublicURL)),
		people:       slices.Clone(cfg.People),
		now:          cfg.Now,
		log:          cfg.Log,
		pages:        pages,
		webhookRetry: cmp.Or(cfg.WebhookRetry, defaultWebhookRetry),
		hooks:        newHookClient(),
		group:        newGroup(),
		detours:      map[int64]string{},
		steps:        map[int64][]step{},
	}
	if len(s.people) == 0 {
		s.people = DefaultPeople()
	}
	for _, p := range s.people {
		if p.Deactivated {
			s.deactivated.Store(p.ID, true)
		}
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

// Close ends the deliveries to webhooks, those on their way too, and waits until they have ended. It leaves
// the handler alone, which answers as before and delivers nothing any more. It may be called repeatedly, and
// need not be called where no webhook was set.
func (s *Sim) Close() {
	s.mu.Lock()
	s.closed = true
	for _, b := range s.bots {
		if b.webhook != nil && b.webhook.stop != nil {
			b.webhook.stop()
		}
	}
	s.mu.Unlock()
	s.deliveries.Wait()
	s.hooks.CloseIdleConnections()
}

// Handler answers the chat, the client calls, the Bot API and the controls.
func (s *Sim) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.showFirstBot)
	mux.HandleFunc("GET /{username}", s.showChat)
	mux.HandleFunc("GET "+groupPath, s.showGroup)
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
	mux.HandleFunc("GET /control/protocol", s.readProtocol)
	mux.HandleFunc("GET /control/sends", s.readSends)
	mux.HandleFunc("DELETE /control/sends", s.resetSends)

	mux.HandleFunc("/{bottoken}/{method}", s.botAPI)
	mux.HandleFunc("/{bottoken}/test/{method}", s.botAPI)

	return s.guard(http.NewCrossOriginProtection().Handler(mux))
}

// author is the bot that wrote a message, and nil for one that a person wrote.
func (s *Sim) author(m message) *bot {
	for _, b := range s.bots {
		if b.number == m.from.ID {
			return b
		}
	}
	return nil
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
