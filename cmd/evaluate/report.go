package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/cmd/internal/simulate"
)

// The budget of the rules catalogue.
const (
	minRecall = 0.95 // of the instances of each class, found in time
	maxFalse  = 1.0  // alerts of medium or above about honest traffic, per 10,000 holder-days
	perDays   = 10_000
)

// print writes the report and reports whether all figures are within the budget.
func (s *score) print(w io.Writer, o options) bool {
	printf := func(format string, args ...any) { _, _ = fmt.Fprintf(w, format+"\n", args...) }
	if o.verbose {
		for _, n := range s.notes {
			printf("%s", n)
		}
		printf("")
	}
	printf("%d seeds from %d, %d days, %d holders, %d lines", o.seeds, o.first, o.days, o.holders, s.lines)
	recall := s.printClasses(printf)
	precision := s.printHonest(printf)
	s.printNegatives(printf)
	return recall && precision
}

func (s *score) printClasses(printf func(string, ...any)) bool {
	printf("\nattacks: found of instances; delay from the first malicious request, and what the rule needs (median, greatest)\n")
	printf("%-24s %9s %9s %5s  %-21s %-21s %s", "class", "strong", "weak", "late", "delay", "needed", "")
	missing, outside := 0, 0
	for _, name := range simulate.Attacks() {
		c := s.classes[name]
		verdict := ""
		switch all, good := c.strong.all+c.weak.all, c.inTime(); {
		case !s.rules[name]:
			verdict = "no rule"
			missing++
		case float64(good) < minRecall*float64(all):
			verdict = fmt.Sprintf("OUTSIDE: %.0f %%", 100*float64(good)/float64(all))
			outside++
		}
		printf("%-24s %9s %9s %5d  %-21s %-21s %s",
			name, c.strong, c.weak, c.strong.late+c.weak.late, spread(c.delays), spread(c.needed), verdict)
	}
	printf("\n%d classes: %d within the budget (%.0f %% found in time), %d outside, %d without a rule", len(s.classes),
		len(s.classes)-missing-outside, 100*minRecall, outside, missing)
	return outside == 0
}

// inTime returns how many instances were found in time.
func (c *class) inTime() int { return c.strong.found + c.weak.found - c.strong.late - c.weak.late }

func (v variant) String() string { return fmt.Sprintf("%d/%d", v.found, v.all) }

// spread returns the median and the greatest of durations.
func spread(d []time.Duration) string {
	if len(d) == 0 {
		return "-"
	}
	slices.Sort(d)
	return fmt.Sprintf("%s, %s", d[len(d)/2].Round(100*time.Millisecond), d[len(d)-1].Round(100*time.Millisecond))
}

func (s *score) printHonest(printf func(string, ...any)) bool {
	printf("\nhonest traffic, hard negatives included: alerts per 10,000 holder-days (%d holder-days)\n", s.days)
	rate := func(n int) float64 { return float64(n) * perDays / float64(max(1, s.days)) }
	medium := 0
	keys := slices.SortedFunc(maps.Keys(s.honest), func(a, b ruleSeverity) int {
		return 2*int(b.severity) - 2*int(a.severity) + strings.Compare(a.rule, b.rule)
	})
	for _, v := range keys {
		n := s.honest[v]
		printf("%-24s %-9s %6d %9.2f", v.rule, v.severity, n, rate(n))
		if v.severity >= tokenwarden.SeverityMedium {
			medium += n
		}
	}
	within := rate(medium) <= maxFalse
	verdict := "within the budget"
	if !within {
		verdict = "OUTSIDE the budget"
	}
	printf("\n%d of medium or above: %.2f per 10,000 holder-days, %s of %.0f", medium, rate(medium), verdict, maxFalse)
	if s.tokenDays > s.days {
		printf("(%d token-days, if each hourly token counts)", s.tokenDays)
	}
	for _, rule := range slices.Sorted(maps.Keys(s.inherent)) {
		printf("not counted: %d of %s about credentials that do travel there", s.inherent[rule], rule)
	}
	for _, rule := range slices.Sorted(maps.Keys(s.learning)) {
		printf("not counted: %d of %s about offices in the week in which they are learned", s.learning[rule], rule)
	}
	for _, rule := range slices.Sorted(maps.Keys(s.otherRule)) {
		printf("not counted: %d of %s about an attack for which another rule is expected", s.otherRule[rule], rule)
	}
	return within
}

func (s *score) printNegatives(printf func(string, ...any)) {
	printf("\nhard negatives: instances about which there was an alert of medium or above\n")
	for _, name := range simulate.Negatives() {
		n := s.negatives[name]
		var by []string
		for _, rule := range slices.Sorted(maps.Keys(n.by)) {
			by = append(by, fmt.Sprintf("%s %d", rule, n.by[rule]))
		}
		printf("%-24s %4d/%-4d %s", name, n.tripped, n.all, strings.Join(by, ", "))
	}
}
