package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"

	"github.com/tokenwarden/tokenwarden"
	"github.com/tokenwarden/tokenwarden/cmd/internal/simulate"
	"github.com/tokenwarden/tokenwarden/cmd/tokenwarden/config"
	"github.com/tokenwarden/tokenwarden/ingest/secret"
	"github.com/tokenwarden/tokenwarden/internal/backoff"
	sinkkafka "github.com/tokenwarden/tokenwarden/sink/kafka"
)

// simulateFlags are the flags of `simulate`.
type simulateFlags struct {
	simulate.Options
	start, format, truth, out, topic string
	preset, lists                    string
	days                             int
	demo                             bool
	pace                             float64
	keyFiles                         []string
	given                            func(flag string) bool
}

func simulateCommand(g *globals) *cobra.Command {
	f := simulateFlags{}
	cmd := &cobra.Command{
		Use: "simulate", Short: "Make labelled access-log traffic, with attacks, to a file or a topic", Args: cobra.NoArgs,
		Long: "The same flags give the same bytes. All addresses are of documentation and benchmark networks, all credentials\n" +
			"are made up. --truth writes what was planted where, under the fingerprints of --key-file, never a token.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.given = cmd.Flags().Changed
			return f.run(cmd.Context(), g)
		},
	}
	fl := cmd.Flags()
	fl.Uint64Var(&f.Seed, "seed", 1, "another seed gives other traffic of the same kind")
	fl.StringVar(&f.start, "start", "2026-01-05T09:00:00Z", "time of the first live request, RFC 3339, or now")
	fl.DurationVar(&f.Duration, "duration", 0, "how long the live traffic lasts, in log time")
	fl.IntVar(&f.Lines, "lines", 0, "stop after so many lines (default 10000 if there is no --duration)")
	fl.DurationVar(&f.History, "history", 0, "thinned-out traffic before the start, for rules that learn")
	fl.Float64Var(&f.Rate, "rate", 100, "lines per second of log time")
	fl.BoolVar(&f.Flat, "flat", false, "the same rate day and night")
	fl.IntVar(&f.Tokens, "tokens", 500, "holders of a credential")
	fl.Float64Var(&f.TokenShare, "token-share", 0.1, "share of lines that carry a credential")
	fl.StringSliceVar(&f.Services, "services", nil, fmt.Sprintf("some of %v (default all)", simulate.Services()))
	fl.StringVar(&f.format, "format", "mix", "combined, vhost_combined, nginx_json, or mix: each service its own")
	fl.StringSliceVar(&f.Attacks, "attacks", nil, fmt.Sprintf("all, none, or some of %v", simulate.Attacks()))
	fl.StringSliceVar(&f.Negatives, "negatives", nil,
		fmt.Sprintf("honest traffic that looks like an attack: all, none, or some of %v", simulate.Negatives()))
	fl.IntVar(&f.Instances, "instances", 2, "of each attack and negative")
	fl.Float64Var(&f.Bad, "bad", 0, "share of damaged lines, 0 to 0.5")
	fl.BoolVar(&f.demo, "demo", false, "the traffic of make demo, ending now")
	fl.StringVar(&f.preset, "preset", "", "evaluation: the traffic of make evaluate, of --seed, --days, --tokens and --instances")
	fl.IntVar(&f.days, "days", 14, "length of the preset, 10 or more")
	fl.Float64Var(&f.pace, "pace", 0, "lines per second of real time; 0: as fast as possible")
	fl.StringVarP(&f.out, "out", "o", "-", "file to write, - for standard output")
	fl.StringVar(&f.topic, "topic", "", "write to this Kafka topic instead, keyed by service")
	fl.StringVar(&f.truth, "truth", "", "file for what was planted where, NDJSON")
	fl.StringVar(&f.lists, "lists", "", "folder for what the rules need to be told: watchlist, decoys, networks, bindings and so on")
	fl.StringArrayVar(&f.keyFiles, "key-file", nil,
		"key for the fingerprints of --truth and --lists (default: key_files of the configuration)")
	return cmd
}

func (f *simulateFlags) run(ctx context.Context, g *globals) error {
	if err := f.resolve(); err != nil {
		return err
	}
	gen, err := simulate.New(f.Options)
	if err != nil {
		return usageError{err}
	}
	var keys []secret.Key
	if f.truth != "" || f.lists != "" {
		if keys, err = g.keys(f.keyFiles); err != nil {
			return err
		}
	}
	if err := f.refuseClash(g); err != nil {
		return err
	}
	to, err := f.open(ctx, g)
	if err != nil {
		return err
	}
	if err := f.writeLines(ctx, gen, to, newProgress(g.err)); err != nil {
		return err
	}
	return f.writeTruthAndLists(gen, keys)
}

// refuseClash returns a usageError if an output is the configuration, a key or the other output.
func (f *simulateFlags) refuseClash(g *globals) error {
	outputs := named("--truth", f.truth)
	if f.topic == "" {
		outputs = append(outputs, namedFile{"--out", f.out, g.out})
	}
	return refuseClash(outputs, append(named("--config", g.configPath), named("--key-file", f.keyFiles...)...))
}

// writeTruthAndLists writes the files of --truth and --lists.
func (f *simulateFlags) writeTruthAndLists(gen *simulate.Generator, keys []secret.Key) error {
	if len(keys) == 0 {
		return nil
	}
	prints := secret.NewFingerprinter(keys...)
	fingerprint := func(token string) string {
		return prints.Fingerprint(secret.NewToken([]byte(token))).String()
	}
	if f.lists != "" {
		if err := gen.WriteLists(f.lists, fingerprint); err != nil {
			return usageError{fmt.Errorf("--lists: %w", err)}
		}
	}
	if f.truth == "" {
		return nil
	}
	return writeTruth(f.truth, gen, fingerprint)
}

// resolve completes the options from presets and defaults.
func (f *simulateFlags) resolve() error {
	f.Format = simulate.Format(f.format)
	if f.demo {
		demo := simulate.Demo(f.Seed, time.Now())
		demo.Format = f.Format
		f.Options = demo
		return nil
	}
	if f.preset != "" {
		return f.resolvePreset()
	}
	if f.Duration == 0 && f.Lines == 0 {
		f.Lines = 10_000
	}
	if f.start == "now" {
		f.Start = time.Now().UTC().Truncate(time.Second)
		return nil
	}
	var err error
	if f.Start, err = time.Parse(time.RFC3339, f.start); err != nil {
		return usageError{errors.New("--start: want a time such as 2026-01-05T09:00:00Z, or now")}
	}
	return nil
}

// resolvePreset replaces the options with those of --preset, adjusted by --seed, --days, --tokens and --instances.
func (f *simulateFlags) resolvePreset() error {
	if f.preset != "evaluation" {
		return usageError{errors.New("--preset: want evaluation")}
	}
	if f.days < 10 {
		return usageError{errors.New("--days: want 10 or more, rules learn for a week and longer")}
	}
	holders := 3000
	if f.given("tokens") {
		holders = f.Tokens
	}
	o := simulate.Evaluation(f.Seed, f.days, holders)
	if f.given("instances") {
		o.Instances = f.Instances
	}
	f.Options = o
	return nil
}

// lineWriter writes lines in order. flush makes them durable.
type lineWriter interface {
	line(service string, text []byte) error
	flush() error
}

func (f *simulateFlags) open(ctx context.Context, g *globals) (lineWriter, error) {
	switch {
	case f.topic != "":
		return newTopicWriter(ctx, g, f.topic)
	case f.out == "-":
		return &fileWriter{w: bufio.NewWriterSize(g.out, 1<<18)}, nil
	}
	file, err := os.Create(f.out)
	if err != nil {
		return nil, usageError{fmt.Errorf("--out: %w", err)}
	}
	return &fileWriter{w: bufio.NewWriterSize(file, 1<<18), c: file}, nil
}

// writeLines writes the lines, at the rate of --pace.
func (f *simulateFlags) writeLines(ctx context.Context, gen *simulate.Generator, to lineWriter, p *progress) error {
	start := time.Now()
	for n := 0; ; n++ {
		line, ok := gen.Next()
		if !ok || ctx.Err() != nil {
			break
		}
		if err := to.line(line.Service, line.Text); err != nil {
			return err
		}
		p.line(len(line.Text))
		if f.pace > 0 && n%50 == 0 {
			if err := to.flush(); err != nil {
				return err
			}
			ahead := time.Duration(float64(n)/f.pace*float64(time.Second)) - time.Since(start)
			backoff.Sleep(ctx, ahead)
		}
	}
	p.done()
	return to.flush()
}

type fileWriter struct {
	w *bufio.Writer
	c io.Closer
}

func (s *fileWriter) line(_ string, text []byte) error {
	_, _ = s.w.Write(text)
	return s.w.WriteByte('\n')
}

func (s *fileWriter) flush() error { return s.w.Flush() }

// topicWriter writes to a topic, all lines of a service to one partition.
type topicWriter struct {
	ctx        context.Context
	writer     *sinkkafka.Writer
	topic      string
	partitions int
	pending    [][]tokenwarden.Message
	n          int
}

// topicBatch is the number of lines of one write.
const topicBatch = 10_000

func newTopicWriter(ctx context.Context, g *globals, topic string) (*topicWriter, error) {
	c, err := g.load()
	if err != nil {
		return nil, err
	}
	conn, err := c.KafkaConn()
	if err != nil {
		return nil, err
	}
	w, err := c.KafkaWriter(conn, config.Log{Level: "warn", Format: "text"}.Logger(g.err), sinkkafka.NewMetrics(prometheus.NewRegistry()))
	if err != nil {
		return nil, config.Error{Err: err}
	}
	n, err := w.Partitions(ctx, topic)
	if err != nil {
		return nil, err
	}
	return &topicWriter{ctx: ctx, writer: w, topic: topic, partitions: n, pending: make([][]tokenwarden.Message, n)}, nil
}

func (s *topicWriter) line(service string, text []byte) error {
	h := fnv.New32a()
	_, _ = h.Write([]byte(service))
	p := int(h.Sum32() % uint32(s.partitions))
	s.pending[p] = append(s.pending[p], tokenwarden.Message{Key: []byte(service), Value: bytes.Clone(text)})
	if s.n++; s.n%topicBatch == 0 {
		return s.flush()
	}
	return nil
}

func (s *topicWriter) flush() error {
	for p, rs := range s.pending {
		if err := s.writer.Send(s.ctx, s.topic, p, rs); err != nil {
			return err
		}
		s.pending[p] = rs[:0]
	}
	return nil
}

func writeTruth(path string, gen *simulate.Generator, fingerprint func(string) string) error {
	file, err := os.Create(path)
	if err != nil {
		return usageError{fmt.Errorf("--truth: %w", err)}
	}
	w := bufio.NewWriter(file)
	err = gen.WriteTruth(w, fingerprint)
	return errors.Join(err, w.Flush(), file.Close())
}
