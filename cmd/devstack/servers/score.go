package main

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// tally counts what is as it should be.
type tally struct{ good, all int }

func (t *tally) add(good bool) bool {
	t.all++
	t.good += btoi(good)
	return good
}

// score is the figures of one log, read with its format found or given.
type score struct {
	log    string
	given  bool
	hidden bool           // headers stand in columns that nothing names
	sent   int            // requests that were answered
	read   tally          // lines of requests with method and target
	fields tally          // that the format shows
	kept   tally          // credentials of which nothing is left, of those that the server logged whole or in part
	same   tally          // ordinary lines that are unchanged
	prints tally          // credentials logged as a whole that became a placeholder with their fingerprint
	events tally          // the same with an event
	edge   tally          // credentials that the server hashed, with an event of their fingerprint
	canary map[string]int // fingerprints of the canary
	faults []string
}

// scoreLog scores a log: with the format found and, if the server's configuration has a format string, given.
func (m *measurement) scoreLog(ctx context.Context, l logFile, replies []reply) ([]*score, error) {
	var scores []*score
	for _, format := range []string{"", l.Format} {
		if len(scores) == 1 && format == "" {
			break
		}
		lines, err := m.program.scan(ctx, l.Path, format)
		if err != nil {
			return scores, fmt.Errorf("log %s: %w", l.Name, err)
		}
		c := &scorer{
			score:   &score{log: l.Name, given: format != "", hidden: format == "" && l.unnamed, canary: map[string]int{}},
			program: m.program, canary: m.plan.canary, shows: strings.Fields(l.shows),
		}
		c.all(lines, replies)
		scores = append(scores, c.score)
	}
	return scores, nil
}

// scorer scores one log.
type scorer struct {
	*score
	program *pipeline
	canary  *secret
	shows   []string
}

var sequence = regexp.MustCompile(`seq=(\d{4})`)

// requestOf returns the reply to the request of a line: by its number, or by the address of its client.
func requestOf(raw []byte, replies []reply) *reply {
	if m := sequence.FindSubmatch(raw); m != nil {
		if n, err := strconv.Atoi(string(m[1])); err == nil && n >= 1 && n <= len(replies) {
			return &replies[n-1]
		}
	}
	for i := range replies {
		address := regexp.QuoteMeta(replies[i].request.client.String())
		if regexp.MustCompile(`(?:^|[^\d.])` + address + `(?:[^\d.]|$)`).Match(raw) {
			return &replies[i]
		}
	}
	return nil
}

func (c *scorer) all(lines []parsed, replies []reply) {
	for _, r := range replies {
		c.sent += btoi(r.status != 0)
	}
	for i := range lines {
		if r := requestOf(lines[i].raw, replies); r != nil {
			c.line(&lines[i], r)
		}
	}
}

func (c *scorer) fault(what string, l *parsed, r *reply) {
	c.faults = append(c.faults, fmt.Sprintf("%s: request %d (%s)\n    %s\n    %s", what, r.request.seq, r.request.name, l.raw, l.redacted))
}

func (c *scorer) line(l *parsed, r *reply) {
	raw := unfold(l.raw)
	c.fieldsOf(l, raw, r)
	if r.request.ordinary() && !c.same.add(bytes.Equal(l.raw, l.redacted)) {
		c.fault("changed", l, r)
	}
	var left [][]byte // what leaves the program
	for _, text := range append([][]byte{l.redacted}, l.texts...) {
		left = append(left, unfold(text)...)
	}
	for _, s := range r.request.secrets {
		c.secret(s, raw, left, l, r)
	}
	c.hashed(raw, l, r)
}

// edgeForm matches what a server logs in place of a token, with the hash.
var edgeForm = regexp.MustCompile(`twfp1\.[0-9a-f]{8}\.[a-z0-9_]+\.([0-9a-f]{32})\.[0-9a-f]{8}`)

// hashed scores the hashes that the server made: each has to give an event of a credential that the request had.
func (c *scorer) hashed(raw [][]byte, l *parsed, r *reply) {
	hashes := map[string]bool{}
	for _, m := range edgeForm.FindAllSubmatch(l.raw, -1) {
		hashes[string(m[1])] = true
	}
	right := 0
	for _, s := range r.request.secrets {
		isEvent := func(e logEvent) bool { return e.Fingerprint == c.program.fingerprints[s] }
		right += btoi(!holdsWhole(raw, s) && slices.ContainsFunc(l.events, isEvent))
	}
	for i := range len(hashes) {
		if !c.edge.add(i < right) {
			c.fault("hashed to another fingerprint", l, r)
		}
	}
}

func (c *scorer) secret(s *secret, raw, left [][]byte, l *parsed, r *reply) {
	if !s.weak && holdsPart(raw, s) && !c.kept.add(!holdsPart(left, s)) {
		c.fault("left", l, r)
	}
	if !holdsWhole(raw, s) {
		return
	}
	want := c.program.fingerprints[s]
	if !c.prints.add(bytes.Contains(l.redacted, []byte("."+want[:16]))) {
		c.fault("another fingerprint", l, r)
	}
	found := false
	for _, e := range l.events {
		found = found || e.Fingerprint == want
		if s == c.canary {
			c.score.canary[e.Fingerprint]++
		}
	}
	if !c.events.add(found) {
		c.fault("no event", l, r)
	}
}

// holdsWhole reports whether a credential stands in one of the texts.
func holdsWhole(texts [][]byte, s *secret) bool {
	for _, needle := range append([]string{s.value}, s.forms...) {
		for _, t := range texts {
			if bytes.Contains(t, []byte(needle)) {
				return true
			}
		}
	}
	return false
}

// pieceLength is the number of characters of a credential in a row that must not be left.
const pieceLength = 12

// holdsPart reports whether a piece of a credential stands in one of the texts. The header of a JWT is no piece: all have it.
func holdsPart(texts [][]byte, s *secret) bool {
	for _, form := range append([]string{s.value}, s.forms...) {
		if strings.HasPrefix(form, "eyJ") {
			_, form, _ = strings.Cut(form, ".")
		}
		for i := 0; i < max(1, len(form)-pieceLength+1); i++ {
			piece := []byte(form[i:min(len(form), i+pieceLength)])
			for _, t := range texts {
				if bytes.Contains(t, piece) {
					return true
				}
			}
		}
	}
	return false
}
