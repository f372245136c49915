package telegramsim

import (
	"net/url"
	"strconv"
)

// where says who acts, and in which chat: their own with a bot, or the group.
type where struct {
	As    int64  `json:"as"`
	Peer  string `json:"peer"`  // username of the bot
	Group bool   `json:"group"` // ours: the group in place of peer
}

// readWhere takes it from the fields of a form or of a query. Nobody is called 0, which stands for an
// unreadable person.
func readWhere(field func(name string) string) where {
	as, err := strconv.ParseInt(field("as"), 10, 64)
	if err != nil {
		as = 0
	}
	return where{As: as, Peer: field("peer"), Group: field("group") != ""}
}

// query is what readWhere reads.
func (in where) query() url.Values {
	values := url.Values{"as": {strconv.FormatInt(in.As, 10)}}
	if in.Group {
		values.Set("group", "1")
	} else {
		values.Set("peer", in.Peer)
	}
	return values
}

// address is that of the page on this host, with pairs of further parameters; empty ones are left out.
func (in where) address(pairs ...string) string {
	query := url.Values{"as": {strconv.FormatInt(in.As, 10)}}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			query.Set(pairs[i], pairs[i+1])
		}
	}
	path := "/" + in.Peer
	if in.Group {
		path = groupPath
	}
	return path + "?" + query.Encode()
}

// place is a chat and somebody in it. Its fields belong to Sim.mu.
type place struct {
	where
	person Person
	chat   *chat
	object apiChat // the chat as bots see it
	bots   []*bot  // those who get what people write here: the bot of the chat, or all of the group
}

// placeOf finds the place, also for somebody who can only look. The caller holds Sim.mu.
func (s *Sim) placeOf(person Person, in where) (place, *rpcError) {
	if in.Group {
		return place{
			where: where{As: person.ID, Group: true}, person: person, chat: s.group, object: groupChat(), bots: s.bots,
		}, nil
	}
	b := s.botNamed(in.Peer)
	if b == nil {
		return place{}, rpcFail(400, "PEER_ID_INVALID")
	}
	return place{
		where: where{As: person.ID, Peer: b.Username}, person: person, chat: b.chatWith(person), object: chatOf(person),
		bots: []*bot{b},
	}, nil
}

// enter finds the place for somebody who wants to do something there. The caller holds Sim.mu.
func (s *Sim) enter(in where) (place, *rpcError) {
	person, fail := s.whoActs(in.As)
	if fail != nil {
		return place{}, fail
	}
	return s.placeOf(person, in)
}

// whoActs finds a person who can still do something.
func (s *Sim) whoActs(as int64) (Person, *rpcError) {
	person, ok := s.person(as)
	switch {
	case !ok:
		return Person{}, rpcFail(401, "AUTH_KEY_UNREGISTERED")
	case s.isDeactivated(person):
		return Person{}, rpcFail(401, "USER_DEACTIVATED")
	}
	return person, nil
}
