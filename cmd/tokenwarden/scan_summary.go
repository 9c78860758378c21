package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"net/netip"
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
	foreign                   int // of tokens: identities of other systems
	lines, unparsed, redacted int
	quarantined               map[string]int
	byLocation                map[kindLocation]int
	tokens                    map[tokenwarden.Fingerprint]*summaryToken
	kinds                     map[string]string
	evicted                   int               // profiles given up
	untimed                   int               // events of lines without a time
	suppressed                map[string]uint64 // matches by rule that raised no incident
}

type kindLocation struct{ kind, location string }

type summaryToken struct {
	fp       tokenwarden.Fingerprint
	kind     string
	requests int
	network  netip.Prefix          // of the first use with an address
	further  map[netip.Prefix]bool // nil while there is one network: most tokens have no more
}

// seen adds a network. It keeps maxSummaryFrom of them.
func (t *summaryToken) seen(network netip.Prefix) {
	switch {
	case network == t.network || len(t.further)+1 >= maxSummaryFrom:
	case !t.network.IsValid():
		t.network = network
	default:
		if t.further == nil {
			t.further = map[netip.Prefix]bool{}
		}
		t.further[network] = true
	}
}

// networks returns the number of networks.
func (t *summaryToken) networks() int {
	if !t.network.IsValid() {
		return 0
	}
	return 1 + len(t.further)
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
		tokens: map[tokenwarden.Fingerprint]*summaryToken{}, kinds: map[string]string{},
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
		t = &summaryToken{fp: e.Fingerprint, kind: s.kind(e.TokenKind)}
		if e.Identity == tokenwarden.IdentityForeign {
			s.foreign++
		}
		s.tokens[e.Fingerprint] = t
	}
	if e.FirstInRequest {
		t.requests++
	}
	if e.ClientIP.IsValid() {
		t.seen(tokenwarden.ClientNetwork(e.ClientIP))
	}
}

// tokensText returns the numbers of tokens and of identities of other systems.
func (s *summary) tokensText() string {
	text := counted(len(s.tokens)-s.foreign, "token", "tokens")
	if s.foreign > 0 {
		text += ", " + counted(s.foreign, "identity of another system", "identities of other systems")
	}
	return text
}

// kind returns a copy of a token kind that its tokens share.
func (s *summary) kind(kind string) string {
	shared, known := s.kinds[kind]
	if !known {
		shared = strings.Clone(kind)
		s.kinds[shared] = shared
	}
	return shared
}

func (s *summary) print(out io.Writer, format string, alerts *alertStore) error {
	_, _ = printable.Fprintf(out, "%s read (format %s), %s redacted, %s\n",
		counted(s.lines, "line", "lines"), format, counted(s.redacted, "credential", "credentials"), s.tokensText())
	if s.unparsed > 0 {
		_, _ = printable.Fprintf(out, "%s; redacted as text\n",
			counted(s.unparsed, "line was no access log line of that format", "lines were no access log lines of that format"))
	}
	for _, reason := range slices.Sorted(maps.Keys(s.quarantined)) {
		_, _ = printable.Fprintf(out, "%s would go to quarantine: %s\n", counted(s.quarantined[reason], "line", "lines"), quarantineText[reason])
	}
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	s.printLocations(w)
	s.printTokens(w)
	_ = w.Flush()
	if err := s.printAlerts(out, alerts); err != nil {
		return err
	}
	for _, rule := range slices.Sorted(maps.Keys(s.suppressed)) {
		_, _ = printable.Fprintf(out, "%d hits of %s are no alert, because many tokens did the same at once\n", s.suppressed[rule], rule)
	}
	s.printNotes(out, alerts)
	return nil
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
		_, _ = printable.Fprintf(w, "%s\t%s\t%s\t%d\n", t.fp, t.kind, thousands(t.requests), t.networks())
	}
}

// printAlerts prints the first alerts of each rule and severity.
func (s *summary) printAlerts(out io.Writer, alerts *alertStore) error {
	if len(alerts.entries) == 0 {
		_, _ = fmt.Fprintln(out, "\nno alerts")
		return nil
	}
	_, _ = printable.Fprintf(out, "\n%s\n", counted(len(alerts.entries)+alerts.lost, "ALERT", "ALERTS"))
	return alerts.groups(func(n int, first []tokenwarden.Alert) { printGroup(out, n, first) })
}

// printNotes prints what was not kept, and why that matters.
func (s *summary) printNotes(out io.Writer, alerts *alertStore) {
	if alerts.lost > 0 {
		_, _ = printable.Fprintf(out, "%s alerts were not kept: a scan keeps the first %s\n",
			thousands(alerts.lost), thousands(alerts.maxIndexed))
	}
	if s.untimed > 0 {
		_, _ = printable.Fprintf(out, "%s of lines without a time: they have the file's, and no rule has judged them\n",
			counted(s.untimed, "event", "events"))
	}
	if s.evicted > 0 {
		_, _ = printable.Fprintf(out, "%s profiles were given up to save memory: what they had learned is lost, "+
			"and a later use of theirs may raise an alert again; --max-profiles keeps more\n", thousands(s.evicted))
	}
}

// printGroup prints the first of n alerts that share rule and severity.
func printGroup(out io.Writer, n int, first []tokenwarden.Alert) {
	for i := range first {
		a := &first[i]
		status := ""
		if a.Status != tokenwarden.StatusOpen {
			status = " [" + a.Status + "]"
		}
		_, _ = printable.Fprintf(out, "%-8s  %-24s %s%s\n", a.Severity, a.Rule, a.Summary, status)
	}
	if rest := n - len(first); rest > 0 {
		_, _ = printable.Fprintf(out, "%-8s  %-24s and %s more; --alerts - prints all\n", "", "", thousands(rest))
	}
}

// counted returns n with the noun in the number that fits.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + many
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
		_, _ = printable.Fprintf(p.out, "\r%s lines, %.0f MB, %.0f lines/s \033[K",
			thousands(p.lines), float64(p.bytes)/1e6, float64(p.lines)/seconds)
	}
}

func (p *progress) done() {
	if p.out != nil && !p.shown.IsZero() {
		_, _ = fmt.Fprint(p.out, "\r\033[K")
	}
}
