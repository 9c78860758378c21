package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/credential/credentialtest"
)

// tally counts what went well of what was tried.
type tally struct{ good, all int }

func (t *tally) add(good bool) {
	t.all++
	if good {
		t.good++
	}
}

// fault is one thing that went wrong, grouped by where: never with the credential.
type fault struct {
	what  string // template or text of the corpus
	count int
	all   int            // how often it was tried
	kinds map[string]int // kinds of token, or reasons, and how often
}

// sum is how often something went wrong.
func (fs faults) sum() int {
	n := 0
	for _, f := range fs {
		n += f.count
	}
	return n
}

// faults groups what went wrong by what.
type faults map[string]*fault

func (fs faults) add(what, kind string, bad bool) {
	f := fs[what]
	if f == nil {
		f = &fault{what: what, kinds: map[string]int{}}
		fs[what] = f
	}
	f.all++
	if bad {
		f.count++
		f.kinds[kind]++
	}
}

// result is the measurement of one corpus.
type result struct {
	name                                string
	recall                              [never]tally // by grade
	byFamily, byKind, byClass           map[string]*tally
	exact, prints, idempotent           tally
	unparsed                            int
	caught, partial                     faults
	misses, weakMisses, inexact, others faults // others: another fingerprint
	unstable                            faults
	kept                                map[string]*tally // by label of the negative
	byWhy                               map[string]*tally
	changed                             faults
}

func newResult(name string) *result {
	return &result{name: name, byFamily: map[string]*tally{}, byKind: map[string]*tally{}, byClass: map[string]*tally{}, misses: faults{}, caught: faults{}, partial: faults{}, weakMisses: faults{}, inexact: faults{},
		others: faults{}, unstable: faults{}, kept: map[string]*tally{}, byWhy: map[string]*tally{}, changed: faults{}}
}

func at(m map[string]*tally, key string) *tally {
	if m[key] == nil {
		m[key] = &tally{}
	}
	return m[key]
}

// sample is how many kinds with a format of their own come to one that is tried where name or place give a credential
// away anyway, so that they do not hide what is missed of those that nothing else gives away.
const sample = 8

// measure sends a corpus with the tokens of each seed through r.
func measure(r redactor, c corpus, seeds int) (*result, error) {
	res := newResult(c.name)
	for seed := range seeds {
		for k, t := range tokens(uint64(seed)) { //nolint:gosec // a small count
			for n, p := range c.placements {
				if t.class == provider && p.Sensitive != false && p.Tokens == "" && (n+k+seed)%sample != 0 {
					continue
				}
				if err := res.place(r, p, t, n+k+seed); err != nil {
					return nil, err
				}
			}
		}
	}
	for n, neg := range c.negatives {
		if err := res.leave(r, neg, n); err != nil {
			return nil, err
		}
	}
	return res, nil
}

// planted is one line with one credential in it.
type planted struct {
	before, encoded, after string
	format                 string
}

func plant(p placement, t token, n int) (planted, error) {
	text, encoded, err := p.fill(t)
	if err != nil {
		return planted{}, err
	}
	w := writerFor(p.Where, text, n)
	req, err := requestWith(p.Where, text)
	if err != nil {
		return planted{}, fmt.Errorf("placement %q: %w", p.Kind, err)
	}
	before, after, _ := strings.Cut(w.line(req), marker)
	if p.Encoding == "cut" {
		after = ""
	}
	return planted{before, w.escape(encoded), after, w.format}, nil
}

var placeholder = regexp.MustCompile(`^REDACTED\.[a-z0-9_]+\.[0-9a-f]{16}$`)

// exact tells whether out is the line with a placeholder in the credential's stead.
func (l planted) exact(out string) bool {
	rest, ok := strings.CutPrefix(out, l.before)
	if !ok {
		return false
	}
	rest, ok = strings.CutSuffix(rest, l.after)
	return ok && placeholder.MatchString(rest)
}

// place tries one token at one place. n turns the formats.
func (res *result) place(r redactor, p placement, t token, n int) error {
	g := p.accepts(t)
	if g == never || !p.fits(t) {
		return nil
	}
	l, err := plant(p, t, n)
	if err != nil {
		return err
	}
	if strings.HasPrefix(p.Encoding, "cut") { // what the line holds is the token now
		t.text = unescape(credentialtest.Encoders[p.Encoding](t.text))
		t.forms = forms(t.text)
	}
	if strings.Contains(l.before, t.text) || strings.Contains(l.after, t.text) {
		return nil // a short code that the line holds anyway
	}
	out, err := r.redact(l.format, l.before+l.encoded+l.after)
	if err != nil {
		return err
	}
	exact := l.exact(out.line)
	leak := leaks(out.line, t, l.encoded)
	part := !leak && !exact && leaksPart(out.line, l.encoded)
	res.judge(p, t, g, !leak && !part)
	if g == counted {
		res.partial.add(p.label(), t.name(), part)
	}
	if g == counted && !leak && !part {
		return res.details(r, p, t, l, out, exact)
	}
	return nil
}

func (p placement) label() string {
	where := ""
	if p.Where != "url" {
		where = " [" + p.Where + "]"
	}
	enc := ""
	if p.Encoding != "pct" && p.Encoding != "raw" {
		enc = " (" + p.Encoding + ")"
	}
	return p.Template + where + enc
}

// judge counts whether the token was found.
func (res *result) judge(p placement, t token, g grade, found bool) {
	res.recall[g].add(found)
	switch g {
	case counted:
		at(res.byFamily, p.family()).add(found)
		at(res.byKind, t.kind).add(found)
		at(res.byClass, t.class.String()).add(found)
		res.misses.add(p.label(), t.name(), !found)
	case weak:
		res.weakMisses.add(p.label(), t.name(), !found)
	}
}

// details looks closer at a token that was found: are span and fingerprint exact, and is it left alone afterwards.
func (res *result) details(r redactor, p placement, t token, l planted, out redacted, exact bool) error {
	if !exact {
		// A template may hold another credential, such as a key id: then the span cannot be judged here.
		bare, err := r.redact(l.format, l.before+"true"+l.after)
		if err != nil {
			return err
		}
		exact = !strings.HasPrefix(bare.line, l.before) || !strings.HasSuffix(bare.line, l.after)
	}
	res.exact.add(exact)
	res.inexact.add(p.label(), t.name(), !exact)
	res.caught.add(p.label(), t.name(), out.guard)
	if !out.parsed && p.Encoding != "cut" {
		res.unparsed++
	}
	if out.parsed {
		same := slices.Contains(out.prints, r.fingerprint(t.text))
		res.prints.add(same)
		res.others.add(p.label(), t.name(), !same)
	}
	again, err := r.redact(l.format, out.line)
	res.idempotent.add(again.line == out.line)
	res.unstable.add(p.label(), t.name(), again.line != out.line)
	return err
}

// leave tries text without a credential at its place, or as target and as Referer.
func (res *result) leave(r redactor, neg negative, n int) error {
	places := []string{neg.Where}
	if neg.Where == "" {
		places = []string{"url", "referer"}
	}
	for _, where := range places {
		text := neg.URL
		if neg.Where == "" && where == "referer" && strings.HasPrefix(text, "/") {
			text = "https://www.example.org" + text
		}
		req, err := requestWith(where, text)
		if err != nil {
			return fmt.Errorf("negative %q: %w", neg.Why, err)
		}
		w := writerFor(where, text, n)
		line := w.line(req)
		out, err := r.redact(w.format, line)
		if err != nil {
			return err
		}
		same := out.line == line
		at(res.kept, neg.Label).add(same)
		if neg.Label == "negative" {
			at(res.byWhy, neg.Why).add(same)
			reason := strings.Join(out.reasons, ", ")
			if out.guard {
				reason += " second check"
			}
			res.changed.add(neg.Why+"  "+where+"  "+neg.URL, reason, !same)
		}
	}
	return nil
}
