package detect

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/rules"
	"github.com/tokenwarden/tokenwarden/rules/lists"
)

// Failure is a failed test of a rule file.
type Failure struct {
	File, Rule, Test string
	Problem          string // says time and count
}

// Error prints the failure on one line.
func (f Failure) Error() string {
	return fmt.Sprintf("%s: rule %s: test %q: %s", f.File, f.Rule, f.Test, f.Problem)
}

// RunTests plays the tests inside a rule file, each against the rule alone.
func RunTests(def rules.Definition) []Failure {
	var out []Failure
	for i := range def.Tests {
		t := &def.Tests[i]
		for _, problem := range runTest(def, t) {
			out = append(out, Failure{def.File, def.ID, t.Name, problem})
		}
	}
	return out
}

// testCheckpoint is the number of events between checkpoints of a test, which bounds the memory of long tests.
const testCheckpoint = 5000

func runTest(def rules.Definition, t *rules.Test) []string {
	set, err := lists.FromTexts(t.ListTexts())
	if err != nil {
		return []string{"lists: " + err.Error()}
	}
	engine, err := New([]rules.Definition{def}, Options{ScopePolicy: t.Policy, Lists: set})
	if err != nil {
		return []string{err.Error()}
	}
	p := engine.NewPartition()
	got := map[string]tokenwarden.Alert{}
	collect := func() {
		var c tokenwarden.Checkpoint
		p.Checkpoint(&c)
		for _, a := range c.Alerts {
			a.Evidence = slices.Clone(a.Evidence)
			got[a.ID] = a
		}
		p.Committed()
	}
	n := 0
	for e := range t.Play {
		p.Observe(e)
		if n++; n%testCheckpoint == 0 {
			collect()
		}
	}
	collect()
	return compare(t.Expect, got)
}

// compare lists missing, unexpected and different alerts.
func compare(want []rules.Expect, alerts map[string]tokenwarden.Alert) []string {
	var problems []string
	got := make([]tokenwarden.Alert, 0, len(alerts))
	for _, a := range alerts {
		got = append(got, a)
	}
	slices.SortFunc(got, func(a, b tokenwarden.Alert) int {
		if c := a.FirstSeen.Compare(b.FirstSeen); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	for _, w := range want {
		i := slices.IndexFunc(got, func(a tokenwarden.Alert) bool { return isAt(a, w.At) && differs(w, a) == "" })
		if i < 0 {
			i = slices.IndexFunc(got, func(a tokenwarden.Alert) bool { return isAt(a, w.At) })
		}
		if i < 0 {
			problems = append(problems, fmt.Sprintf("want an alert at %v, got %s", time.Duration(w.At), describe(got)))
			continue
		}
		if d := differs(w, got[i]); d != "" {
			problems = append(problems, fmt.Sprintf("alert at %v: %s", time.Duration(w.At), d))
		}
		got = slices.Delete(got, i, i+1)
	}
	if len(got) > 0 {
		problems = append(problems, "not expected: "+describe(got))
	}
	return problems
}

func isAt(a tokenwarden.Alert, at rules.Duration) bool {
	return a.FirstSeen.Sub(rules.TestStart.Add(time.Duration(at))).Abs() < time.Millisecond
}

func differs(w rules.Expect, a tokenwarden.Alert) string {
	switch texts := a.Summary + "\n" + a.Observed + "\n" + a.Baseline + "\n" + a.Threshold; {
	case w.Severity != nil && *w.Severity != a.Severity:
		return fmt.Sprintf("want severity %s, got %s", *w.Severity, a.Severity)
	case w.Count != 0 && w.Count != a.Count:
		return fmt.Sprintf("want count %d, got %d", w.Count, a.Count)
	case !strings.Contains(texts, w.Says):
		return fmt.Sprintf("want it to say %q, got %q", w.Says, texts)
	}
	return ""
}

func describe(alerts []tokenwarden.Alert) string {
	if len(alerts) == 0 {
		return "no alert"
	}
	var parts []string
	for _, a := range alerts[:min(5, len(alerts))] {
		parts = append(parts, fmt.Sprintf("an alert at %v (%s, count %d: %s)", a.FirstSeen.Sub(rules.TestStart), a.Severity, a.Count, a.Summary))
	}
	if len(alerts) > 5 {
		parts = append(parts, fmt.Sprintf("%d more", len(alerts)-5))
	}
	return strings.Join(parts, "; ")
}
