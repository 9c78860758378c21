package simulate

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"
)

// episode records one instance of a scenario.
type episode struct {
	scenario    scenario
	no          int
	strong      bool
	token       int // index of the credential in its first line; -1 before
	tokens      []int
	needs       int   // malicious lines until the rule can know
	due         int64 // time of the last of these, Unix nanoseconds
	client      string
	lines       int
	first, last int64 // Unix nanoseconds
}

// mark counts a line of the episode and returns its label.
func (g *Generator) mark(e *episode, q *request) *Label {
	token := -1
	if q.place != inNowhere {
		token = q.tokenIndex
	}
	first := e.lines == 0
	if first {
		e.first, e.last, e.token, e.client = q.at, q.at, token, q.from.clientNetwork()
	}
	e.lines++
	if e.lines <= max(1, e.needs) {
		e.due = q.at
	}
	if token >= 0 && !slices.Contains(e.tokens, token) {
		e.tokens = append(e.tokens, token)
	}
	e.first, e.last = min(e.first, q.at), max(e.last, q.at)
	g.label = Label{Rule: e.scenario.rule, Strong: e.strong, Token: token, Instance: e.no, First: first}
	if e.scenario.rule != "" {
		g.label.Attack = e.scenario.name
	} else {
		g.label.Negative = e.scenario.name
	}
	return &g.label
}

// attackTruth is one instance of an attack or a hard negative, as [Generator.WriteTruth] writes it.
type attackTruth struct {
	Type        string    `json:"type"` // attack or negative
	Name        string    `json:"name"`
	Rule        string    `json:"rule,omitempty"`
	Variant     string    `json:"variant"` // strong or weak
	Instance    int       `json:"instance"`
	SubjectKind string    `json:"subject_kind,omitempty"` // token, family, network or issuer
	Fingerprint string    `json:"fingerprint,omitempty"`  // of the credential in the first line
	Client      string    `json:"client,omitempty"`       // /24 or /64 of the first line
	First       time.Time `json:"first"`
	Last        time.Time `json:"last"`
	Lines       int       `json:"lines"`
	// Due is the time of the request from which the rule can know: by its window, or the first one.
	Due    time.Time `json:"due"`
	Learns bool      `json:"learns,omitempty"` // alerts before First were raised while learning
	Owner  string    `json:"owner,omitempty"`  // sub of a JWT
	Tokens []string  `json:"tokens,omitempty"` // fingerprints of all credentials, if there are several
}

// tokenTruth is one credential, as [Generator.WriteTruth] writes it.
type tokenTruth struct {
	Type        string `json:"type"` // token
	Index       int    `json:"index"`
	Kind        string `json:"kind"`
	Fingerprint string `json:"fingerprint"`
	Lines       int    `json:"lines"` // that carry it
	// Days on which it was the first that its holder used. Their sum over all tokens is the number of holder-days: a day
	// on which a holder used 24 tokens after one another is one.
	Days int `json:"days"`
	// Holds are the rules that ordinary use of this token satisfies: its service sends it so.
	Holds []string  `json:"holds,omitempty"`
	First time.Time `json:"first"`
	Last  time.Time `json:"last"`
}

// WriteTruth writes what was generated so far as NDJSON: one object for each instance of an attack or hard negative,
// then one for each credential, written as fingerprint returns it.
func (g *Generator) WriteTruth(w io.Writer, fingerprint func(token string) string) error {
	enc := json.NewEncoder(w)
	for _, e := range g.episodes {
		if e.lines == 0 {
			continue
		}
		if err := enc.Encode(g.episodeTruth(e, fingerprint)); err != nil {
			return fmt.Errorf("write truth: %w", err)
		}
	}
	for i, u := range g.tokens {
		if u.lines == 0 {
			continue
		}
		t := tokenTruth{
			Type: "token", Index: i, Kind: u.holder.kind.token, Fingerprint: fingerprint(g.Token(i)), Lines: u.lines,
			First: time.Unix(0, u.first).UTC(), Last: time.Unix(0, u.last).UTC(), Days: u.days, Holds: u.holds(),
		}
		if err := enc.Encode(t); err != nil {
			return fmt.Errorf("write truth: %w", err)
		}
	}
	return nil
}

func (g *Generator) episodeTruth(e *episode, fingerprint func(string) string) attackTruth {
	t := attackTruth{
		Type: "attack", Name: e.scenario.name, Rule: e.scenario.rule, Variant: "weak", Instance: e.no,
		SubjectKind: e.scenario.subject, Client: e.client, Lines: e.lines,
		First: time.Unix(0, e.first).UTC(), Last: time.Unix(0, e.last).UTC(), Due: time.Unix(0, e.due).UTC(),
	}
	if e.scenario.rule == "" {
		t.Type, t.Learns = "negative", e.scenario.learns
	}
	if e.strong {
		t.Variant = "strong"
	}
	if e.token >= 0 {
		t.Fingerprint = fingerprint(g.Token(e.token))
		if h := g.tokens[e.token].holder; h.kind.token == "jwt" {
			t.Owner = h.name
		}
	}
	if len(e.tokens) > 1 {
		for _, i := range e.tokens {
			t.Tokens = append(t.Tokens, fingerprint(g.Token(i)))
		}
	}
	return t
}

// Watchlist returns the indexes of the credentials that leaked-token-used will use, from the beginning.
func (g *Generator) Watchlist() []int { return g.leaked }

// Decoys returns the indexes of the credentials that decoy-token-used will use, from the beginning.
func (g *Generator) Decoys() []int { return g.decoys }
