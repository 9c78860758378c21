package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// What CI holds every log to.
const (
	wantRead   = 0.97
	wantEvents = 0.97
	wantEdge   = 0.95 // Apache and Envoy hash two headers of one name as one
)

// report is the table and what it rests on.
type report struct {
	outcomes []outcome
	verbose  bool
}

func (t tally) share() float64 {
	if t.all == 0 {
		return 1
	}
	return float64(t.good) / float64(t.all)
}

// String returns the count, and the share if something is wrong.
func (t tally) String() string {
	switch {
	case t.all == 0:
		return "-"
	case t.good == t.all:
		return fmt.Sprint(t.all)
	}
	return fmt.Sprintf("**%d of %d**", t.good, t.all)
}

// print writes the table. It returns whether all figures are within the budget.
func (p *report) print(w io.Writer) (good bool) {
	printf := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) }
	printf("| server | log | requests | read | fields | not left | unchanged | fingerprints | events | edge |\n")
	printf("|---|---|---|---|---|---|---|---|---|---|\n")
	good = true
	var total, judged score
	var outside []string
	prints := map[string]int{}
	for _, o := range p.outcomes {
		if len(o.scores) == 0 {
			printf("| %s | not there: %s |\n", o.server, strings.ReplaceAll(firstLine(o.err), "|", "/"))
			good = false
		}
		for _, s := range o.scores {
			name := s.log
			if s.given {
				name += ", format given"
			}
			printf("| %s %s | %s | %d | %v | %v | %v | %v | %v | %v | %v |\n",
				o.server, o.version, name, s.sent, s.read, s.fields, s.kept, s.same, s.prints, s.events, s.edge)
			total.merge(s)
			for f, n := range s.canary {
				prints[f] += n
			}
			if !s.within() {
				good = false
				outside = append(outside, o.server+" "+name)
			}
			if !s.hidden {
				judged.merge(s)
			}
		}
	}
	printf("| all | | | %v | %v | %v | %v | %v | %v | %v |\n\n",
		total.read, total.fields, total.kept, total.same, total.prints, total.events, total.edge)
	printf("%.2f %% of requests read, %.2f %% of fields right, %.2f %% of events there; "+
		"the token that stands in every place has %d fingerprint(s) in %d events\n",
		100*total.read.share(), 100*total.fields.share(), 100*total.events.share(), len(prints), sum(prints))
	for _, o := range p.outcomes {
		printf("%s: fetched in %s, ran for %s\n", o.server, o.fetched.Round(100*time.Millisecond), o.running.Round(100*time.Millisecond))
	}
	if p.verbose {
		for _, o := range p.outcomes {
			for _, s := range o.scores {
				for _, f := range s.faults {
					printf("\n%s %s (given %v): %s\n", o.server, s.log, s.given, f)
				}
			}
		}
	}
	if len(outside) > 0 {
		printf("\noutside of the budget: %s\n", strings.Join(outside, "; "))
	}
	return good && len(prints) == 1 && judged.events.share() >= wantEvents && judged.edge.share() >= wantEdge
}

func sum(counts map[string]int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(fmt.Sprint(err), "\n")
	return line
}

func (t *tally) merge(o tally) { t.good, t.all = t.good+o.good, t.all+o.all }

func (s *score) merge(o *score) {
	for _, pair := range [][2]*tally{
		{&s.read, &o.read}, {&s.fields, &o.fields}, {&s.kept, &o.kept}, {&s.same, &o.same}, {&s.prints, &o.prints}, {&s.events, &o.events},
		{&s.edge, &o.edge},
	} {
		pair[0].merge(*pair[1])
	}
}

// within reports whether a log is within the budget. Columns that nothing names are measured, not judged.
func (s *score) within() bool {
	nothingLeft, nothingChanged := s.kept.good == s.kept.all || s.hidden, s.same.good == s.same.all
	return s.read.all > 0 && s.read.share() >= wantRead && nothingLeft && nothingChanged
}
