package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/tokenwarden/tokenwarden/ingest/credential/credentialtest"
)

// tally counts attempts and the good ones among them.
type tally struct{ good, all int }

func (t *tally) add(good bool) {
	t.all++
	if good {
		t.good++
	}
}

// fault counts what went wrong with one template or text. It never holds the credential.
type fault struct {
	what  string // template or text of the corpus
	count int
	all   int            // how often it was tried
	kinds map[string]int // kinds of token, or reasons, and how often
}

// sum returns the count over all faults.
func (fs faults) sum() int {
	n := 0
	for _, f := range fs {
		n += f.count
	}
	return n
}

// faults groups faults by template or text.
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
	name                           string
	recall                         [never]tally // by grade
	byFamily, byKind, byClass      map[string]*tally
	exact, fingerprint, idempotent tally
	unparsed                       int
	guardCaught, partial           faults
	misses, weakMisses, inexact    faults
	unlikelyMisses                 faults
	otherFingerprint               faults
	unstable                       faults            // changed by redacting twice
	kept                           map[string]*tally // by label of the negative
	byWhy                          map[string]*tally
	changed                        faults
}

func newResult(name string) *result {
	return &result{
		name: name, byFamily: map[string]*tally{}, byKind: map[string]*tally{}, byClass: map[string]*tally{}, kept: map[string]*tally{},
		byWhy: map[string]*tally{}, misses: faults{}, guardCaught: faults{}, partial: faults{}, weakMisses: faults{},
		unlikelyMisses: faults{}, inexact: faults{},
		otherFingerprint: faults{}, unstable: faults{}, changed: faults{},
	}
}

func at(m map[string]*tally, key string) *tally {
	if m[key] == nil {
		m[key] = &tally{}
	}
	return m[key]
}

// formatSample is the share of provider formats that are tried where name or place give a credential away anyway: one in so
// many. All of them would hide the misses of tokens that nothing else gives away.
const formatSample = 8

// measure sends a corpus with the tokens of each seed through r.
func measure(r redactor, c corpus, seeds int) (*result, error) {
	res := newResult(c.name)
	for seed := range seeds {
		for k, t := range tokens(uint64(seed)) { //nolint:gosec // a small count
			for n, p := range c.placements {
				if t.class == provider && p.Sensitive != false && p.Tokens == "" && (n+k+seed)%formatSample != 0 {
					continue
				}
				if err := res.checkPlacement(r, p, t, n+k+seed); err != nil {
					return nil, err
				}
			}
		}
	}
	for n, neg := range c.negatives {
		if err := res.checkNegative(r, neg, n); err != nil {
			return nil, err
		}
	}
	return res, nil
}

// plantedLine is a line with one credential in it.
type plantedLine struct {
	before, encoded, after string
	format                 string
}

func plant(p placement, t token, n int) (plantedLine, error) {
	text, encoded, err := p.fill(t)
	if err != nil {
		return plantedLine{}, err
	}
	w := writerFor(p.Where, text, n)
	req, err := requestWith(p.Where, text)
	if err != nil {
		return plantedLine{}, fmt.Errorf("placement %q: %w", p.Kind, err)
	}
	before, after, _ := strings.Cut(w.line(req), marker)
	if p.Encoding == "cut" {
		after = ""
	}
	return plantedLine{before, w.escape(encoded), after, w.format}, nil
}

var placeholder = regexp.MustCompile(`^REDACTED\.[a-z0-9_]+\.[0-9a-f]{16}$`)

// exact reports whether out is the line with a placeholder exactly in the credential's place.
func (l plantedLine) exact(out string) bool {
	rest, ok := strings.CutPrefix(out, l.before)
	if !ok {
		return false
	}
	rest, ok = strings.CutSuffix(rest, l.after)
	return ok && placeholder.MatchString(rest)
}

// checkPlacement tries one token at one placement. n selects the log format.
func (res *result) checkPlacement(r redactor, p placement, t token, n int) error {
	g := p.gradeOf(t)
	if g == never || !p.canHold(t) {
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
	res.countRecall(p, t, g, !leak && !part)
	if g == counted {
		res.partial.add(p.label(), t.name(), part)
	}
	if g == counted && !leak && !part {
		return res.checkDetails(r, &attempt{p, t, l}, out)
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

// countRecall counts a token as found or missed.
func (res *result) countRecall(p placement, t token, g grade, found bool) {
	res.recall[g].add(found)
	switch g {
	case counted:
		at(res.byFamily, p.family()).add(found)
		at(res.byKind, t.kind).add(found)
		at(res.byClass, t.class.String()).add(found)
		res.misses.add(p.label(), t.name(), !found)
	case weak:
		res.weakMisses.add(p.label(), t.name(), !found)
	case unlikely:
		res.unlikelyMisses.add(p.label(), t.name(), !found)
	}
}

// attempt is a token at a placement, and the line of both.
type attempt struct {
	placement placement
	token     token
	line      plantedLine
}

// checkDetails checks the span, the fingerprint and a second redaction of a token that was found.
func (res *result) checkDetails(r redactor, a *attempt, out redacted) error {
	exact := a.line.exact(out.line)
	if !exact {
		// A template may hold another credential, such as a key id: then the span cannot be judged here.
		bare, err := r.redact(a.line.format, a.line.before+"true"+a.line.after)
		if err != nil {
			return err
		}
		exact = !strings.HasPrefix(bare.line, a.line.before) || !strings.HasSuffix(bare.line, a.line.after)
	}
	res.exact.add(exact)
	res.inexact.add(a.placement.label(), a.token.name(), !exact)
	res.guardCaught.add(a.placement.label(), a.token.name(), out.guard)
	if !out.parsed && a.placement.Encoding != "cut" {
		res.unparsed++
	}
	if out.parsed {
		same := slices.Contains(out.fingerprints, r.fingerprint(a.token.text))
		res.fingerprint.add(same)
		res.otherFingerprint.add(a.placement.label(), a.token.name(), !same)
	}
	again, err := r.redact(a.line.format, out.line)
	res.idempotent.add(again.line == out.line)
	res.unstable.add(a.placement.label(), a.token.name(), again.line != out.line)
	return err
}

// checkNegative tries text without a credential where the corpus says, or as target and as Referer.
func (res *result) checkNegative(r redactor, neg negative, n int) error {
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
