package faults_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
)

// ledger is what the database says about all that happened.
type ledger struct {
	used           int // Links.
	signedIn       int // Notes of sign-ins, each with the session it started.
	startedOnce    int // Sessions that these notes name.
	alive, over    int // Sessions that are there, and notes of ended ones.
	acknowledged   int // Links of acknowledged logins that are noted as used.
	strangers      int // Accounts of whom no link was ever signed for.
	doubleAccounts int
	updates        int // Of the load's, noted as handled.
	doubleUpdates  int // Applied more than once.
}

const askLedger = `
SELECT (SELECT count(*) FROM used_links),
       (SELECT count(*) FROM activity WHERE kind = 'signed_in'),
       (SELECT count(DISTINCT session_id) FROM activity WHERE kind = 'signed_in'),
       (SELECT count(*) FROM sessions),
       (SELECT count(*) FROM activity WHERE kind = 'session_ended'),
       (SELECT count(*) FROM used_links WHERE mac = ANY (@acknowledged)),
       (SELECT count(*) FROM accounts WHERE NOT telegram_id = ANY (@signed)),
       (SELECT count(*) - count(DISTINCT telegram_id) FROM accounts),
       (SELECT count(*) FROM handled_updates WHERE update_id > @first_update),
       (SELECT count(*) - count(DISTINCT update_id) FROM write_access_events WHERE update_id > @first_update)`

// checkLedger compares the database with what visitors were told.
func (w *world) checkLedger(t *testing.T) []string {
	t.Helper()
	told := w.history.told()
	var l ledger
	err := w.database.connect(t).QueryRow(context.WithoutCancel(t.Context()), askLedger, pgx.NamedArgs{
		"acknowledged": told.macs, "signed": told.people, "first_update": firstUpdate,
	}).Scan(&l.used, &l.signedIn, &l.startedOnce, &l.alive, &l.over, &l.acknowledged, &l.strangers, &l.doubleAccounts,
		&l.updates, &l.doubleUpdates)
	if err != nil {
		t.Fatal(err)
	}
	w.unseen = l.used - l.acknowledged
	t.Logf("logins: %d acknowledged, of which %d lost; %d links signed in unseen, their answers got lost; %d sessions twice",
		len(told.macs), len(told.macs)-l.acknowledged, w.unseen, l.signedIn-l.used)
	var problems []string
	expect := func(holds bool, format string, args ...any) {
		if !holds {
			problems = append(problems, fmt.Sprintf(format, args...))
		}
	}
	expect(l.used == l.signedIn, "I1: %d links are used up, and %d sign-ins noted", l.used, l.signedIn)
	expect(l.startedOnce == l.signedIn, "I2: %d sign-ins share %d sessions", l.signedIn, l.startedOnce)
	expect(l.alive+l.over == l.signedIn, "I1: %d sign-ins, but %d sessions that live and %d that ended", l.signedIn, l.alive, l.over)
	expect(l.acknowledged == len(told.macs), "I3: %d logins were acknowledged, and %d of their links are used up",
		len(told.macs), l.acknowledged)
	expect(l.used <= told.opened, "I1: %d links are used up, and %d were signed", l.used, told.opened)
	expect(l.strangers == 0, "I5: %d accounts of people for whom no link was signed", l.strangers)
	expect(l.doubleAccounts == 0, "I6: %d accounts too many", l.doubleAccounts)
	expect(l.updates >= told.updates, "I9: %d updates were acknowledged, and %d noted", told.updates, l.updates)
	expect(l.doubleUpdates == 0, "I9: %d updates were applied more than once", l.doubleUpdates)
	return problems
}

// told is what visitors and Telegram know for sure.
type told struct {
	macs    [][]byte // Signatures of the links whose login was acknowledged.
	people  []int64  // For whom a link was signed.
	opened  int      // Links with a good signature.
	updates int      // That were acknowledged.
}

func (h *history) told() told {
	h.mu.Lock()
	defer h.mu.Unlock()
	var known told
	for _, o := range h.ops {
		if o.kind == login && o.outcome == done {
			mac, _ := hex.DecodeString(o.link) // Ours.
			known.macs = append(known.macs, mac)
		}
	}
	distinct := make(map[string]bool)
	for _, l := range h.sent {
		known.people = append(known.people, l.person)
		distinct[l.hash] = true
	}
	known.opened = len(distinct)
	for _, acknowledged := range h.updates {
		if acknowledged {
			known.updates++
		}
	}
	return known
}
