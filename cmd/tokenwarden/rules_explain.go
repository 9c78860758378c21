package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/detect"
	"github.com/tokenwarden/tokenwarden/ingest"
	"github.com/tokenwarden/tokenwarden/internal/printable"
)

// outcomeFlags say what `rules explain` explains.
type outcomeFlags struct {
	sourceFlags
	line            int64
	fingerprint, at string
	target          target // the other flags, parsed
}

func rulesExplainCommand(g *globals, load loadConfig) *cobra.Command {
	var f outcomeFlags
	cmd := &cobra.Command{
		Use: "explain FILE... | - | --stored", Short: "Say which rules fired on a request, which did not, and how far away they were",
		Long: "Reads log files as `scan` does, learns from every line before the one in question, and then says of each rule how it\n" +
			"came out: the incident of those that fired; the figures that decided of those that did not, from near to far.\n" +
			"The line is --line N of the last file, or the last use of --fingerprint until --at. With --stored the token's events are\n" +
			"read from ClickHouse, its own alone: what rules by network, family or issuer say is left out.",
	}
	fl := cmd.Flags()
	fl.Int64Var(&f.line, "line", 0, "explain this line of the last file, counted from 1")
	fl.StringVar(&f.fingerprint, "fingerprint", "", "explain the last use of this token until --at; needs the key that made it")
	fl.StringVar(&f.at, "at", "", "time or day (UTC) for --fingerprint; default: the end of the files")
	return replayCommand{&f.sourceFlags, f.parse, func(ctx context.Context, r *replay, paths []string) (report, error) {
		return r.explain(ctx, f.target, paths)
	}}.complete(cmd, g, load)
}

// target is the request to explain: a line of a file, or the last use of a token.
type target struct {
	file  string
	line  int64 // 0 for a token
	token tokenwarden.Fingerprint
	until time.Time // of a token; zero for no bound
}

// parse checks the flags that name the target.
func (f *outcomeFlags) parse(paths []string) error {
	f.target.line = f.line
	if len(paths) > 0 {
		f.target.file = paths[len(paths)-1]
	}
	if f.stored && f.fingerprint == "" {
		return usageError{errors.New("rules explain: --stored wants --fingerprint FP and --at TIME")}
	}
	if (f.line > 0) == (f.fingerprint != "") {
		return usageError{errors.New("rules explain: say which request: --line N, or --fingerprint FP and --at TIME")}
	}
	var err error
	if f.fingerprint != "" {
		if f.target.token, err = tokenwarden.ParseFingerprint(f.fingerprint); err != nil {
			return usageError{fmt.Errorf("--fingerprint: %w", err)}
		}
	}
	if f.at != "" {
		f.target.until, err = parseTime("--at", f.at)
	}
	return err
}

// requestOutcomes is the output of `rules explain`; its JSON keys are a contract.
type requestOutcomes struct {
	Source  tokenwarden.Source `json:"source"`
	Problem string             `json:"problem"` // why there is nothing to explain; empty if there is something
	Events  []explainedEvent   `json:"events"`  // one for each location of a credential in the line
	until   time.Time          // of the newest event in Events
}

type explainedEvent struct {
	Event    json.RawMessage      `json:"event"`
	Outcomes []detect.Explanation `json:"outcomes"`
	headline string
}

// explain evaluates all of the source up to the target, and explains the target.
func (r *replay) explain(ctx context.Context, t target, paths []string) (*requestOutcomes, error) {
	if r.stored != nil {
		r.stored.Fingerprint = t.token
	}
	engine, _, err := r.config.Engine(1, r.lists)
	if err != nil {
		return nil, err
	}
	x := &requestOutcomes{Problem: "no such line"}
	if t.line == 0 {
		x.Problem = "no use of this token until then; fingerprints of another key never match"
	}
	v := newEvaluator(engine)
	if err := r.each(ctx, paths, func(src tokenwarden.Source, res ingest.Result) error { return x.line(t, v, src, res) }); err != nil {
		return nil, err
	}
	if r.stored != nil {
		x.keepTokenRules()
	}
	return x, nil
}

// line evaluates the events of a line. It explains the line if it is the target, or nearer to it than the one before.
func (x *requestOutcomes) line(t target, v *evaluator, src tokenwarden.Source, res ingest.Result) error {
	v.collectIfFull()
	if t.line > 0 && src.Line == t.line && src.File == t.file {
		x.Source, x.Problem = src, problemOf(res)
		for i := range res.Events {
			if err := x.explain(v, &res.Events[i]); err != nil {
				return err
			}
		}
		return errStopReplay
	}
	for i := range res.Events {
		e := &res.Events[i]
		if t.line > 0 || e.Fingerprint != t.token || !t.until.IsZero() && e.Time.After(t.until) || len(x.Events) > 0 && e.Time.Before(x.until) {
			e := e.Clone()
			v.Observe(&e)
			continue
		}
		if x.Source != src {
			x.Events = nil
		}
		x.Source, x.Problem, x.until = src, "", e.Time
		if err := x.explain(v, e); err != nil {
			return err
		}
	}
	return nil
}

// keepTokenRules removes the outcomes of rules by other subjects: they cannot be known from the events of one token.
func (x *requestOutcomes) keepTokenRules() {
	for i := range x.Events {
		x.Events[i].Outcomes = slices.DeleteFunc(x.Events[i].Outcomes, func(o detect.Explanation) bool { return o.SubjectKind != "token" })
	}
}

// problemOf returns why there is nothing to explain in a line, "" if there is something.
func problemOf(res ingest.Result) string {
	switch {
	case len(res.Events) > 0:
		return ""
	case res.Err != nil:
		return "the line could not be read as an access log line"
	}
	return "the line holds no credential: rules judge the use of credentials alone"
}

func (x *requestOutcomes) explain(v *evaluator, e *tokenwarden.Event) error {
	event, err := eventJSON(e)
	if err != nil {
		return err
	}
	kept := e.Clone()
	out := explainedEvent{Event: event, Outcomes: v.Explain(&kept)}
	out.headline = fmt.Sprintf("%s  %s %s %s, %s in %s %s, token %s", e.Time.Format(time.RFC3339), e.Method, e.Endpoint,
		statusText(e.Status), e.TokenKind, e.Location, e.Param, e.Fingerprint)
	x.Events = append(x.Events, out)
	return nil
}

func statusText(status int) string {
	if status == 0 {
		return "(no status)"
	}
	return fmt.Sprint(status)
}

// print implements report.
func (x *requestOutcomes) print(out io.Writer) error {
	for i := range x.Events {
		e := &x.Events[i]
		_, _ = printable.Fprintf(out, "%s  %s\n", x.Source, e.headline)
		w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
		outcome := detect.Outcome("")
		for k := range e.Outcomes {
			o := &e.Outcomes[k]
			if o.Outcome != outcome {
				outcome = o.Outcome
				_, _ = printable.Fprintf(w, "\n%s\n", strings.ToUpper(string(outcome)))
			}
			printOutcome(w, o)
		}
		_ = w.Flush()
		_, _ = fmt.Fprintln(out)
	}
	if x.Problem != "" {
		return fmt.Errorf("nothing to explain: %s", x.Problem)
	}
	return nil
}

func printOutcome(w io.Writer, o *detect.Explanation) {
	rule := o.Rule
	if o.SubjectKind != "token" {
		rule += " (" + o.SubjectKind + ")"
	}
	_, _ = printable.Fprintf(w, "  %s\t%s\t%3.0f %%\t%s\n", rule, o.Severity, 100*o.Closeness, o.Why)
	if a := o.Alert; a != nil {
		for _, part := range []struct{ name, text string }{{"observed", a.Observed}, {"baseline", a.Baseline}, {"threshold", a.Threshold}} {
			if part.text != "" {
				_, _ = printable.Fprintf(w, "\t\t\t  %s: %s\n", part.name, part.text)
			}
		}
	}
}
