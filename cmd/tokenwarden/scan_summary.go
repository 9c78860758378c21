package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/ingest"
	"github.com/tokenwarden/tokenwarden/internal/printable"
)

// summary is printed by a scan without output flags. It keeps at most maxSummaryTokens tokens.
type summary struct {
	lines, unparsed, redacted int
	quarantined               map[string]int
	byLocation                map[kindLocation]int
	tokens                    map[tokenwarden.Fingerprint]*summaryToken
	alerts                    map[string]tokenwarden.Alert
	suppressed                map[string]uint64 // matches by rule that raised no incident
}

type kindLocation struct{ kind, location string }

type summaryToken struct {
	fp       tokenwarden.Fingerprint
	kind     string
	requests int
	from     map[string]bool
}

const (
	maxSummaryTokens = 200_000
	maxSummaryFrom   = 100
	shownTokens      = 10
	shownOfRule      = 3
)

func newSummary() *summary {
	return &summary{
		quarantined: map[string]int{}, byLocation: map[kindLocation]int{},
		tokens: map[tokenwarden.Fingerprint]*summaryToken{}, alerts: map[string]tokenwarden.Alert{},
	}
}

func (s *summary) line(res ingest.Result) {
	s.lines++
	if res.Err != nil {
		s.unparsed++
	}
	if res.Reason != "" {
		s.quarantined[res.Reason]++
	}
	for i := range res.Findings {
		f := &res.Findings[i]
		if !f.Keep {
			s.redacted++
			s.byLocation[kindLocation{f.Kind, f.Location.String()}]++
		}
	}
}

func (s *summary) event(e *tokenwarden.Event) {
	t := s.tokens[e.Fingerprint]
	if t == nil {
		if len(s.tokens) == maxSummaryTokens {
			return
		}
		t = &summaryToken{fp: e.Fingerprint, kind: strings.Clone(e.TokenKind), from: map[string]bool{}}
		s.tokens[e.Fingerprint] = t
	}
	if e.FirstInRequest {
		t.requests++
	}
	if len(t.from) < maxSummaryFrom && e.ClientIP.IsValid() {
		t.from[tokenwarden.ClientNetwork(e.ClientIP).String()] = true
	}
}

// alert replaces the older version of the same incident.
func (s *summary) alert(a *tokenwarden.Alert) { s.alerts[a.ID] = *a }

func (s *summary) reached(least tokenwarden.Severity) bool {
	for _, a := range s.alerts {
		if a.Severity >= least && a.Status == tokenwarden.StatusOpen {
			return true
		}
	}
	return false
}

// sorted returns the alerts by falling severity, then by time.
func (s *summary) sorted() []tokenwarden.Alert {
	return slices.SortedFunc(maps.Values(s.alerts), func(a, b tokenwarden.Alert) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), a.FirstSeen.Compare(b.FirstSeen), cmp.Compare(a.ID, b.ID))
	})
}

func (s *summary) writeAlerts(o *output) error {
	if !o.open() {
		return nil
	}
	alerts := s.sorted()
	slices.SortStableFunc(alerts, func(a, b tokenwarden.Alert) int { return a.FirstSeen.Compare(b.FirstSeen) })
	for i := range alerts {
		line, err := lineJSON(&alerts[i])
		if err != nil {
			return err
		}
		if err := o.write(append(line, '\n')); err != nil {
			return err
		}
	}
	return nil
}

func (s *summary) print(out io.Writer, format string) {
	_, _ = printable.Fprintf(out, "%s lines read (format %s), %d credentials redacted, %d tokens\n", thousands(s.lines), format, s.redacted, len(s.tokens))
	if s.unparsed > 0 {
		_, _ = printable.Fprintf(out, "%s lines were no access log lines of that format; they were redacted as text\n", thousands(s.unparsed))
	}
	for _, reason := range slices.Sorted(maps.Keys(s.quarantined)) {
		_, _ = printable.Fprintf(out, "%s lines would go to quarantine: %s\n", thousands(s.quarantined[reason]), reason)
	}
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	s.printLocations(w)
	s.printTokens(w)
	_ = w.Flush()
	s.printAlerts(out)
	for _, rule := range slices.Sorted(maps.Keys(s.suppressed)) {
		_, _ = printable.Fprintf(out, "%d hits of %s are no alert, because many tokens did the same at once\n", s.suppressed[rule], rule)
	}
}

func (s *summary) printLocations(w io.Writer) {
	if len(s.byLocation) == 0 {
		return
	}
	_, _ = fmt.Fprint(w, "\nWHAT\tWHERE\tTIMES\n")
	keys := slices.SortedFunc(maps.Keys(s.byLocation), func(a, b kindLocation) int {
		return cmp.Or(cmp.Compare(s.byLocation[b], s.byLocation[a]), cmp.Compare(a.kind, b.kind), cmp.Compare(a.location, b.location))
	})
	for _, k := range keys {
		_, _ = printable.Fprintf(w, "%s\t%s\t%s\n", k.kind, k.location, thousands(s.byLocation[k]))
	}
}

func (s *summary) printTokens(w io.Writer) {
	if len(s.tokens) == 0 {
		return
	}
	_, _ = fmt.Fprint(w, "\nMOST USED TOKENS\tKIND\tREQUESTS\tNETWORKS\n")
	tokens := slices.SortedFunc(maps.Values(s.tokens), func(a, b *summaryToken) int {
		return cmp.Or(cmp.Compare(b.requests, a.requests), cmp.Compare(a.fp.String(), b.fp.String()))
	})
	for _, t := range tokens[:min(len(tokens), shownTokens)] {
		_, _ = printable.Fprintf(w, "%s\t%s\t%s\t%d\n", t.fp, t.kind, thousands(t.requests), len(t.from))
	}
}

func (s *summary) printAlerts(out io.Writer) {
	alerts := s.sorted()
	if len(alerts) == 0 {
		_, _ = fmt.Fprintln(out, "\nno alerts")
		return
	}
	_, _ = printable.Fprintf(out, "\n%s ALERTS\n", thousands(len(alerts)))
	slices.SortStableFunc(alerts, func(a, b tokenwarden.Alert) int {
		return cmp.Or(cmp.Compare(b.Severity, a.Severity), cmp.Compare(a.Rule, b.Rule))
	})
	for len(alerts) > 0 {
		n := 1
		for n < len(alerts) && alerts[n].Rule == alerts[0].Rule && alerts[n].Severity == alerts[0].Severity {
			n++
		}
		printGroup(out, alerts[:n])
		alerts = alerts[n:]
	}
}

// printGroup prints the first alerts of a group that shares rule and severity.
func printGroup(out io.Writer, alerts []tokenwarden.Alert) {
	for i := range alerts[:min(len(alerts), shownOfRule)] {
		a := &alerts[i]
		status := ""
		if a.Status != tokenwarden.StatusOpen {
			status = " [" + a.Status + "]"
		}
		_, _ = printable.Fprintf(out, "%-8s  %-24s %s%s\n", a.Severity, a.Rule, a.Summary, status)
	}
	if rest := len(alerts) - shownOfRule; rest > 0 {
		_, _ = printable.Fprintf(out, "%-8s  %-24s and %s more; --alerts - prints all\n", "", "", thousands(rest))
	}
}

func thousands(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// progress shows lines and speed on a terminal. In a pipe it writes nothing.
type progress struct {
	out          io.Writer // nil in a pipe
	lines, bytes int
	start, shown time.Time
}

func newProgress(out io.Writer) *progress {
	p := &progress{start: time.Now()}
	if f, ok := out.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			p.out = out
		}
	}
	return p
}

func (p *progress) line(size int) {
	p.lines++
	p.bytes += size
	if p.out == nil || p.lines%20_000 != 0 {
		return
	}
	if now := time.Now(); now.Sub(p.shown) > 200*time.Millisecond {
		p.shown = now
		seconds := now.Sub(p.start).Seconds()
		_, _ = printable.Fprintf(p.out, "\r%s lines, %.0f MB, %.0f lines/s \033[K", thousands(p.lines), float64(p.bytes)/1e6, float64(p.lines)/seconds)
	}
}

func (p *progress) done() {
	if p.out != nil && !p.shown.IsZero() {
		_, _ = fmt.Fprint(p.out, "\r\033[K")
	}
}
