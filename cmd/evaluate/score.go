package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/cmd/internal/simulate"
)

// score adds up the results of all seeds.
type score struct {
	rules     map[string]bool // ids of the rules that exist
	classes   map[string]*class
	negatives map[string]*negative
	honest    map[ruleSeverity]int // false alerts
	inherent  map[string]int       // alerts about properties that a token is labelled with, by rule
	learning  map[string]int       // alerts about a hard negative while it was learned, by rule
	otherRule map[string]int       // alerts of other rules about an attack
	days      int                  // holder-days without attacks
	tokenDays int
	lines     int
	notes     []string
}

// class counts the instances of one class of attack.
type class struct {
	strong, weak variant
	delays       []time.Duration // of the found ones, from the first malicious request
	needed       []time.Duration // from there to the request from which the rule can know
}

type variant struct{ all, found, late int }

// negative counts the instances of one hard negative.
type negative struct {
	all, tripped int
	by           map[string]int // alerts of medium and above, by rule
}

type ruleSeverity struct {
	rule     string
	severity tokenwarden.Severity
}

// newScore returns an empty score. ids holds the rules that exist.
func newScore(ids map[string]bool) *score {
	s := &score{
		rules: ids, classes: map[string]*class{}, negatives: map[string]*negative{},
		honest: map[ruleSeverity]int{}, inherent: map[string]int{}, otherRule: map[string]int{}, learning: map[string]int{},
	}
	for _, name := range simulate.Attacks() {
		s.classes[name] = &class{}
	}
	for _, name := range simulate.Negatives() {
		s.negatives[name] = &negative{by: map[string]int{}}
	}
	return s
}

// labelIndex finds the labels of one seed by the subjects that alerts name.
type labelIndex struct {
	attacks, negatives []*label
	attacksOf          map[string][]*label // by fingerprint
	negativesOf        map[string][]*label // by fingerprint
	inherentRules      map[string][]string // by fingerprint: rules that the token's ordinary use satisfies
}

func (s *score) add(r result) {
	c := labelIndex{attacksOf: map[string][]*label{}, negativesOf: map[string][]*label{}, inherentRules: map[string][]string{}}
	for i := range r.labels {
		r.labels[i].truncate()
		c.add(&r.labels[i])
	}
	s.lines += r.lines
	for i := range r.labels {
		if l := &r.labels[i]; l.Type == "token" && c.attacksOf[l.Fingerprint] == nil {
			s.days += l.Days
			s.tokenDays += int(l.Last.Sub(l.First)/(24*time.Hour)) + 1
		}
	}
	for _, l := range c.attacks {
		s.scoreAttack(r, l)
	}
	for _, l := range c.negatives {
		s.negatives[l.Name].all++
	}
	tripped := map[*label]bool{}
	for i := range r.alerts {
		s.scoreAlert(r.seed, c, &r.alerts[i], tripped)
	}
	for l := range tripped {
		s.negatives[l.Name].tripped++
	}
}

func (c *labelIndex) add(l *label) {
	tokens := l.Tokens
	if len(tokens) == 0 {
		tokens = []string{l.Fingerprint}
	}
	switch l.Type {
	case "attack":
		c.attacks = append(c.attacks, l)
		for _, t := range tokens {
			c.attacksOf[t] = append(c.attacksOf[t], l)
		}
	case "negative":
		c.negatives = append(c.negatives, l)
		for _, t := range tokens {
			c.negativesOf[t] = append(c.negativesOf[t], l)
		}
	case "token":
		c.inherentRules[l.Fingerprint] = l.Holds
	}
}

// scoreAttack looks for the first alert of the expected rule about l.
func (s *score) scoreAttack(r result, l *label) {
	cl := s.classes[l.Name]
	v := &cl.weak
	if l.Variant == "strong" {
		v = &cl.strong
	}
	v.all++
	cl.needed = append(cl.needed, l.Due.Sub(l.First))
	var first *tokenwarden.Alert
	for i := range r.alerts {
		if a := &r.alerts[i]; a.Rule == l.Rule && l.matches(a) && (first == nil || a.FirstSeen.Before(first.FirstSeen)) {
			first = a
		}
	}
	what := fmt.Sprintf("seed %d: %s %s %d at %s, token %.8s", r.seed, l.Name, l.Variant, l.Instance,
		l.First.Format(time.RFC3339), l.Fingerprint)
	if first == nil {
		s.note(s.rules[l.Rule], "missed  %s", what)
		return
	}
	v.found++
	cl.delays = append(cl.delays, max(0, first.FirstSeen.Sub(l.First)))
	if first.FirstSeen.After(l.Due.Add(l.tolerance())) {
		v.late++
		s.note(true, "late    %s: after %s, could be %s", what, first.FirstSeen.Sub(l.First), l.Due.Sub(l.First))
	}
}

// scoreAlert counts an alert as found, inherent, learning or false.
func (s *score) scoreAlert(seed uint64, c labelIndex, a *tokenwarden.Alert, tripped map[*label]bool) {
	for _, l := range c.candidates(a) {
		if l.matches(a) {
			if a.Rule != l.Rule {
				s.otherRule[a.Rule]++
			}
			return
		}
	}
	if slices.Contains(c.inherentRules[a.Subject], a.Rule) {
		s.inherent[a.Rule]++
		return
	}
	l := c.negative(a)
	if l != nil && l.Learns && a.LastSeen.Before(l.First) {
		s.learning[a.Rule]++
		return
	}
	s.honest[ruleSeverity{a.Rule, a.Severity}]++
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

// candidates returns the attacks that a may be about.
func (c *labelIndex) candidates(a *tokenwarden.Alert) []*label {
	if a.SubjectKind == "token" {
		return c.attacksOf[a.Subject]
	}
	return c.attacks
}

// negative returns the hard negative that a is about, or nil.
func (c *labelIndex) negative(a *tokenwarden.Alert) *label {
	during := func(l *label) bool {
		return !a.LastSeen.Before(l.First) && !a.FirstSeen.After(l.Last.Add(incidentTail))
	}
	if of := c.negativesOf[a.Subject]; len(of) > 0 { // a token may be part of several outages
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

// note keeps a line for -v, if wanted.
func (s *score) note(wanted bool, format string, args ...any) {
	if wanted {
		s.notes = append(s.notes, fmt.Sprintf(format, args...))
	}
}
