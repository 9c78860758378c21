package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
	"github.com/tokenwarden/tokenwarden/detect"
	"github.com/tokenwarden/tokenwarden/ingest"
	"github.com/tokenwarden/tokenwarden/internal/printable"
)

func scanCommand(g *globals) *cobra.Command {
	var f scanFlags
	cmd := &cobra.Command{
		Use: "scan FILE... | -", Short: "Find, redact and judge the credentials in log files, with no Kafka and no ClickHouse",
		Long: "Reads files (plain, gzip, zstd) or standard input with the same code as the service. Without an output flag\n" +
			"it prints a summary. Each output flag takes a path, or - for standard output.",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("scan: say which files, or - for standard input")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.explain != 0 {
				return explainScan(g, f, args)
			}
			s, err := newScan(g, f, args)
			if err != nil {
				return err
			}
			return s.run(cmd.Context(), args)
		},
	}
	f.addInputs(cmd)
	f.addOutputs(cmd)
	return cmd
}

// scan is one run of `tokenwarden scan`.
type scan struct {
	streams
	config    *config.Config
	options   ingest.Options
	processor *ingest.Processor
	formats   []string // of the files before
	detect    *detect.Partition
	outputs   outputs
	failOn    *tokenwarden.Severity
	evaluates bool // alerts or the summary are wanted; otherwise rules are not evaluated
	summary   *summary
	alerts    *alertStore
	opened    uint64 // incidents since the last flush
	progress  *progress
	now       time.Time
	arrived   time.Time           // of the lines of the file at hand, for those without a time
	held      []tokenwarden.Event // events since the last flush; alerts refer to them
}

func newScan(g *globals, f scanFlags, paths []string) (*scan, error) {
	c, err := g.load()
	if err != nil {
		return nil, err
	}
	f.apply(c)
	s := &scan{streams: g.streams, config: c, now: time.Now(), summary: newSummary(), progress: newProgress(g.err)}
	if f.failOn != "" {
		severity, err := tokenwarden.ParseSeverity(f.failOn)
		if err != nil {
			return nil, usageError{fmt.Errorf("--fail-on: %w", err)}
		}
		s.failOn = &severity
	}
	keys, err := scanKeys(c, f.keyFiles)
	if err != nil {
		return nil, err
	}
	if s.options, err = c.IngestOptions(keys, nil); err != nil {
		return nil, err
	}
	if s.processor, err = ingest.NewProcessor(s.options); err != nil {
		return nil, usageError{fmt.Errorf("--format: %w", err)}
	}
	set, err := f.lists(c, keys, s.err)
	if err != nil {
		return nil, err
	}
	c.Detect.MaxProfiles = min(c.Detect.MaxProfiles, f.maxProfiles)
	engine, _, err := c.Engine(1, set)
	if err != nil {
		return nil, err
	}
	s.detect = engine.NewPartition()
	if err := f.refuseClash(g, c, paths); err != nil {
		return nil, err
	}
	s.outputs, err = openOutputs(f, g.out)
	s.alerts = newAlertStore(s.outputs.alerts.open())
	s.evaluates = !s.outputs.opened || s.outputs.alerts.open() || s.failOn != nil
	return s, err
}

// maxHeldEvents bounds memory: alerts are taken from the partition, and its events released, after so many events.
// A flood of tokens is flushed earlier: each flush makes the alerts of all incidents that changed, some 4 KB each.
const (
	maxHeldEvents = 50_000
	maxChanged    = 10_000 // profiles that changed
	maxOpened     = 4_096  // incidents
)

func (s *scan) run(ctx context.Context, paths []string) (err error) {
	defer func() { err = errors.Join(err, s.alerts.close()) }()
	files := ingest.Files{Stdin: s.in, MaxLine: s.config.Credentials.MaxLine}
	for i, path := range paths {
		if i > 0 { // each file may have another format
			p, err := ingest.NewProcessor(s.options)
			if err != nil {
				return err
			}
			s.formats = append(s.formats, s.processor.Format())
			s.formats = append(s.formats, s.processor.Format())
			s.processor = p
		}
		s.arrived = s.modified(path)
		err := files.Each(path, func(text []byte, number int64) error {
			if err := s.line(path, text, number); err != nil {
				return err
			}
			return ctx.Err()
		})
		if err != nil {
			return errors.Join(err, s.outputs.close())
		}
	}
	if err := s.flush(); err != nil {
		return err
	}
	s.progress.done()
	return s.finish()
}

// formatNames returns the formats of the files, each once.
func (s *scan) formatNames() string {
	names := append(slices.Clone(s.formats), s.processor.Format())
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ", ")
}

// finish writes the alerts, or the summary.
func (s *scan) finish() error {
	reached := s.failOn != nil && s.alerts.reached(*s.failOn)
	if s.outputs.alerts.open() {
		if err := s.alerts.write(&s.outputs.alerts); err != nil {
			return err
		}
	}
	if err := s.outputs.close(); err != nil {
		return err
	}
	if s.outputs.opened {
		s.summary.printNotes(s.err, s.alerts)
	} else {
		s.summary.suppressed = s.detect.Suppressed()
		if err := s.summary.print(s.out, s.formatNames(), s.alerts); err != nil {
			return err
		}
	}
	if reached {
		return errFound
	}
	return nil
}

func (s *scan) line(path string, text []byte, number int64) error {
	o := &s.outputs
	src := tokenwarden.Source{File: path, Line: number}
	var res ingest.Result
	o.buf, res = s.processor.Process(o.buf[:0], ingest.Line{Text: text, Source: src, Now: s.now, Arrived: s.arrived})
	if err := o.redacted.write(o.buf); err != nil {
		return err
	}
	if s.evaluates {
		s.summary.line(res)
	}
	s.progress.line(len(text))
	if res.Requests == 0 {
		return s.request(number, res)
	}
	for i := range res.Requests {
		if err := s.request(number, s.processor.Request(i)); err != nil {
			return err
		}
	}
	return nil
}

// request writes the record of a line, or of a request of it, and takes its events.
func (s *scan) request(number int64, res ingest.Result) error {
	if o := &s.outputs; o.records.open() {
		o.record = append(s.processor.AppendRecord(o.record[:0], number, res), '\n')
		o.buf = printable.AppendJSON(o.buf[:0], o.record)
		if err := o.records.write(o.buf); err != nil {
			return err
		}
	}
	timed := s.processor.HasTime()
	for i := range res.Events {
		if err := s.event(&res.Events[i], timed); err != nil {
			return err
		}
	}
	return nil
}

// modified returns when a file was written last, the present for standard input.
func (s *scan) modified(path string) time.Time {
	if info, err := os.Stat(path); err == nil && path != "-" {
		return info.ModTime()
	}
	return s.now
}

// event writes an event and has it evaluated. An event without a time of its own is not: all of a file would be at once.
func (s *scan) event(e *tokenwarden.Event, timed bool) error {
	if s.outputs.events.open() {
		line, err := eventJSON(e)
		if err != nil {
			return err
		}
		if err := s.outputs.events.write(append(line, '\n')); err != nil {
			return err
		}
	}
	if !s.evaluates {
		return nil
	}
	s.summary.event(e)
	if !timed {
		s.summary.untimed++
		return nil
	}
	s.held = append(s.held, e.Clone())
	s.opened += s.detect.Observe(&s.held[len(s.held)-1]).Alerts
	if len(s.held) == maxHeldEvents || s.opened >= maxOpened || s.detect.Pending()-len(s.held) >= maxChanged {
		return s.flush()
	}
	return nil
}

// flush takes the alerts from detect and releases the held events. Alerts are written at the end of the scan, in their last
// version.
func (s *scan) flush() error {
	var c tokenwarden.Checkpoint
	s.detect.Checkpoint(&c)
	for i := range c.Alerts {
		if err := s.alerts.add(&c.Alerts[i]); err != nil {
			return err
		}
	}
	profiles := s.detect.Profiles()
	s.detect.Committed()
	s.summary.evicted += profiles - s.detect.Profiles()
	clear(s.held)
	s.held, s.opened = s.held[:0], 0
	return nil
}
