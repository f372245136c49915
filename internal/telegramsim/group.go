package telegramsim

import "strconv"

// groupID names the one group, in which all people and all bots are. Bots get every message there, as
// administrators do.
const groupID = -1001

// groupPath is the address of the group's page. No bot can be called that: usernames of bots end in bot.
const groupPath = "/group"

func groupChat() apiChat { return apiChat{ID: groupID, Title: "Stand-in group", Type: "supergroup"} }

// newGroup returns the group, still empty. Bots may write there without being asked.
func newGroup() *chat {
	c := newChat()
	c.mayWrite = true
	return c
}

// isGroup reports whether chat_id names the group.
func (p params) isGroup() bool { return p["chat_id"] == strconv.Itoa(groupID) }
