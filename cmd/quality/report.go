package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

const (
	wantRecall = 0.98
	maxFalse   = 0.001 // of lines without a credential
)

func (t tally) share() float64 {
	if t.all == 0 {
		return 1
	}
	return float64(t.good) / float64(t.all)
}

func (t tally) String() string {
	return fmt.Sprintf("%7.3f %%  %d of %d", 100*t.share(), t.good, t.all)
}

// passes reports whether recall and false positives are within the limits.
func (res *result) passes() bool {
	return res.recall[counted].share() >= wantRecall && 1-at(res.kept, "negative").share() <= maxFalse
}

// tableWriter writes the report. limit bounds the faults listed of each sort.
type tableWriter struct {
	w     io.Writer
	limit int
}

func (l tableWriter) printf(format string, args ...any) { _, _ = fmt.Fprintf(l.w, format, args...) }

func (l tableWriter) report(res *result) {
	l.printf("== %s\n", res.name)
	l.printf("found             %v\n", res.recall[counted])
	l.printf("  weak places     %v  (not counted)\n", res.recall[weak])
	l.printf("  unlikely pairs  %v  (not counted: what people type where a random token is expected)\n", res.recall[unlikely])
	kept := *at(res.kept, "negative")
	l.printf("false positives   %7.3f %%  %d of %d lines without a credential\n", 100*(1-kept.share()), kept.all-kept.good, kept.all)
	if a := at(res.kept, "ambiguous"); a.all > 0 {
		l.printf("  ambiguous       %7.3f %%  %d of %d changed (not counted)\n", 100*(1-a.share()), a.all-a.good, a.all)
	}
	l.printf("span exact        %v\n", res.exact)
	l.printf("same fingerprint  %v\n", res.fingerprint)
	l.printf("redacted twice    %v unchanged\n", res.idempotent)
	l.printf("second check caught %d; a part was left %d; lines not parsed %d\n\n", res.guardCaught.sum(), res.partial.sum(), res.unparsed)
	l.tallies("found by place", res.byFamily, false)
	l.tallies("found by what gives the token away", res.byClass, false)
	l.tallies("found by kind of token, those with misses", res.byKind, true)
	l.tallies("kept by kind of text, those with changes", res.byWhy, true)
	l.faults("missed", res.misses)
	l.faults("changed without a credential", res.changed)
	l.limit = l.limit / 3
	l.faults("caught by the second check alone", res.guardCaught)
	l.faults("a part was left", res.partial)
	l.faults("span not exact", res.inexact)
	l.faults("another fingerprint", res.otherFingerprint)
	l.faults("changed by redacting twice", res.unstable)
	l.faults("missed at weak places (not counted)", res.weakMisses)
	l.faults("missed at unlikely pairs (not counted)", res.unlikelyMisses)
}

// tallies writes the counts by name, the worst first.
func (l tableWriter) tallies(title string, m map[string]*tally, faulty bool) {
	names := slices.SortedFunc(maps.Keys(m), func(a, b string) int {
		return cmp.Or(cmp.Compare(m[a].share(), m[b].share()), cmp.Compare(a, b))
	})
	if faulty {
		names = slices.DeleteFunc(names, func(n string) bool { return m[n].good == m[n].all })
	}
	if len(names) == 0 {
		return
	}
	l.printf("%s\n", title)
	for _, n := range names {
		l.printf("  %-40s %v\n", n, m[n])
	}
	l.printf("\n")
}

// faults writes what went wrong, the most frequent first.
func (l tableWriter) faults(title string, fs faults) {
	list := slices.DeleteFunc(slices.Collect(maps.Values(fs)), func(f *fault) bool { return f.count == 0 })
	if len(list) == 0 {
		return
	}
	slices.SortFunc(list, func(a, b *fault) int { return cmp.Or(b.count-a.count, cmp.Compare(a.what, b.what)) })
	l.printf("%s: %d different\n", title, len(list))
	for _, f := range list[:min(l.limit, len(list))] {
		l.printf("  %5d of %-5d %s  <- %s\n", f.count, f.all, shorten(f.what, 150), summary(f.kinds))
	}
	l.printf("\n")
}

func shorten(s string, n int) string {
	if len(s) > n {
		return s[:n] + "..."
	}
	return s
}

// summary names the kinds if they are few, else how many of each class there are.
func summary(kinds map[string]int) string {
	names := slices.Sorted(maps.Keys(kinds))
	if len(names) <= 5 {
		return strings.Join(names, " ")
	}
	classes := map[string]int{}
	for _, n := range names {
		class, _, _ := strings.Cut(n, "/")
		classes[class]++
	}
	var out []string
	for _, c := range slices.Sorted(maps.Keys(classes)) {
		out = append(out, fmt.Sprintf("%d kinds of %s", classes[c], c))
	}
	return strings.Join(out, ", ")
}
