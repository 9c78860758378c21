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
	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
	"github.com/tokenwarden/tokenwarden/detect"
	"github.com/tokenwarden/tokenwarden/ingest"
	"github.com/tokenwarden/tokenwarden/sink/clickhouse"
)

// outcomeFlags say what `rules explain` explains.
type outcomeFlags struct {
	sourceFlags
	line            int64
	fingerprint, at string
}

func rulesExplainCommand(g *globals, load func() (*config.Config, error)) *cobra.Command {
	var f outcomeFlags
	cmd := &cobra.Command{
		Use: "explain FILE... | - | --stored", Short: "Say which rules fired on a request, which did not, and how far away they were",
		Long: "Reads log files as `scan` does, learns from every line before the one in question, and then says of each rule how it\n" +
			"came out: the incident of those that fired; the figures that decided of those that did not, from near to far.\n" +
			"The line is --line N of the last file, or the last use of --fingerprint until --at. With --stored the token's events are\n" +
			"read from ClickHouse, its own alone: what rules by client, family or issuer say is left out.",
		Args: func(cmd *cobra.Command, args []string) error { return f.check(cmd, args) },
		RunE: func(cmd *cobra.Command, args []string) error { return explainFiles(cmd.Context(), g, load, f, args) },
	}
	replayFlags(cmd, &f.sourceFlags)
	fl := cmd.Flags()
	fl.Int64Var(&f.line, "line", 0, "explain this line of the last file, counted from 1")
	fl.StringVar(&f.fingerprint, "fingerprint", "", "explain the last use of this token until --at; needs the key that made it")
	fl.StringVar(&f.at, "at", "", "time or day (UTC) for --fingerprint; default: the end of the files")
	return cmd
}

// focus is the request that is asked about.
type focus struct {
	file  string
	line  int64 // 0: by token
	token tokenwarden.Fingerprint
	until time.Time // zero: no bound
}

func (f *outcomeFlags) focus(paths []string) (focus, error) {
	o := focus{line: f.line}
	if len(paths) > 0 {
		o.file = paths[len(paths)-1]
	}
	if f.stored && f.fingerprint == "" {
		return o, usageError{errors.New("rules explain: --stored wants --fingerprint FP and --at TIME")}
	}
	if (f.line > 0) == (f.fingerprint != "") {
		return o, usageError{errors.New("rules explain: say which request: --line N, or --fingerprint FP and --at TIME")}
	}
	var err error
	if f.fingerprint != "" {
		if o.token, err = tokenwarden.ParseFingerprint(f.fingerprint); err != nil {
			return o, usageError{fmt.Errorf("--fingerprint: %w", err)}
		}
	}
	if f.at != "" {
		o.until, err = parseTime("--at", f.at)
	}
	return o, err
}

// judgement is what `rules explain` prints: its names in JSON are a contract.
type judgement struct {
	Source  tokenwarden.Source `json:"source"`
	Problem string             `json:"problem"` // why there is nothing to explain; empty if there is
	Events  []explainedEvent   `json:"events"`  // one for each place of a credential in the line
	until   time.Time
}

type explainedEvent struct {
	Event    json.RawMessage  `json:"event"`
	Outcomes []detect.Outcome `json:"outcomes"`
	headline string
}

func explainFiles(ctx context.Context, g *globals, load func() (*config.Config, error), f outcomeFlags, paths []string) error {
	o, err := f.focus(paths)
	if err != nil {
		return err
	}
	c, err := load()
	if err != nil {
		return err
	}
	r, err := newReplay(g, c, f.sourceFlags)
	if err != nil {
		return err
	}
	if f.stored {
		r.stored = &clickhouse.EventFilter{Fingerprint: o.token}
	}
	engine, _, err := c.Engine(1, r.lists)
	if err != nil {
		return err
	}
	x := judgement{Problem: "no such line"}
	if o.line == 0 {
		x.Problem = "no use of this token until then; fingerprints of another key never match"
	}
	j := newJudging(engine)
	if err := r.each(ctx, paths, func(src tokenwarden.Source, res ingest.Result) error { return x.line(o, j, src, res) }); err != nil {
		return err
	}
	if f.stored {
		x.tokenAlone()
	}
	if f.output == "json" {
		return writeJSON(g.out, &x)
	}
	x.print(g.out)
	if x.Problem != "" {
		return fmt.Errorf("nothing to explain: %s", x.Problem)
	}
	return nil
}

// line lets the rules see a line, and explains it if it is the one in question, or better than the one so far.
func (x *judgement) line(o focus, j *judging, src tokenwarden.Source, res ingest.Result) error {
	j.drainFull()
	if o.line > 0 && src.Line == o.line && src.File == o.file {
		x.Source, x.Problem = src, problemOf(res)
		for i := range res.Events {
			if err := x.explain(j, &res.Events[i]); err != nil {
				return err
			}
		}
		return errEnough
	}
	for i := range res.Events {
		e := &res.Events[i]
		if o.line > 0 || e.Fingerprint != o.token || !o.until.IsZero() && e.Time.After(o.until) || len(x.Events) > 0 && e.Time.Before(x.until) {
			e := e.Clone()
			j.Observe(&e)
			continue
		}
		if x.Source != src {
			x.Events = nil
		}
		x.Source, x.Problem, x.until = src, "", e.Time
		if err := x.explain(j, e); err != nil {
			return err
		}
	}
	return nil
}

// tokenAlone leaves out what cannot be known from one token's events.
func (x *judgement) tokenAlone() {
	for i := range x.Events {
		x.Events[i].Outcomes = slices.DeleteFunc(x.Events[i].Outcomes, func(o detect.Outcome) bool { return o.SubjectKind != "token" })
	}
}

func problemOf(res ingest.Result) string {
	switch {
	case len(res.Events) > 0:
		return ""
	case res.Err != nil:
		return "the line could not be read as an access log line"
	}
	return "the line holds no credential: rules judge the use of credentials alone"
}

func (x *judgement) explain(j *judging, e *tokenwarden.Event) error {
	event, err := eventJSON(e)
	if err != nil {
		return err
	}
	kept := e.Clone()
	out := explainedEvent{Event: event, Outcomes: j.Explain(&kept)}
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

func (x *judgement) print(out io.Writer) {
	for i := range x.Events {
		e := &x.Events[i]
		_, _ = fmt.Fprintf(out, "%s  %s\n", x.Source, e.headline)
		w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
		said := detect.Said("")
		for k := range e.Outcomes {
			o := &e.Outcomes[k]
			if o.Said != said {
				said = o.Said
				_, _ = fmt.Fprintf(w, "\n%s\n", strings.ToUpper(string(said)))
			}
			printOutcome(w, o)
		}
		_ = w.Flush()
		_, _ = fmt.Fprintln(out)
	}
}

func printOutcome(w io.Writer, o *detect.Outcome) {
	rule := o.Rule
	if o.SubjectKind != "token" {
		rule += " (" + o.SubjectKind + ")"
	}
	_, _ = fmt.Fprintf(w, "  %s\t%s\t%3.0f %%\t%s\n", rule, o.Severity, 100*o.Closeness, o.Why)
	if a := o.Alert; a != nil {
		for _, part := range []struct{ name, text string }{{"observed", a.Observed}, {"baseline", a.Baseline}, {"threshold", a.Threshold}} {
			if part.text != "" {
				_, _ = fmt.Fprintf(w, "\t\t\t  %s: %s\n", part.name, part.text)
			}
		}
	}
}
