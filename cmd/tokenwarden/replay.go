package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
	"github.com/tokenwarden/tokenwarden/detect"
	"github.com/tokenwarden/tokenwarden/ingest"
	"github.com/tokenwarden/tokenwarden/rules/lists"
	"github.com/tokenwarden/tokenwarden/sink/clickhouse"
)

// replay reads logs for the commands that ask rules about the past: `rules explain` and `rules backtest`.
type replay struct {
	streams
	config  *config.Config
	options ingest.Options
	lists   *lists.Set
	stored  *clickhouse.EventFilter // nil unless events are read from ClickHouse
	topic   string                  // empty unless lines are read from a topic
}

// sourceFlags say where a replay reads and in which form its result is printed.
type sourceFlags struct {
	scanFlags
	stored bool
	topic  string
	output string
}

// replayCommand is what one command over a replay has of its own.
type replayCommand struct {
	flags *sourceFlags
	parse func(paths []string) error // checks the other flags
	run   func(ctx context.Context, r *replay, paths []string) (report, error)
}

// report is the result of a replay: an object of JSON, and text.
type report interface {
	print(out io.Writer) error
}

// complete adds the flags of the source to cmd, and runs c on a replay of the configuration that load returns.
func (c replayCommand) complete(cmd *cobra.Command, g *globals, load loadConfig) *cobra.Command {
	c.flags.add(cmd)
	cmd.Args = func(cmd *cobra.Command, paths []string) error { return c.flags.check(cmd, paths) }
	cmd.RunE = func(cmd *cobra.Command, paths []string) error {
		if err := c.parse(paths); err != nil {
			return err
		}
		config, err := load()
		if err != nil {
			return err
		}
		r, err := newReplay(g, config, *c.flags)
		if err != nil {
			return err
		}
		x, err := c.run(cmd.Context(), r, paths)
		if err != nil {
			return err
		}
		if c.flags.output == "json" {
			return writeJSON(g.out, x)
		}
		return x.print(g.out)
	}
	return cmd
}

// add adds the flags to cmd. --rules belongs to the command above, --topic to `rules backtest`.
func (f *sourceFlags) add(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.BoolVar(&f.stored, "stored", false, "read the events that ClickHouse holds (section clickhouse of the configuration) instead of files")
	f.addInputs(cmd)
	fl.StringArrayVar(&f.keyFiles, "key-file", nil, "fingerprint key (repeatable; default: key_files of the file --config, "+
		"else a key made for this run, so that ids and fingerprints of two runs do not match)")
	outputFlag(cmd, &f.output)
}

// check returns an error for a command line that names no source, or two.
func (f *sourceFlags) check(cmd *cobra.Command, paths []string) error {
	switch {
	case f.stored && f.topic != "":
		return fmt.Errorf("%s: --stored goes without --topic", cmd.CommandPath())
	case (f.stored || f.topic != "") && len(paths) > 0:
		return fmt.Errorf("%s: --stored and --topic go without files", cmd.CommandPath())
	case !f.stored && f.topic == "" && len(paths) == 0:
		return fmt.Errorf("%s: say which files, or - for standard input", cmd.CommandPath())
	}
	return checkOutput(f.output)
}

// outputFlag adds --output, which checkOutput checks.
func outputFlag(cmd *cobra.Command, output *string) {
	cmd.Flags().StringVar(output, "output", "text", "text or json")
}

func checkOutput(output string) error {
	if output != "text" && output != "json" {
		return usageError{fmt.Errorf("--output: %q: want text or json", output)}
	}
	return nil
}

// newReplay reads keys, geo databases and lists.
func newReplay(g *globals, c *config.Config, f sourceFlags) (*replay, error) {
	f.apply(c)
	if len(f.keyFiles) == 0 && g.configPath != "" {
		f.keyFiles = c.KeyFiles
	}
	keys, err := scanKeys(c, f.keyFiles)
	if err != nil {
		return nil, err
	}
	r := &replay{streams: g.streams, config: c, topic: f.topic}
	if f.stored {
		r.stored = &clickhouse.EventFilter{}
	}
	if r.options, err = c.IngestOptions(keys, nil); err != nil {
		return nil, err
	}
	r.lists, err = f.lists(c, keys, g.err)
	return r, err
}

// errStopReplay ends a replay of files before their end, without an error.
var errStopReplay = errors.New("stop the replay")

// each calls line for every line of the source, or for every event if it holds events. The result is valid until line returns.
func (r *replay) each(ctx context.Context, paths []string, line func(src tokenwarden.Source, res ingest.Result) error) error {
	switch {
	case r.stored != nil:
		return r.eachStored(ctx, line)
	case r.topic != "":
		return r.eachOfTopic(ctx, line)
	}
	files := ingest.Files{Stdin: r.in, MaxLine: r.config.Credentials.MaxLine}
	now := time.Now()
	var buf []byte
	for _, path := range paths {
		p, err := ingest.NewProcessor(r.options) // each file may be of another format
		if err != nil {
			return usageError{err}
		}
		err = files.Each(path, func(text []byte, number int64) error {
			src := tokenwarden.Source{File: path, Line: number}
			var res ingest.Result
			buf, res = p.Process(buf[:0], ingest.Line{Text: text, Source: src, Now: now})
			return errors.Join(line(src, withAllEvents(p, res)), ctx.Err())
		})
		if errors.Is(err, errStopReplay) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// withAllEvents returns the result of the line that p has just processed, with the events of all its requests.
func withAllEvents(p *ingest.Processor, res ingest.Result) ingest.Result {
	for i := range res.Requests {
		for _, e := range p.Request(i).Events {
			res.Events = append(res.Events, e.Clone())
		}
	}
	return res
}

// storedNote names what the tables do not hold.
const storedNote = "stored events do not tell coordinates, the claims nbf, auth_time, acr, amr and client, nor sequences: " +
	"rules that ask for these say nothing here"

func (r *replay) eachStored(ctx context.Context, line func(src tokenwarden.Source, res ingest.Result) error) error {
	_, _ = fmt.Fprintln(r.err, storedNote)
	store, err := r.config.OpenClickHouse(nil)
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	return store.Events(ctx, *r.stored, func(e *tokenwarden.Event) error {
		return line(e.Source, ingest.Result{Events: []tokenwarden.Event{*e}})
	})
}

// evaluator is a partition and the newest version of each alert that it raised, by id.
type evaluator struct {
	*detect.Partition
	alerts map[string]tokenwarden.Alert
}

func newEvaluator(e *detect.Engine) *evaluator {
	return &evaluator{e.NewPartition(), map[string]tokenwarden.Alert{}}
}

// collect takes the alerts of the partition, which then releases the events that it holds.
func (v *evaluator) collect() {
	var c tokenwarden.Checkpoint
	v.Checkpoint(&c)
	for i := range c.Alerts {
		a := c.Alerts[i]
		v.alerts[a.ID] = a
	}
	v.Committed()
}

// collectIfFull collects when the partition holds maxHeldEvents.
func (v *evaluator) collectIfFull() {
	if v.Pending() >= maxHeldEvents {
		v.collect()
	}
}

// parseTime parses a time or a day, UTC.
func parseTime(flag, text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, usageError{errors.New(flag + ": want a time such as 2026-11-23T12:00:00Z or a day such as 2026-11-23")}
}
