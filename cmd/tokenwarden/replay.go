package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
	"github.com/tokenwarden/tokenwarden/detect"
	"github.com/tokenwarden/tokenwarden/ingest"
	"github.com/tokenwarden/tokenwarden/rules/lists"
	"github.com/tokenwarden/tokenwarden/sink/clickhouse"
)

// replay reads log files again, for commands that ask about rules.
type replay struct {
	std
	config  *config.Config
	options ingest.Options
	lists   *lists.Set
	stored  *clickhouse.EventFilter // nil: files are read
	topic   string                  // "": files are read
}

// sourceFlags say where a replay reads.
type sourceFlags struct {
	scanFlags
	stored bool
	topic  string
	output string
}

// replayFlags are those that such commands share with `scan`; --rules belongs to `rules`.
func replayFlags(cmd *cobra.Command, f *sourceFlags) {
	fl := cmd.Flags()
	fl.BoolVar(&f.stored, "stored", false, "read the events that ClickHouse holds (section clickhouse of the configuration) instead of files")
	f.inputs(cmd)
	fl.StringArrayVar(&f.keyFiles, "key-file", nil, "fingerprint key (repeatable; default: key_files of the file --config, else a key made for this run, so that ids and fingerprints of two runs do not match)")
	outputFlag(cmd, &f.output)
}

// check refuses command lines that name no source, or two.
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

func newReplay(g *globals, c *config.Config, f sourceFlags) (*replay, error) {
	f.apply(c)
	if len(f.keyFiles) == 0 && g.configPath != "" {
		f.keyFiles = c.KeyFiles
	}
	keys, err := scanKeys(f.keyFiles)
	if err != nil {
		return nil, err
	}
	r := &replay{std: g.std, config: c, topic: f.topic}
	if r.options, err = c.IngestOptions(keys, nil); err != nil {
		return nil, err
	}
	r.lists, err = f.lists(c, keys, g.err)
	return r, err
}

// errEnough ends a replay before its files end.
var errEnough = errors.New("enough was read")

// each gives every line of the files. The result holds until the next line.
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
			return errors.Join(line(src, res), ctx.Err())
		})
		if errors.Is(err, errEnough) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// storedNote says what the tables do not hold.
const storedNote = "stored events do not tell coordinates, the claims nbf, auth_time, acr, amr and client, nor sequences: rules that ask for these say nothing here"

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

// judging is a partition with the alerts that it gave so far, the newest version of each.
type judging struct {
	*detect.Partition
	alerts map[string]tokenwarden.Alert
}

func newJudging(e *detect.Engine) *judging {
	return &judging{e.NewPartition(), map[string]tokenwarden.Alert{}}
}

// drain takes the partition's alerts, and lets it forget the events that it holds.
func (j *judging) drain() {
	var c tokenwarden.Checkpoint
	j.Checkpoint(&c)
	for i := range c.Alerts {
		a := c.Alerts[i]
		j.alerts[a.ID] = a
	}
	j.Committed()
}

// drainFull drains when the partition holds much.
func (j *judging) drainFull() {
	if j.Pending() >= keepEvents {
		j.drain()
	}
}

// parseTime reads a time or a day, UTC.
func parseTime(flag, text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, usageError{errors.New(flag + ": want a time such as 2026-11-23T12:00:00Z or a day such as 2026-11-23")}
}
