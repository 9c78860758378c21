package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/cmd/internal/simulate"
)

// score is what all seeds together gave.
type score struct {
	inPack    map[string]bool // rules
	classes   map[string]*class
	negatives map[string]*negative
	honest    map[verdict]int // alerts about honest traffic
	plain     map[string]int  // alerts that say what is so of ordinary traffic, by rule
	learning  map[string]int  // alerts about a hard negative while it was learned, by rule
	side      map[string]int  // alerts of other rules about an attack
	days      int             // holder-days without attacks
	tokenDays int
	lines     int
	notes     []string
}

// class is one class of attack.
type class struct {
	strong, weak variant
	delays       []time.Duration // of those found
	needed       []time.Duration
}

type variant struct{ all, found, late int }

// negative is one kind of honest traffic that looks like an attack.
type negative struct {
	all, tripped int
	by           map[string]int // alerts of medium and above, by rule
}

type verdict struct {
	rule     string
	severity tokenwarden.Severity
}

// newScore begins with the rules that there are.
func newScore(inPack map[string]bool) *score {
	s := &score{
		inPack: inPack, classes: map[string]*class{}, negatives: map[string]*negative{},
		honest: map[verdict]int{}, plain: map[string]int{}, side: map[string]int{}, learning: map[string]int{},
	}
	for _, name := range simulate.Attacks() {
		s.classes[name] = &class{}
	}
	for _, name := range simulate.Negatives() {
		s.negatives[name] = &negative{by: map[string]int{}}
	}
	return s
}

// crowd sorts the labels of one seed by what alerts name.
type crowd struct {
	attacks, negatives []*label
	attacked           map[string][]*label // by fingerprint
	feigned            map[string][]*label // tokens of hard negatives
	holds              map[string][]string // rules that a token's ordinary use satisfies
}

func (s *score) add(r result) {
	c := crowd{attacked: map[string][]*label{}, feigned: map[string][]*label{}, holds: map[string][]string{}}
	for i := range r.labels {
		r.labels[i].cut()
		c.sort(&r.labels[i])
	}
	s.lines += r.lines
	for i := range r.labels {
		if l := &r.labels[i]; l.Type == "token" && c.attacked[l.Fingerprint] == nil {
			s.days += l.Days
			s.tokenDays += int(l.Last.Sub(l.First)/(24*time.Hour)) + 1
		}
	}
	for _, l := range c.attacks {
		s.attack(r, l)
	}
	for _, l := range c.negatives {
		s.negatives[l.Name].all++
	}
	tripped := map[*label]bool{}
	for i := range r.alerts {
		s.alert(r.seed, c, &r.alerts[i], tripped)
	}
	for l := range tripped {
		s.negatives[l.Name].tripped++
	}
}

func (c *crowd) sort(l *label) {
	tokens := l.Tokens
	if len(tokens) == 0 {
		tokens = []string{l.Fingerprint}
	}
	switch l.Type {
	case "attack":
		c.attacks = append(c.attacks, l)
		for _, t := range tokens {
			c.attacked[t] = append(c.attacked[t], l)
		}
	case "negative":
		c.negatives = append(c.negatives, l)
		for _, t := range tokens {
			c.feigned[t] = append(c.feigned[t], l)
		}
	case "token":
		c.holds[l.Fingerprint] = l.Holds
	}
}

// attack looks for the first alert of the rule that had to find l.
func (s *score) attack(r result, l *label) {
	cl := s.classes[l.Name]
	v := &cl.weak
	if l.Variant == "strong" {
		v = &cl.strong
	}
	v.all++
	cl.needed = append(cl.needed, l.Due.Sub(l.First))
	var first *tokenwarden.Alert
	for i := range r.alerts {
		if a := &r.alerts[i]; a.Rule == l.Rule && l.about(a) && (first == nil || a.FirstSeen.Before(first.FirstSeen)) {
			first = a
		}
	}
	what := fmt.Sprintf("seed %d: %s %s %d at %s, token %.8s", r.seed, l.Name, l.Variant, l.Instance, l.First.Format(time.RFC3339), l.Fingerprint)
	if first == nil {
		s.note(s.inPack[l.Rule], "missed  %s", what)
		return
	}
	v.found++
	cl.delays = append(cl.delays, max(0, first.FirstSeen.Sub(l.First)))
	if first.FirstSeen.After(l.Due.Add(l.patience())) {
		v.late++
		s.note(true, "late    %s: after %s, could be %s", what, first.FirstSeen.Sub(l.First), l.Due.Sub(l.First))
	}
}

// alert says what an alert is about: an attack, what is so, or honest traffic.
func (s *score) alert(seed uint64, c crowd, a *tokenwarden.Alert, tripped map[*label]bool) {
	for _, l := range c.suspects(a) {
		if l.about(a) {
			if a.Rule != l.Rule {
				s.side[a.Rule]++
			}
			return
		}
	}
	if slices.Contains(c.holds[a.Subject], a.Rule) {
		s.plain[a.Rule]++
		return
	}
	l := c.negative(a)
	if l != nil && l.Learns && a.LastSeen.Before(l.First) {
		s.learning[a.Rule]++
		return
	}
	s.honest[verdict{a.Rule, a.Severity}]++
	if a.Severity < tokenwarden.SeverityMedium {
		return
	}
	about := "ordinary traffic"
	if l != nil {
		tripped[l] = true
		s.negatives[l.Name].by[a.Rule]++
		about = fmt.Sprintf("%s %s %d", l.Name, l.Variant, l.Instance)
	}
	s.note(true, "false   seed %d: %s (%s) at %s about %s, %s %.18s: %s; %s; baseline %s", seed, a.Rule, a.Severity,
		a.FirstSeen.Format(time.RFC3339), about, a.SubjectKind, a.Subject, a.Summary, a.Observed, a.Baseline)
}

// suspects are the attacks that a may be about.
func (c *crowd) suspects(a *tokenwarden.Alert) []*label {
	if a.SubjectKind == "token" {
		return c.attacked[a.Subject]
	}
	return c.attacks
}

// negative is the hard negative that a is about, or nil.
func (c *crowd) negative(a *tokenwarden.Alert) *label {
	during := func(l *label) bool { return !a.LastSeen.Before(l.First) && !a.FirstSeen.After(l.Last.Add(fold)) }
	if of := c.feigned[a.Subject]; len(of) > 0 { // a token may be part of several outages
		if i := slices.IndexFunc(of, during); i >= 0 {
			return of[i]
		}
		return of[0]
	}
	for _, l := range c.negatives {
		if a.SubjectKind == "network" && a.Subject == l.Client && during(l) {
			return l
		}
	}
	return nil
}

func (s *score) note(say bool, format string, args ...any) {
	if say {
		s.notes = append(s.notes, fmt.Sprintf(format, args...))
	}
}
