package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

// peer is another program with which people sign in with Telegram. peers/README.md
// is the contract.
type peer struct {
	Name   string `json:"name"`
	Folder string `json:"folder"` // Below peers/, with the programs "check" and "run".
	Login  string `json:"login"`  // The path that takes signed links.
	Status int    `json:"status"` // Of a login that worked.
	Page   string `json:"page"`   // The path of a page for who is signed in. It is ready when this answers.
	Notes  string `json:"notes"`  // What it does less of, or more.
}

// readPeers reads peers/peers.json; none is no error.
func (b *bench) readPeers() ([]peer, error) {
	content, err := os.ReadFile(filepath.Join(b.root, "bench", "peers", "peers.json"))
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read peers: %w", err)
	}
	var all []peer
	if err := json.Unmarshal(content, &all); err != nil {
		return nil, fmt.Errorf("read peers: %w", err)
	}
	return all, nil
}

// peerSides returns a side for each peer that is installed, and a line for each
// one that is not.
func (b *bench) peerSides(ctx context.Context, sideOf func(peer, database) side) ([]side, []string, error) {
	if !b.peers {
		return nil, nil, nil
	}
	all, err := b.readPeers()
	if err != nil {
		return nil, nil, err
	}
	var sides []side
	var notes []string
	for _, p := range all {
		version, err := command(ctx, b.root, b.peerProgram(p, "check"))
		if err != nil {
			b.say("  %s: not installed", p.Name)
			notes = append(notes, p.Name+": not installed.")
			continue
		}
		db := database{b, "peer_" + p.Folder}
		if _, err := (database{b, "postgres"}).value(ctx, `DROP DATABASE IF EXISTS "`+db.name+`"`); err != nil {
			return nil, nil, err
		}
		if _, err := (database{b, "postgres"}).value(ctx, `CREATE DATABASE "`+db.name+`"`); err != nil {
			return nil, nil, err
		}
		sides = append(sides, sideOf(p, db))
		notes = append(notes, strings.TrimSpace(p.Name+": "+strings.TrimSpace(version)+". "+p.Notes))
	}
	return sides, notes, nil
}

func (b *bench) peerProgram(p peer, name string) string {
	return filepath.Join(b.root, "bench", "peers", p.Folder, name)
}

func (b *bench) startPeer(p peer, db database) func(context.Context) (*process, error) {
	return func(ctx context.Context) (*process, error) {
		return b.run(ctx, b.peerProgram(p, "run"), p.Page, "DATABASE_URL="+db.url(0), "TELEGRAM_BOT_TOKEN="+botToken)
	}
}

func (b *bench) peerLogin(p peer, db database) side {
	return b.web(web{
		name: p.Name, db: db, open: true, start: b.startPeer(p, db), load: loginLoad(p.Login, p.Status, stranger),
	})
}

func (b *bench) peerPage(p peer, db database) side {
	return b.web(web{
		name: p.Name, db: db, open: true, start: b.startPeer(p, db), load: b.pageLoad(p.Login, p.Page),
	})
}

// peerTargets are how many times as many logins the site should do, by name.
var peerTargets = map[string]float64{"django-allauth": 20}

const anyPeerTarget = 5

func peerVerdicts(what string, ours series, peers []series) []verdict {
	var all []verdict
	for _, p := range peers {
		v := verdict{what + " against " + p.name, ratio(ours, p), noTarget, 0}
		if what == "login" {
			v.bound, v.target = atLeast, anyPeerTarget
			if target, ok := peerTargets[p.name]; ok {
				v.target = target
			}
		}
		all = append(all, v)
	}
	return all
}

// get returns the body of a page.
func get(ctx context.Context, address string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", fmt.Errorf("get: %w", err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", fmt.Errorf("get: %w", err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return string(body), err
}
