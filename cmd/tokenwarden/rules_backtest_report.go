package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/internal/printable"
)

// backtestReport is the output of `rules backtest`; its JSON keys are a contract. Set 0 is the configured one.
type backtestReport struct {
	Sets    [2]ruleSet          `json:"sets"`
	Events  int                 `json:"events"` // credentials seen
	Days    []dayCount          `json:"days"`
	New     []tokenwarden.Alert `json:"new"`     // in set 1 alone
	Gone    []tokenwarden.Alert `json:"gone"`    // in set 0 alone
	Changed []changedAlert      `json:"changed"` // in both, with another severity or status
}

// dayCount counts the alerts of a rule that began on a day, by set.
type dayCount struct {
	Day    string `json:"day"`
	Rule   string `json:"rule"`
	Alerts [2]int `json:"alerts"`
}

type changedAlert struct {
	Before string            `json:"before"` // severity and status in set 0: "medium open"
	After  string            `json:"after"`
	Alert  tokenwarden.Alert `json:"alert"` // of set 1
}

func (r *backtestReport) compare(a, b map[string]tokenwarden.Alert) {
	r.Days = []dayCount{}
	r.New, r.Gone, r.Changed = without(b, a), without(a, b), []changedAlert{}
	for _, alert := range slices.SortedFunc(maps.Values(b), byTime) {
		if was, both := a[alert.ID]; both && severityAndStatus(&was) != severityAndStatus(&alert) {
			r.Changed = append(r.Changed, changedAlert{severityAndStatus(&was), severityAndStatus(&alert), alert})
		}
	}
	counts := map[[2]string]*dayCount{}
	for side, alerts := range []map[string]tokenwarden.Alert{a, b} {
		for _, alert := range alerts {
			key := [2]string{alert.FirstSeen.Format(time.DateOnly), alert.Rule}
			if counts[key] == nil {
				counts[key] = &dayCount{Day: key[0], Rule: key[1]}
			}
			counts[key].Alerts[side]++
		}
	}
	for _, c := range counts {
		r.Days = append(r.Days, *c)
	}
	slices.SortFunc(r.Days, func(a, b dayCount) int { return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Rule, b.Rule)) })
}

// without returns the alerts of a that b does not have, ordered by time.
func without(a, b map[string]tokenwarden.Alert) []tokenwarden.Alert {
	out := []tokenwarden.Alert{}
	for id, alert := range a {
		if _, ok := b[id]; !ok {
			out = append(out, alert)
		}
	}
	slices.SortFunc(out, byTime)
	return out
}

// severityAndStatus returns both as one text: "medium open".
func severityAndStatus(a *tokenwarden.Alert) string { return a.Severity.String() + " " + a.Status }

// print implements report.
func (r *backtestReport) print(out io.Writer) error {
	for i, name := range []string{"configured", "against"} {
		_, _ = printable.Fprintf(out, "%-10s  %d rules: default ones%s\n", name, r.Sets[i].Rules, andDirs(r.Sets[i].Dirs))
	}
	_, _ = printable.Fprintf(out, "%s uses of credentials replayed\n", thousands(r.Events))
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	if len(r.Days) > 0 {
		_, _ = fmt.Fprint(w, "\nDAY\tRULE\tCONFIGURED\tAGAINST\tDIFFERENCE\n")
	}
	var total [2]int
	for _, d := range r.Days {
		total[0], total[1] = total[0]+d.Alerts[0], total[1]+d.Alerts[1]
		_, _ = printable.Fprintf(w, "%s\t%s\t%d\t%d\t%s\n", d.Day, d.Rule, d.Alerts[0], d.Alerts[1], difference(d.Alerts))
	}
	_, _ = printable.Fprintf(w, "all\t\t%d\t%d\t%s\n", total[0], total[1], difference(total))
	_ = w.Flush()
	printSection(out, "new: against alone", len(r.New), func(i int) (string, *tokenwarden.Alert) {
		return severityAndStatus(&r.New[i]), &r.New[i]
	})
	printSection(out, "gone: configured alone", len(r.Gone), func(i int) (string, *tokenwarden.Alert) {
		return severityAndStatus(&r.Gone[i]), &r.Gone[i]
	})
	printSection(out, "changed", len(r.Changed), func(i int) (string, *tokenwarden.Alert) {
		c := &r.Changed[i]
		return c.Before + " -> " + c.After, &c.Alert
	})
	return nil
}

func andDirs(dirs []string) string {
	if len(dirs) == 0 {
		return ""
	}
	return " and " + strings.Join(dirs, ", ")
}

func difference(n [2]int) string {
	if n[0] == n[1] {
		return ""
	}
	return fmt.Sprintf("%+d", n[1]-n[0])
}

// shownChanges is how many alerts of a section are printed as text.
const shownChanges = 20

func printSection(out io.Writer, title string, n int, at func(i int) (string, *tokenwarden.Alert)) {
	if n == 0 {
		return
	}
	_, _ = printable.Fprintf(out, "\n%d %s\n", n, title)
	for i := range min(n, shownChanges) {
		state, a := at(i)
		_, _ = printable.Fprintf(out, "  %s  %s  %s  %s  %s\n", a.ID, a.FirstSeen.Format(time.RFC3339), a.Rule, state, a.Summary)
	}
	if n > shownChanges {
		_, _ = printable.Fprintf(out, "  ... and %d more: --output json prints all\n", n-shownChanges)
	}
}
